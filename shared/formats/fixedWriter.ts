import { foldName } from "../domain/foldName.ts";
import { linesOf, recordAt, type RecordLines, recordsIn, startOfValues, tab } from "../domain/recordLines.ts";
import { decodeText } from "../domain/recordText.ts";
import { shownValue } from "../domain/shownValue.ts";
import {
  charactersIn,
  type FixedColumn,
  type FixedWidthFormat,
  valueOfCell,
} from "../domain/sourceFormats/fixedWidth.ts";
import { rowEnds } from "../domain/sourceFormats/textFile.ts";
import type { Pace } from "../ports/pace.ts";
import { FormatError, type RecordWriter } from "./recordFormat.ts";
import { markedFile, textEncoderOf } from "./textEncoding.ts";
import { encodeOutput, makeRoom, textOutput, type TextOutput, writeText } from "./textOutput.ts";
import { columnOf, refusal, refuseCharacter, type WrittenText } from "./unwritableText.ts";

/** All that writing a line needs, computed once per file. */
interface Layout extends WrittenText {
  readonly format: FixedWidthFormat;
  readonly fixed: readonly FixedColumn[];
  /** The value of each column of the file, by its number in a record; -1 for a column that stays blank. */
  readonly sources: readonly number[];
  readonly rowEnd: string;
}

/**
 * Writes files of fixed width. A column of the format that no value is for is blank; a value that is longer than its
 * column ends the file with an error that names record, column and width.
 */
export function createFixedWriter(
  format: FixedWidthFormat,
  layout: () => readonly FixedColumn[],
  pace: Pace,
): RecordWriter {
  return {
    write(columns, batches, defaults = [], nameOf) {
      const layoutOfFile = () => ({ ...layoutOf(format, layout(), columns, defaults), ...(nameOf && { nameOf }) });
      return markedFile(textEncoderOf(format.codePage), writeFixed(layoutOfFile, batches, pace));
    },
  };
}

function layoutOf(
  format: FixedWidthFormat,
  fixed: readonly FixedColumn[],
  columns: readonly string[],
  defaults: readonly string[],
): Layout {
  const places = new Map(fixed.map(({ name }, index) => [foldName(name.trim()), index]));
  const sources = fixed.map(() => -1);
  for (const [index, column] of columns.entries()) {
    const place = places.get(foldName(column.trim()));
    const shown = shownValue(column);
    if (place === undefined) {
      const next = "Add it to the format with its width, or take it out of the field map.";
      throw new FormatError("unwritable", `Format "${format.name}" has no column ${shown}. ${next}`);
    }
    if (sources[place] !== -1) throw new FormatError("unwritable", `Column ${shown} is mapped twice. Map it once.`);
    sources[place] = index;
    const why = defaults[index] ? whyNot(format, fixed[place]!, defaults[index]) : undefined;
    if (why !== undefined)
      throw new FormatError("unwritable", `The default value of column ${columnOf(columns, index)} ${why}`);
  }
  const { codePage } = format;
  const rowEnd = rowEnds[format.rowDelimiter ?? "crlf"];
  return { format, fixed, columns, sources, defaults, codePage, encoder: textEncoderOf(codePage), rowEnd };
}

async function* writeFixed(
  layoutOfFile: () => Layout,
  batches: AsyncIterable<RecordLines>,
  pace: Pace,
): AsyncGenerator<Uint8Array, void, undefined> {
  const layout = layoutOfFile();
  if (layout.format.hasHeader) yield* encodeHeader(layout);
  let written = 0;
  for await (const batch of batches) {
    for (const bytes of encodeRecords(layout, batch, written + 1)) {
      yield bytes;
      if (pace.isOver()) await pace.rest();
    }
    written += batch.count;
  }
}

/** The names of all columns, filled up with blanks, whatever fills the values. */
function encodeHeader(layout: Layout): Iterable<Uint8Array> {
  const columns = layout.fixed.map(({ name }) => name);
  const fixed = layout.fixed.map((column) => ({ ...column, padding: " " }));
  const header = { ...layout, columns, fixed, sources: fixed.map((_, index) => index), defaults: [] };
  return encodeRecords(header, linesOf([{ key: "", number: 0, values: columns }]), 0);
}

/** In pieces of bounded size: short values of wide columns become long lines. */
function* encodeRecords(layout: Layout, batch: RecordLines, firstNumber: number): Generator<Uint8Array> {
  let output = textOutput(pieceBytes);
  const cells = new Uint32Array(layout.columns.length + 1);
  const taken = (): Uint8Array =>
    encodeOutput(output, layout.codePage, layout.encoder) ?? refuseCharacter(layout, recordsIn(batch), firstNumber);
  for (let index = 0; index < batch.count; index += 1) {
    const number = firstNumber + index;
    splitValues(batch, index, cells, number);
    for (let place = 0; place < layout.fixed.length; place += 1) {
      writeCell(layout, { batch, index, number, cells }, output, place);
    }
    writeText(output, layout.rowEnd);
    if (output.filled < pieceBytes) continue;
    yield taken();
    output = textOutput(pieceBytes);
  }
  yield taken();
}

const pieceBytes = 256 * 1024;

/** Notes where each value begins, and one behind the end of the last. */
function splitValues({ bytes, starts, ends }: RecordLines, index: number, cells: Uint32Array, number: number): void {
  const end = ends[index]!;
  let count = 0;
  cells[count++] = startOfValues(bytes, starts[index]!);
  for (let at = cells[0]!; at < end; at += 1) if (bytes[at] === tab) cells[count++] = at + 1;
  if (count === cells.length - 1) cells[count] = end + 1;
  else throw new FormatError("unwritable", `Record ${number} has ${count} cells for ${cells.length - 1} columns.`);
}

const backslash = 0x5c;
const blank = 0x20;

interface Row {
  readonly batch: RecordLines;
  readonly index: number;
  readonly number: number;
  /** Where each value begins, and one behind the end of the last. */
  readonly cells: Uint32Array;
}

function writeCell(layout: Layout, row: Row, output: TextOutput, place: number): void {
  const { bytes } = row.batch;
  const column = layout.fixed[place]!;
  const source = layout.sources[place]!;
  const [from, to] = source < 0 ? [0, 0] : [row.cells[source]!, row.cells[source + 1]! - 1];
  if (from === to) {
    const text = layout.defaults[source] ?? "";
    if (text === "") fill(output, column.width);
    else writeText(output, padded(column, text));
    return;
  }
  const characters = plainCharacters(bytes, from, to);
  if (column.padding !== " " || characters < 0 || characters > column.width) {
    writeText(output, checked(layout, row, column, source, decodeText(bytes.toString("utf8", from, to))));
    return;
  }
  if (column.alignment === "right") fill(output, column.width - characters);
  makeRoom(output, to - from);
  output.filled += bytes.copy(output.bytes, output.filled, from, to);
  if (column.alignment === "left") fill(output, column.width - characters);
}

/** How many characters the value has; below 0 where it does not stand in its line as it is, or needs a closer look. */
function plainCharacters(bytes: Buffer, from: number, to: number): number {
  let characters = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at]!;
    if (byte < blank || byte === backslash) return -1;
    if ((byte & 0xc0) !== 0x80) characters += 1;
  }
  return characters;
}

function fill(output: TextOutput, count: number): void {
  makeRoom(output, count);
  output.bytes.fill(blank, output.filled, output.filled + count);
  output.filled += count;
}

function checked(
  layout: Layout,
  { batch, index, number }: Row,
  column: FixedColumn,
  cell: number,
  value: string,
): string {
  const why = whyNot(layout.format, column, value);
  if (why === undefined) return padded(column, value);
  throw refusal("unwritable", { file: layout, record: recordAt(batch, index), number, cell }, why);
}

function padded({ width, alignment, padding = " " }: FixedColumn, value: string): string {
  const fillers = padding.repeat(width - charactersIn(value));
  return alignment === "right" ? fillers + value : value + fillers;
}

/** Why the column cannot hold the value, as the end of a sentence. Blanks at its padded end are no loss. */
function whyNot({ name }: FixedWidthFormat, column: FixedColumn, value: string): string | undefined {
  const { width, padding = " ", alignment } = column;
  const characters = charactersIn(value);
  if (characters > width) {
    return `has ${characters} characters, and its column in format "${name}" has ${width}. Widen the column, or shorten the value.`;
  }
  if (/[\r\n]/.test(value)) return "holds a line break, which no file of fixed width can hold.";
  if (padding === " " || valueOfCell(padded(column, value), column) === value) return undefined;
  const where = alignment === "right" ? "begins" : "ends";
  return `${where} with ${shownValue(padding)}, which fills its column in format "${name}". Give the column another padding.`;
}
