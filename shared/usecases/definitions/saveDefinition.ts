import { actorOf } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Turn } from "./changeDefinitions.ts";
import type { Ports } from "../../ports.ts";
import type { Definition, DefinitionKind, DefinitionTypes, Saver } from "../../ports/definitions.ts";

/** The ETags under which the caller knows the definition; `any` for whichever; undefined when it knows none. */
export type IfMatch = readonly string[] | "any" | undefined;

export interface Saved<T> {
  readonly definition: Definition<T>;
  readonly isNew: boolean;
}

export const kindNames: Readonly<Record<DefinitionKind, string>> = {
  entity: "data entity",
  format: "source data format",
  stylesheet: "stylesheet",
  project: "data project",
  job: "recurring data job",
  numberSequence: "number sequence",
  webhook: "webhook",
};

/** What a save replaces; undefined when it creates. Throws when the caller does not know what it would replace. */
export async function findReplaced<K extends DefinitionKind>(
  ports: Ports,
  kind: K,
  id: string,
  ifMatch: IfMatch,
): Promise<Definition<DefinitionTypes[K]> | undefined> {
  const stored = await ports.definitions.find(kind, id);
  if (stored && ifMatch === undefined) {
    const text = `The ${kindNames[kind]} "${id}" exists. Send its ETag as If-Match to replace it.`;
    throw new DomainError("preconditionRequired", text);
  }
  requireMatch(kind, id, stored, ifMatch);
  return stored;
}

/** Throws `preconditionFailed` unless the stored definition, or its absence, is what the caller knows. */
export function requireMatch(
  kind: DefinitionKind,
  id: string,
  stored: { readonly etag: string } | undefined,
  ifMatch: IfMatch,
): void {
  if (ifMatch === undefined || (stored && (ifMatch === "any" || ifMatch.includes(stored.etag)))) return;
  const why = stored ? "was changed since it was read" : "is not there";
  throw new DomainError("preconditionFailed", `The ${kindNames[kind]} "${id}" ${why}. Read it again.`);
}

/** Writes the next version and the entry in the audit trail. */
export async function writeDefinition<K extends DefinitionKind>(
  ports: Ports,
  turn: Turn,
  kind: K,
  id: string,
  value: DefinitionTypes[K],
  replaced: Definition<DefinitionTypes[K]> | undefined,
  by: Saver,
): Promise<Saved<DefinitionTypes[K]>> {
  const at = ports.clock.now();
  const expected = replaced ? { etag: replaced.etag } : "new";
  const definition = await ports.definitions.save(kind, id, value, expected, { at, ...by, turn: turn.owner });
  if (!definition) {
    throw new DomainError("preconditionFailed", `The ${kindNames[kind]} "${id}" was changed in this moment.`);
  }
  const detail = `version ${definition.version}`;
  await ports.audit.record({ at, ...actorOf(by), action: "save", kind, target: id, detail });
  return { definition, isNew: replaced === undefined };
}
