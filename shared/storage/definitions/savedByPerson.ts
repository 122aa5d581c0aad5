import type { Person } from "../../domain/caller.ts";
import type { Row, RowValues } from "../ground/ground.ts";

const [idColumn, nameColumn] = ["savedByPersonId", "savedByPersonName"];

/** The columns of who saved, beside that of the application which they used. */
export function toPersonColumns(person: Person | undefined): RowValues {
  return person ? { [idColumn]: person.objectId, [nameColumn]: person.name } : {};
}

/** Nobody where an application saved by itself. */
export function toSavedByPerson({ values }: Row): { readonly savedByPerson?: Person } {
  const { [idColumn]: objectId, [nameColumn]: name } = values;
  return typeof objectId === "string" && typeof name === "string" ? { savedByPerson: { objectId, name } } : {};
}
