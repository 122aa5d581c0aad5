import type { TextQualifierUse } from "../domain/fieldMapLine.ts";
import { backslash, recordAt, type RecordLines, tab } from "../domain/recordLines.ts";
import { type DelimitedFormat, delimiterOf } from "../domain/sourceFormats/delimited.ts";
import { rowEnds } from "../domain/sourceFormats/textFile.ts";
import { FormatError } from "./recordFormat.ts";
import { textEncoderOf } from "./textEncoding.ts";
import { columnOf, refusal, type WrittenText } from "./unwritableText.ts";

/** All that writing a cell needs, computed once per file. */
export interface CsvLayout extends WrittenText {
  readonly delimiter: Buffer;
  readonly rowEnd: string;
  /** A row that ends in an empty cell gets one more: readers of the format take one away. */
  readonly lastDelimiter: string;
  readonly qualifier: string | null;
  readonly hasAbsentCells: boolean;
  /** 1 for each byte that ends a value, or asks for a closer look at it. */
  readonly stops: Uint8Array;
  /** Finds what may not stand in a cell without qualifiers. */
  readonly special: RegExp;
  /** What the map says of each column; none where it says nothing of any. */
  readonly qualifiers: Qualifiers;
  /** Bytes that ask for a closer look at their cell, where all other cells are copied as they are. */
  readonly marks: readonly number[] | undefined;
}

export type Qualifiers = readonly (TextQualifierUse | undefined)[];

export function layoutOf(
  format: DelimitedFormat,
  columns: readonly string[],
  defaults: readonly string[],
  qualifiers: Qualifiers,
): CsvLayout {
  const { codePage, textQualifier: qualifier } = format;
  const delimiter = delimiterOf(format);
  const layout: CsvLayout = {
    columns,
    defaults: [],
    delimiter: Buffer.from(delimiter),
    rowEnd: rowEnds[format.rowDelimiter ?? "crlf"],
    lastDelimiter: format.ignoreTrailingDelimiter === true ? delimiter : "",
    qualifier,
    codePage,
    hasAbsentCells: format.hasAbsentCells === true,
    encoder: textEncoderOf(codePage),
    // In a line of bytes, a backslash stands before what cannot stand there as it is.
    stops: stopsAt(`\t\r\n\\${delimiter}${qualifier ?? ""}`),
    special: new RegExp(`[\r\n${escaped(delimiter)}${escaped(qualifier ?? "")}]`, "u"),
    qualifiers: qualifiers.some((use) => use !== undefined) ? qualifiers : [],
    marks: undefined,
  };
  requireQualifier(layout);
  const written = columns.map(
    (_, place) => cellText(layout, defaults[place] ?? "", place) ?? refuseDefault(layout, place),
  );
  const whole = { ...layout, defaults: written.some((value) => value !== "") ? written : [] };
  return { ...whole, marks: marksOf(whole) };
}

const carriageReturn = 0x0d;

/** The qualifier comes first, and then the backslash. Undefined where cells need more than a delimiter between them. */
function marksOf(layout: CsvLayout): readonly number[] | undefined {
  const { columns, defaults, delimiter, qualifier, qualifiers, hasAbsentCells, lastDelimiter } = layout;
  const quotes = Buffer.from(qualifier ?? "");
  const isPlain = defaults.length === 0 && qualifiers.length === 0 && !hasAbsentCells && lastDelimiter === "";
  if (!isPlain || columns.length === 1 || delimiter.length !== 1 || quotes.length !== 1) return undefined;
  const between = delimiter[0]!;
  return [quotes[0]!, backslash, carriageReturn, ...(between === tab ? [] : [between])];
}

function requireQualifier({ columns, qualifier, qualifiers }: CsvLayout): void {
  const place = qualifiers.indexOf("always");
  if (place < 0 || qualifier !== null) return;
  const column = columnOf(columns, place);
  const text = `The field map qualifies column ${column}, but the source format has no text qualifier. Give it one.`;
  throw new FormatError("unwritable", text);
}

function stopsAt(signs: string): Uint8Array {
  const stops = new Uint8Array(256);
  for (const sign of signs) stops[Buffer.from(sign)[0]!] = 1;
  return stops;
}

function escaped(character: string): string {
  return character === "" ? "" : `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

/** A value as it stands in the file; undefined where the format cannot hold it. */
export function cellText(
  { qualifier, qualifiers, special }: CsvLayout,
  value: string,
  place: number,
): string | undefined {
  const use = qualifiers[place];
  if (use !== "always" && !special.test(value)) return value;
  if (qualifier === null || use === "never") return undefined;
  return qualifier + value.replaceAll(qualifier, qualifier + qualifier) + qualifier;
}

const unprotected =
  "holds a column delimiter or a line break, and the format has no text qualifier to protect it. Give the source format " +
  "a text qualifier.";

const unqualified =
  "holds a column delimiter, a line break or a text qualifier, and the field map never qualifies the column. Leave its " +
  "textQualifier out.";

function whyUnwritable({ qualifiers }: CsvLayout, cell: number): string {
  return qualifiers[cell] === "never" ? unqualified : unprotected;
}

export function refuseSpecial(
  layout: CsvLayout,
  batch: RecordLines,
  index: number,
  number: number,
  cell: number,
): never {
  throw refusal(
    "unwritable",
    { file: layout, record: recordAt(batch, index), number, cell },
    whyUnwritable(layout, cell),
  );
}

function refuseDefault(layout: CsvLayout, cell: number): never {
  const what = `The default value of column ${columnOf(layout.columns, cell)}`;
  throw new FormatError("unwritable", `${what} ${whyUnwritable(layout, cell)}`);
}

export function refuseCount({ columns }: CsvLayout, number: number, cells: number): never {
  throw new FormatError("unwritable", `Record ${number} has ${cells} cells for ${columns.length} columns.`);
}
