import type { EntityField, FieldType } from "../dataEntity.ts";
import type { MemberError } from "../errors.ts";
import { foldName } from "../foldName.ts";
import type { FormatFacts } from "./formatFacts.ts";
import { signProblems, type TextFacts } from "./textFile.ts";

export const alignments = ["left", "right"] as const;
export type Alignment = (typeof alignments)[number];

export interface FixedColumn {
  readonly name: string;
  /** In characters: code points, whatever the code page makes of them. */
  readonly width: number;
  readonly alignment: Alignment;
  /** One character, which fills the column beside its value; that of the format, when left out. */
  readonly padding?: string;
}

/** Rows of cells that are known by their place in the row. */
export interface FixedWidthFormat extends FormatFacts, TextFacts {
  readonly kind: "fixedWidth";
  /** In the order of the file. Without them they are those of the entity, as wide as its fields. */
  readonly columns?: readonly FixedColumn[];
  /** Of columns that name none; a blank, when left out. */
  readonly padding?: string;
}

export const fixedWidthFormat: FixedWidthFormat = {
  name: "Fixed width",
  kind: "fixedWidth",
  codePage: 65001,
  hasHeader: false,
};

/** Of a whole line. */
export const lineCharactersMax = 1_000_000;

/** The longest canonical texts of the types, and those of languages. */
const widths: Readonly<Record<Exclude<FieldType, "enum">, number>> = {
  string: 255,
  integer: 11,
  int64: 20,
  real: 32,
  boolean: 3,
  date: 12,
  datetime: 30,
  time: 16,
  guid: 36,
};

const numbers: readonly FieldType[] = ["integer", "int64", "real"];

/** The column of a field in a format that has no columns of its own. */
export function columnOfField(field: EntityField, name: string, hasHeader: boolean): FixedColumn {
  const width = Math.max(widthOf(field), hasHeader ? charactersIn(name) : 1);
  return { name, width, alignment: numbers.includes(field.type) ? "right" : "left" };
}

function widthOf({ type, lengthMax, enumValues = [] }: EntityField): number {
  if (type !== "enum") return lengthMax ?? widths[type];
  return Math.max(...enumValues.map(({ symbol, label }) => Math.max(charactersIn(symbol), charactersIn(label))));
}

export function charactersIn(text: string): number {
  return Array.from(text).length;
}

export function widthOfLine(columns: readonly FixedColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0);
}

export function fixedWidthProblems({ columns = [], hasHeader, padding }: FixedWidthFormat): readonly MemberError[] {
  const seen = new Set<string>();
  const problems = columns.flatMap((column, index) => columnProblems(column, `columns[${index}]`, hasHeader, seen));
  if (padding !== undefined) problems.push(...signProblems("padding", padding));
  if (widthOfLine(columns) > lineCharactersMax) {
    problems.push({ path: "columns", message: `A line holds at most ${lineCharactersMax} characters.` });
  }
  return problems;
}

function columnProblems(
  { name, width, padding }: FixedColumn,
  path: string,
  hasHeader: boolean,
  seen: Set<string>,
): MemberError[] {
  const problems: MemberError[] = [];
  if (seen.has(foldName(name))) problems.push({ path: `${path}.name`, message: `Column "${name}" is there already.` });
  seen.add(foldName(name));
  if (hasHeader && charactersIn(name) > width) {
    const message = `The header row has no room for "${name}" in ${width} characters. Widen the column, or shorten its name.`;
    problems.push({ path: `${path}.width`, message });
  }
  const [wrong] = padding === undefined ? [] : signProblems("padding", padding);
  if (wrong) problems.push({ path: `${path}.padding`, message: wrong.message });
  return problems;
}

/**
 * The value of a cell that is not filled with blanks. A cell of blanks is empty; of one that has nothing but its padding,
 * one character stays, and so does the zero in front of a decimal sign.
 */
export function valueOfCell(cell: string, { alignment, padding = " " }: FixedColumn): string {
  const characters = Array.from(cell);
  if (characters.every((character) => character === " ")) return "";
  const isOther = (character: string): boolean => character !== padding;
  if (alignment === "left") return characters.slice(0, Math.max(1, characters.findLastIndex(isOther) + 1)).join("");
  const first = characters.findIndex(isOther);
  const isWhole = first >= 0 && !(padding === "0" && /[.,]/.test(characters[first] ?? ""));
  return characters.slice(isWhole ? first : Math.max(0, (first < 0 ? characters.length : first) - 1)).join("");
}
