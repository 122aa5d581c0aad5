/** A member that two versions of an object do not share. */
export interface Difference<K extends string> {
  readonly key: K;
  /** Theirs where they alone changed it, mine otherwise: what one typed is not lost by itself. */
  readonly suggested: "mine" | "theirs";
}

/** What one and somebody else made of the same object, member by member, where they do not agree. */
export function differencesOf<T extends object>(base: T, mine: T, theirs: T): readonly Difference<KeyOf<T>>[] {
  const found: Difference<KeyOf<T>>[] = [];
  for (const key in { ...theirs, ...mine }) {
    if (isSame(mine[key], theirs[key])) continue;
    found.push({ key, suggested: isSame(mine[key], base[key]) ? "theirs" : "mine" });
  }
  return found;
}

/** The keys of an object that are text, as those of JSON are. */
export type KeyOf<T> = Extract<keyof T, string>;

/** One version, with those members as the other one has them, or has not. */
export function mergedOf<T extends object>(mine: T, theirs: T, fromTheirs: ReadonlySet<string>): T {
  const merged: T = Object.assign(bare(), theirs);
  for (const key in { ...theirs, ...mine }) {
    if (fromTheirs.has(key)) continue;
    if (key in mine) merged[key] = mine[key];
    else Reflect.deleteProperty(merged, key);
  }
  return merged;
}

/** Values by names that people chose, without those that every object has of itself, such as "constructor". */
export function byName<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  return Object.assign(bare(), Object.fromEntries(entries));
}

function bare(): object {
  return Object.create(null);
}

/** Whether two values of JSON say the same, whatever the order of their members. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one, inOrder) === JSON.stringify(other, inOrder);
}

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
