import type { Definition, VersionFacts } from "../../ports/definitions.ts";
import type { Stored } from "../../ports/stored.ts";
import type { Row, RowValues } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import { toPersonColumns, toSavedByPerson } from "./savedByPerson.ts";

/** There while a change is under way. */
export const closedColumn = "isClosed";
/** There while it is as it was made for a request. */
export const madeForColumn = "madeFor";
/** Rows that an earlier release wrote have none. */
export const sizeColumn = "sizeBytes";

/** What the row of a definition points to. */
type Pointer = Omit<Definition<unknown>, keyof Stored<unknown>>;

/** Throws for a row that points to no definition. */
export function toPointer(row: Row): Pointer {
  const { version, revision, savedAt, savedBy } = row.values;
  if (
    typeof version !== "number" ||
    typeof revision !== "string" ||
    typeof savedAt !== "number" ||
    typeof savedBy !== "string"
  ) {
    const keys = `${row.partitionKey} / ${row.rowKey}`;
    throw new Error(`Row ${keys} of table ${tableNames.definitions} does not point to a definition.`);
  }
  const isClosed = row.values[closedColumn] === true;
  const facts = { version, ...toFirstVersion(row), revision, savedAt, savedBy, ...toSavedByPerson(row) };
  const madeFor = row.values[madeForColumn];
  return { ...facts, ...(typeof madeFor === "string" && { madeFor }), ...(isClosed && { isClosed }) };
}

/** Rows that an earlier release wrote have none. */
export function toFirstVersion({ values: { firstVersion } }: Row): Pick<VersionFacts, "firstVersion"> {
  return typeof firstVersion === "number" ? { firstVersion } : {};
}

/** What the row tells of the newest version. */
export function toVersionFacts(row: Row): VersionFacts {
  const { isClosed: _closed, madeFor: _request, ...facts } = toPointer(row);
  const sizeBytes = row.values[sizeColumn];
  return { ...facts, ...(typeof sizeBytes === "number" && { sizeBytes }) };
}

/** What the row of a version, and that of the definition while it is the newest, tell of it. */
export function toVersionColumns(facts: VersionFacts): RowValues {
  const { version, firstVersion, revision, savedAt, savedBy = "", savedByPerson, sizeBytes = 0 } = facts;
  const made = firstVersion !== undefined && { firstVersion };
  return { version, ...made, revision, savedAt, savedBy, ...toPersonColumns(savedByPerson), [sizeColumn]: sizeBytes };
}
