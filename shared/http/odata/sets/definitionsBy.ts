import { isOpenTo } from "../../../domain/dataProject.ts";
import type { Definition, DefinitionKind, DefinitionTypes } from "../../../ports/definitions.ts";
import type { Page, PageRequest } from "../../../ports/stored.ts";
import { wantedBy } from "../filter.ts";
import type { EntitySet, Reader, Row } from "../model.ts";

/** Which definitions of a kind an application sees, where it does not see each. */
interface Seeing<T> {
  readonly isSeen: (definition: T, applicationId: string) => boolean;
  /** These alone, also in what a page says of the next one. */
  readonly list: (reader: Reader, page: PageRequest) => Promise<Page<Definition<T>>>;
}

interface Facts<T> {
  /** As a rule. */
  readonly rowsPerDefinition?: number;
  readonly seen?: Seeing<T>;
}

/** The data projects that are open to whoever asks. */
export const openProjects: Seeing<DefinitionTypes["project"]> = {
  isSeen: isOpenTo,
  list: ({ ports, by }, page) => ports.definitions.listOpenProjects(by.applicationId, page),
};

/** Reads a set that is made of the definitions of a kind, each named by one of the properties. */
export function definitionsBy<K extends DefinitionKind>(
  kind: K,
  property: string,
  toRows: (definition: Definition<DefinitionTypes[K]>) => readonly Row[],
  { rowsPerDefinition = 1, seen }: Facts<DefinitionTypes[K]> = {},
): Pick<EntitySet, "find" | "list"> {
  const rowsOf = (found: Definition<DefinitionTypes[K]> | undefined, { by }: Reader) =>
    found && (!seen || seen.isSeen(found.value, by.applicationId)) ? toRows(found) : [];
  const findRows = async (reader: Reader, name: string) =>
    rowsOf(await reader.ports.definitions.find(kind, name), reader);
  return {
    find: async (reader, key) => (await findRows(reader, key.get(property) ?? ""))[0],
    list: async (reader, filter, page) => {
      const name = wantedBy(filter).get(property);
      if (name !== undefined) return { items: await findRows(reader, name) };
      const part = { ...page, limit: Math.ceil(page.limit / rowsPerDefinition) };
      const found = await (seen ? seen.list(reader, part) : reader.ports.definitions.list(kind, part));
      return { ...found, items: found.items.flatMap((each) => rowsOf(each, reader)) };
    },
  };
}
