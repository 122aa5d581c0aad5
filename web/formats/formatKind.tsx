import type { Definition } from "../api/definitions.ts";
import type { DefinitionKind } from "../parts/definition/kind.ts";
import { draftOfMembers, type FixedWidthDraft, isFormatKind, kindNames } from "./formatDraft.ts";

type FixedColumn = NonNullable<FixedWidthDraft["columns"]>[number];

const labels: Readonly<Record<string, string>> = {
  name: "Name",
  kind: "File format",
  language: "Language",
  timeZone: "Time zone",
  columnDelimiter: "Column delimiter",
  textQualifier: "Text qualifier",
  codePage: "Code page",
  hasHeader: "First row header",
  rowDelimiter: "Row delimiter",
  skipLines: "Lines to skip",
  ignoreTrailingDelimiter: "Ignore a trailing delimiter",
  columns: "Columns",
  padding: "Padding",
  names: "Names of elements and attributes",
  emptyValues: "Empty values",
};

/** What names of columns are between, by the name that the service has for it. */
export const delimiterNames: Readonly<Record<string, string>> = {
  comma: "Comma {,}",
  semicolon: "Semicolon {;}",
  tab: "Tab",
  verticalBar: "Vertical bar {|}",
  colon: "Colon {:}",
};
export const rowDelimiterNames: Readonly<Record<string, string>> = { crlf: "CR LF", lf: "LF", cr: "CR" };
export const nameCases: Readonly<Record<string, string>> = {
  upper: "Upper case",
  lower: "Lower case",
  asDefined: "As defined in the entity",
};
export const emptyValueNames: Readonly<Record<string, string>> = {
  empty: "Empty elements",
  defaults: "The defaults of their types",
};

const texts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  kind: kindNames,
  columnDelimiter: delimiterNames,
  rowDelimiter: rowDelimiterNames,
  names: nameCases,
  emptyValues: emptyValueNames,
};

export const formatKind: DefinitionKind<"formats"> = {
  list: "formats",
  noun: "source data format",
  title: "Source data formats",
  draftOf: (format) => draftOfMembers({ ...format }),
  membersOf: (draft) => ({ ...draft }),
  ofMembers: draftOfMembers,
  show: (member, value) => ({ label: labels[member] ?? member, content: <bdi>{textOf(member, value)}</bdi> }),
};

/** The kind as people call it. */
export function kindText({ kind }: Definition<"formats">): string {
  return isFormatKind(kind) ? kindNames[kind] : kind;
}

function textOf(member: string, value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "number") return `${value}`;
  if (isColumns(value)) return value.map(columnText).join(", ");
  return typeof value === "string" ? (texts[member]?.[value] ?? value) : "";
}

function isColumns(value: unknown): value is readonly FixedColumn[] {
  return Array.isArray(value);
}

function columnText({ name, width, alignment, padding }: FixedColumn): string {
  const side = alignment === "right" ? " right" : "";
  return `${name} (${width}${side}${padding === undefined ? "" : `, filled with “${padding}”`})`;
}
