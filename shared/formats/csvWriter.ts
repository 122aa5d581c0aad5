import type { TextQualifierUse } from "../domain/fieldMapLine.ts";
import { linesOf, recordAt, type RecordLines, recordsIn, startOfValues, tab } from "../domain/recordLines.ts";
import { decodeText } from "../domain/recordText.ts";
import { type DelimitedFormat, delimiterOf } from "../domain/sourceFormats/delimited.ts";
import { rowEnds } from "../domain/sourceFormats/textFile.ts";
import type { Pace } from "../ports/pace.ts";
import { FormatError } from "./recordFormat.ts";
import type { RecordWriter } from "./recordFormat.ts";
import { markedFile, textEncoderOf } from "./textEncoding.ts";
import { encodeOutput, makeRoom, textOutput, type TextOutput, writeText } from "./textOutput.ts";
import { columnOf, refusal, refuseCharacter, type WrittenText } from "./unwritableText.ts";

/** All that writing a cell needs, computed once per file. */
interface Layout extends WrittenText {
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
}

type Qualifiers = readonly (TextQualifierUse | undefined)[];

/**
 * Writes delimited files: rows end in CRLF unless the format says otherwise, cells are qualified where
 * RFC 4180 asks for it. A value that the format cannot hold ends the file with an error that names record and column.
 */
export function createCsvWriter(format: DelimitedFormat, pace: Pace): RecordWriter {
  return {
    write(columns, batches, defaults = [], nameOf, qualifiers = []) {
      const layout = { ...layoutOf(format, columns, defaults, qualifiers), ...(nameOf && { nameOf }) };
      return markedFile(layout.encoder, writeCsv(layout, format, batches, pace));
    },
  };
}

async function* writeCsv(
  layout: Layout,
  { hasHeader, skipLines = 0 }: DelimitedFormat,
  batches: AsyncIterable<RecordLines>,
  pace: Pace,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { columns, encoder, rowEnd } = layout;
  yield encoder.encode(rowEnd.repeat(skipLines)) ?? Buffer.alloc(0);
  const header = linesOf(hasHeader ? [{ key: "", number: 0, values: columns }] : []);
  yield encodeRecords({ ...layout, defaults: [], qualifiers: [] }, header, 0);
  let written = 0;
  for await (const batch of batches) {
    yield encodeRecords(layout, batch, written + 1);
    written += batch.count;
    if (pace.isOver()) await pace.rest();
  }
}

function layoutOf(
  format: DelimitedFormat,
  columns: readonly string[],
  defaults: readonly string[],
  qualifiers: Qualifiers,
): Layout {
  const { codePage, textQualifier: qualifier } = format;
  const delimiter = delimiterOf(format);
  const layout: Layout = {
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
  };
  requireQualifier(layout);
  const written = columns.map(
    (_, place) => cellText(layout, defaults[place] ?? "", place) ?? refuseDefault(layout, place),
  );
  return { ...layout, defaults: written.some((value) => value !== "") ? written : [] };
}

function requireQualifier({ columns, qualifier, qualifiers }: Layout): void {
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

function encodeRecords(layout: Layout, batch: RecordLines, firstNumber: number): Uint8Array {
  const { count, starts, ends } = batch;
  const sizeBytes = count === 0 ? 0 : ends[count - 1]! - starts[0]!;
  const output = textOutput(sizeBytes + 1024);
  for (let index = 0; index < count; index += 1) writeRecord(layout, batch, index, output, firstNumber + index);
  const encoded = encodeOutput(output, layout.codePage, layout.encoder);
  return encoded ?? refuseCharacter(layout, recordsIn(batch), firstNumber);
}

function writeRecord(layout: Layout, batch: RecordLines, index: number, output: TextOutput, number: number): void {
  const { defaults, delimiter, stops, qualifier, qualifiers, rowEnd } = layout;
  const delimiterByte = delimiter[0]!;
  const isByte = delimiter.length === 1;
  const aroundLength = delimiter.length + rowEnd.length;
  const { bytes } = batch;
  const end = batch.ends[index]!;
  const from = startOfValues(bytes, batch.starts[index]!);
  const isPlain = qualifiers.length === 0;
  let cells = 0;
  for (let at = from; at <= end; at += 1) {
    // As many bytes as are left of the line, unless there is something to a cell.
    makeRoom(output, end - at + aroundLength);
    if (cells > 0) {
      if (isByte) output.bytes[output.filled++] = delimiterByte;
      else output.filled += delimiter.copy(output.bytes, output.filled);
    }
    const start = at;
    const to = output.bytes;
    let filled = output.filled;
    while (at < end && stops[bytes[at]!] === 0) to[filled++] = bytes[at++]!;
    if ((at === end || bytes[at] === tab) && (isPlain || at === start || qualifiers[cells] === undefined))
      output.filled = filled;
    else {
      at = endOfValue(bytes, at, end);
      const value = bytes.toString("utf8", start, at);
      const text = layout.hasAbsentCells && value === absentCell ? "" : cellText(layout, decodeText(value), cells);
      writeText(output, text ?? refuseSpecial(layout, batch, index, number, cells));
    }
    if (at === start && defaults.length > 0) writeText(output, defaults[cells] ?? "");
    else if (at === start && layout.hasAbsentCells) writeText(output, `${qualifier}${qualifier}`);
    cells += 1;
  }
  if (cells !== layout.columns.length) {
    throw new FormatError("unwritable", `Record ${number} has ${cells} cells for ${layout.columns.length} columns.`);
  }
  // One empty cell alone would be a blank line, which readers skip.
  if (cells === 1 && from === end && qualifier !== null && !defaults[0]) writeText(output, qualifier + qualifier);
  else if (layout.lastDelimiter !== "" && isLastEmpty(layout, batch, index)) writeText(output, layout.lastDelimiter);
  writeText(output, rowEnd);
}

function isLastEmpty({ columns, defaults }: Layout, { bytes, starts, ends }: RecordLines, index: number): boolean {
  const end = ends[index]!;
  const isEmpty = bytes[end - 1] === tab || startOfValues(bytes, starts[index]!) === end;
  return isEmpty && !defaults[columns.length - 1];
}

/** A value that the record does not have, as it stands in its line. */
const absentCell = "\\N";

function endOfValue(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== tab) at += 1;
  return at;
}

/** A value as it stands in the file; undefined where the format cannot hold it. */
function cellText({ qualifier, qualifiers, special }: Layout, value: string, place: number): string | undefined {
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

function whyUnwritable({ qualifiers }: Layout, cell: number): string {
  return qualifiers[cell] === "never" ? unqualified : unprotected;
}

function refuseSpecial(layout: Layout, batch: RecordLines, index: number, number: number, cell: number): never {
  throw refusal(
    "unwritable",
    { file: layout, record: recordAt(batch, index), number, cell },
    whyUnwritable(layout, cell),
  );
}

function refuseDefault(layout: Layout, cell: number): never {
  const what = `The default value of column ${columnOf(layout.columns, cell)}`;
  throw new FormatError("unwritable", `${what} ${whyUnwritable(layout, cell)}`);
}
