import { type LineRecord, linesOf, type RecordLines, recordsIn, startOfValues, tab } from "../domain/recordLines.ts";
import { decodeText } from "../domain/recordText.ts";
import { type SourceFormat, columnDelimiters } from "../domain/sourceFormat.ts";
import type { Pace } from "../ports/pace.ts";
import { FormatError } from "./recordFormat.ts";
import type { RecordWriter } from "./recordFormat.ts";
import { textEncoderOf } from "./textEncoding.ts";
import type { TextEncoder } from "./textEncoding.ts";

/** All that writing a cell needs, computed once per file. */
interface Layout {
  readonly columns: readonly string[];
  /** As they stand in the file; none where no column has one. */
  readonly defaults: readonly string[];
  readonly delimiterByte: number;
  readonly qualifier: string | null;
  readonly encoder: TextEncoder;
  readonly codePage: number;
  /** 1 for each byte that ends a value, or asks for a closer look at it. */
  readonly stops: Uint8Array;
  /** Finds what may not stand in a cell without qualifiers. */
  readonly special: RegExp;
}

/** Text of the file as UTF-8. */
interface Output {
  bytes: Buffer;
  filled: number;
  /** It holds half a surrogate pair, which no encoding can write. */
  isTorn: boolean;
}

const rowEnd = "\r\n";

/**
 * Writes delimited files: rows end in CRLF, cells are qualified where RFC 4180 asks for it. A value
 * that the format cannot hold ends the file with an error that names record and column.
 */
export function createCsvWriter(format: SourceFormat, pace: Pace): RecordWriter {
  return {
    write: (columns, batches, defaults = []) => writeCsv(layoutOf(format, columns, defaults), format, batches, pace),
  };
}

async function* writeCsv(
  layout: Layout,
  { hasHeader }: SourceFormat,
  batches: AsyncIterable<RecordLines>,
  pace: Pace,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { columns, encoder } = layout;
  const header = linesOf(hasHeader ? [{ key: "", number: 0, values: columns }] : []);
  const start = encodeRecords({ ...layout, defaults: [] }, header, 0);
  if (encoder.byteOrderMark.length + start.length > 0) yield Buffer.concat([encoder.byteOrderMark, start]);
  let written = 0;
  for await (const batch of batches) {
    yield encodeRecords(layout, batch, written + 1);
    written += batch.count;
    if (pace.isOver()) await pace.rest();
  }
}

function layoutOf(format: SourceFormat, columns: readonly string[], defaults: readonly string[]): Layout {
  const { codePage, textQualifier: qualifier } = format;
  const delimiter = columnDelimiters[format.columnDelimiter];
  const layout: Layout = {
    columns,
    defaults: [],
    delimiterByte: delimiter.charCodeAt(0),
    qualifier,
    codePage,
    encoder: textEncoderOf(codePage),
    // In a line of bytes, a backslash stands before what cannot stand there as it is.
    stops: stopsAt(`\t\r\n\\${delimiter}${qualifier ?? ""}`),
    special: new RegExp(`[\r\n${escaped(delimiter)}${escaped(qualifier ?? "")}]`, "u"),
  };
  const written = defaults.map((value, index) => cellText(layout, value, 0, index));
  return { ...layout, defaults: written.some((value) => value !== "") ? written : [] };
}

function stopsAt(signs: string): Uint8Array {
  const stops = new Uint8Array(256);
  for (const sign of signs) stops[Buffer.from(sign)[0]!] = 1;
  return stops;
}

function escaped(character: string): string {
  return character === "" ? "" : `\\u{${character.charCodeAt(0).toString(16)}}`;
}

function encodeRecords(layout: Layout, batch: RecordLines, firstNumber: number): Uint8Array {
  const { count, starts, ends } = batch;
  const sizeBytes = count === 0 ? 0 : ends[count - 1]! - starts[0]!;
  const output: Output = { bytes: Buffer.allocUnsafeSlow(sizeBytes + 1024), filled: 0, isTorn: false };
  for (let index = 0; index < count; index += 1) writeRecord(layout, batch, index, output, firstNumber + index);
  const bytes = output.bytes.subarray(0, output.filled);
  if (layout.codePage === 65001 && !output.isTorn) return bytes;
  const encoded = output.isTorn ? undefined : layout.encoder.encode(bytes.toString("utf8"));
  return encoded ?? refuseCharacter(layout, recordsIn(batch), firstNumber);
}

function writeRecord(layout: Layout, batch: RecordLines, index: number, output: Output, number: number): void {
  const { defaults, stops, qualifier } = layout;
  const { bytes } = batch;
  const end = batch.ends[index]!;
  const from = startOfValues(bytes, batch.starts[index]!);
  let cells = 0;
  for (let at = from; at <= end; at += 1) {
    // As many bytes as are left of the line, unless there is something to a cell.
    makeRoom(output, end - at + 1 + rowEnd.length);
    if (cells > 0) output.bytes[output.filled++] = layout.delimiterByte;
    const start = at;
    const to = output.bytes;
    let filled = output.filled;
    while (at < end && stops[bytes[at]!] === 0) to[filled++] = bytes[at++]!;
    if (at === end || bytes[at] === tab) output.filled = filled;
    else {
      at = endOfValue(bytes, at, end);
      writeText(output, cellText(layout, decodeText(bytes.toString("utf8", start, at)), number, cells));
    }
    if (at === start && defaults.length > 0) writeText(output, defaults[cells] ?? "");
    cells += 1;
  }
  if (cells !== layout.columns.length) {
    throw new FormatError("unwritable", `Record ${number} has ${cells} cells for ${layout.columns.length} columns.`);
  }
  // One empty cell alone would be a blank line, which readers skip.
  if (cells === 1 && from === end && qualifier !== null && !defaults[0]) writeText(output, qualifier + qualifier);
  writeText(output, rowEnd);
}

function endOfValue(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== tab) at += 1;
  return at;
}

/** A value as it stands in the file. */
function cellText({ columns, qualifier, special }: Layout, value: string, number: number, index: number): string {
  if (!special.test(value)) return value;
  if (qualifier === null) return refuseSpecial(columns, number, index);
  return qualifier + value.replaceAll(qualifier, qualifier + qualifier) + qualifier;
}

function writeText(output: Output, text: string): void {
  makeRoom(output, 3 * text.length);
  if (!text.isWellFormed()) output.isTorn = true;
  output.filled += output.bytes.write(text, output.filled);
}

function makeRoom(output: Output, sizeBytes: number): void {
  const { bytes, filled } = output;
  if (filled + sizeBytes <= bytes.length) return;
  output.bytes = Buffer.allocUnsafeSlow(2 * (filled + sizeBytes));
  bytes.copy(output.bytes, 0, 0, filled);
}

function refuseSpecial(columns: readonly string[], number: number, index: number): never {
  throw new FormatError(
    "unwritable",
    `${placeOf(columns, number, index)} holds a column delimiter or a line break, and the format has no text ` +
      "qualifier to protect it. Give the source format a text qualifier.",
  );
}

/** Finds the character that the code page cannot write, and names it by number: contents stay out of messages. */
function refuseCharacter(
  { columns, encoder, codePage }: Layout,
  batch: readonly LineRecord[],
  firstNumber: number,
): never {
  for (const [row, { values }] of batch.entries()) {
    for (const [index, cell] of values.entries()) {
      const character = Array.from(cell ?? "").find((each) => encoder.encode(each) === undefined);
      if (character === undefined) continue;
      const codePoint = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      throw new FormatError(
        "DMF1957",
        `${placeOf(columns, firstNumber + row, index)} holds U+${codePoint}, which code page ${codePage} cannot ` +
          "write. Choose CSV-Unicode or code page 65001.",
      );
    }
  }
  throw new FormatError("DMF1957", `The file holds text that code page ${codePage} cannot write.`);
}

function placeOf(columns: readonly string[], number: number, index: number): string {
  const column = columns[index] ?? `${index + 1}`;
  return number === 0 ? `The header of column ${JSON.stringify(column)}` : `Record ${number}, column ${column},`;
}
