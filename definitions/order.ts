import { foldName } from "../shared/domain/foldName.ts";
import { type Definition, kinds } from "./kinds.ts";

/** How a definition is told from all others. */
export function keyOf({ kind, id }: Pick<Definition, "kind" | "id">): string {
  return toKey(kind.name, id);
}

export function toKey(kind: string, name: string): string {
  return `${kind} ${foldName(name.trim())}`;
}

/** Each definition behind those that it names; where they go in circles, by kind and name. */
export function inOrder<T extends Definition>(definitions: readonly T[]): readonly T[] {
  const byKey = new Map(definitions.map((definition) => [keyOf(definition), definition]));
  const placed = new Set<string>();
  const order: T[] = [];
  for (const definition of definitions.toSorted(byKindAndName)) {
    // A list of one's own in place of calls in calls: a chain of names may be as long as the folder.
    const open = [{ definition, left: [...definition.references] }];
    const isFirst = !placed.has(keyOf(definition));
    placed.add(keyOf(definition));
    while (isFirst && open.length > 0) {
      const top = open.at(-1);
      const next = top?.left.shift();
      if (!top) break;
      if (!next) {
        order.push(top.definition);
        open.pop();
        continue;
      }
      const key = toKey(next.kind, next.name);
      const named = byKey.get(key);
      if (!named || placed.has(key)) continue;
      placed.add(key);
      open.push({ definition: named, left: [...named.references] });
    }
  }
  return order;
}

function byKindAndName(one: Definition, other: Definition): number {
  const rank = kinds.indexOf(one.kind) - kinds.indexOf(other.kind);
  if (rank !== 0) return rank;
  return foldName(one.name) < foldName(other.name) ? -1 : 1;
}
