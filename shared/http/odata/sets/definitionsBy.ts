import type { Definition, DefinitionKind, DefinitionTypes } from "../../../ports/definitions.ts";
import { wantedBy } from "../filter.ts";
import type { EntitySet, Row } from "../model.ts";

/** Reads a set that is made of the definitions of a kind, each named by one of the properties. */
export function definitionsBy<K extends DefinitionKind>(
  kind: K,
  property: string,
  toRows: (definition: Definition<DefinitionTypes[K]>) => readonly Row[],
  rowsPerDefinition = 1,
): Pick<EntitySet, "find" | "list"> {
  const rowsOf = (found: Definition<DefinitionTypes[K]> | undefined) => (found ? toRows(found) : []);
  return {
    find: async (ports, key) => rowsOf(await ports.definitions.find(kind, key.get(property) ?? ""))[0],
    list: async (ports, filter, page) => {
      const name = wantedBy(filter).get(property);
      if (name !== undefined) return { items: rowsOf(await ports.definitions.find(kind, name)) };
      const limit = Math.ceil(page.limit / rowsPerDefinition);
      const found = await ports.definitions.list(kind, { ...page, limit });
      return { ...found, items: found.items.flatMap(rowsOf) };
    },
  };
}
