import { endOfValue, linesOf, type RecordLines, recordsIn, startOfValues, tab } from "../domain/recordLines.ts";
import { decodeText } from "../domain/recordText.ts";
import type { DelimitedFormat } from "../domain/sourceFormats/delimited.ts";
import type { Pace } from "../ports/pace.ts";
import { type CsvLayout, cellText, layoutOf, refuseCount, refuseSpecial } from "./csvLayout.ts";
import { writePlainRows } from "./csvPlainRows.ts";
import type { RecordWriter } from "./recordFormat.ts";
import { markedFile } from "./textEncoding.ts";
import { encodeOutput, makeRoom, textOutput, type TextOutput, writeText } from "./textOutput.ts";
import { refuseCharacter } from "./unwritableText.ts";

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
  layout: CsvLayout,
  { hasHeader, skipLines = 0 }: DelimitedFormat,
  batches: AsyncIterable<RecordLines>,
  pace: Pace,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { columns, encoder, rowEnd } = layout;
  yield encoder.encode(rowEnd.repeat(skipLines)) ?? Buffer.alloc(0);
  const header = linesOf(hasHeader ? [{ key: "", number: 0, values: columns }] : []);
  yield encodeRecords({ ...layout, defaults: [], qualifiers: [], marks: undefined }, header, 0);
  let written = 0;
  for await (const batch of batches) {
    yield encodeRecords(layout, batch, written + 1);
    written += batch.count;
    if (pace.isOver()) await pace.rest();
  }
}

function encodeRecords(layout: CsvLayout, batch: RecordLines, firstNumber: number): Uint8Array {
  const { count, starts, ends } = batch;
  const sizeBytes = count === 0 ? 0 : ends[count - 1]! - starts[0]!;
  const output = textOutput(sizeBytes + 1024);
  if (layout.marks) writePlainRows(layout, batch, output, firstNumber);
  else for (let index = 0; index < count; index += 1) writeRecord(layout, batch, index, output, firstNumber + index);
  const encoded = encodeOutput(output, layout.codePage, layout.encoder);
  return encoded ?? refuseCharacter(layout, recordsIn(batch), firstNumber);
}

function writeRecord(layout: CsvLayout, batch: RecordLines, index: number, output: TextOutput, number: number): void {
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
  if (cells !== layout.columns.length) refuseCount(layout, number, cells);
  // One empty cell alone would be a blank line, which readers skip.
  if (cells === 1 && from === end && qualifier !== null && !defaults[0]) writeText(output, qualifier + qualifier);
  else if (layout.lastDelimiter !== "" && isLastEmpty(layout, batch, index)) writeText(output, layout.lastDelimiter);
  writeText(output, rowEnd);
}

function isLastEmpty({ columns, defaults }: CsvLayout, { bytes, starts, ends }: RecordLines, index: number): boolean {
  const end = ends[index]!;
  const isEmpty = bytes[end - 1] === tab || startOfValues(bytes, starts[index]!) === end;
  return isEmpty && !defaults[columns.length - 1];
}

/** A value that the record does not have, as it stands in its line. */
const absentCell = "\\N";
