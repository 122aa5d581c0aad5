import type { Definition, DefinitionKind, DefinitionTypes } from "../../../ports/definitions.ts";
import { wantedBy } from "../filter.ts";
import type { EntitySet, Reader, Row } from "../model.ts";

interface Seeing<T> {
  /** As a rule. */
  readonly rowsPerDefinition?: number;
  /** Whether an application sees it; absent where each does. */
  readonly isSeen?: (definition: T, applicationId: string) => boolean;
}

/** Reads a set that is made of the definitions of a kind, each named by one of the properties. */
export function definitionsBy<K extends DefinitionKind>(
  kind: K,
  property: string,
  toRows: (definition: Definition<DefinitionTypes[K]>) => readonly Row[],
  { rowsPerDefinition = 1, isSeen = () => true }: Seeing<DefinitionTypes[K]> = {},
): Pick<EntitySet, "find" | "list"> {
  const rowsOf = (found: Definition<DefinitionTypes[K]> | undefined, { by }: Reader) =>
    found && isSeen(found.value, by.applicationId) ? toRows(found) : [];
  const findRows = async (reader: Reader, name: string) =>
    rowsOf(await reader.ports.definitions.find(kind, name), reader);
  return {
    find: async (reader, key) => (await findRows(reader, key.get(property) ?? ""))[0],
    list: async (reader, filter, page) => {
      const name = wantedBy(filter).get(property);
      if (name !== undefined) return { items: await findRows(reader, name) };
      const limit = Math.ceil(page.limit / rowsPerDefinition);
      const found = await reader.ports.definitions.list(kind, { ...page, limit });
      return { ...found, items: found.items.flatMap((each) => rowsOf(each, reader)) };
    },
  };
}
