import { type CellReader, type MappedField, type RowError, valueOf, valueOfBlank } from "./cellValue.ts";
import { cutTexts, type CutTexts } from "./cutTexts.ts";
import { recordKey } from "./dataEntity.ts";
import {
  copyAhead,
  endLine,
  type LineBuffer,
  reserve,
  writeCell,
  writeNumber,
  writeTab,
  writeText,
} from "./lineBuffer.ts";
import { tab } from "./recordLines.ts";
import { encodeCell, encodeText } from "./recordText.ts";
import type { Region } from "./region.ts";
import type { RowBatch } from "./rowBatch.ts";
import { byFoldedName } from "./foldName.ts";
import { canonicalCheckFor, converterFor, embeddedConverterFor } from "./values.ts";
import { convertingValues } from "./valueConversions.ts";
import { blank, mayBeBlank } from "./values/bytes.ts";

/**
 * Writes a row as a record's line: its key, its line in the file and the values of the mapped fields. Writes nothing, and
 * answers every error, where one of its cells does not fit its field. Not for broken rows.
 */
export type RowMapper = (batch: RowBatch, index: number, to: LineBuffer) => readonly RowError[] | undefined;

export interface MappedRows {
  readonly mapRow: RowMapper;
  /** What was done to the rows so far that somebody should know. */
  readonly warnings: () => readonly string[];
  /** Forgets it: the rows come once more. */
  readonly begin: () => void;
}

export function rowMapper(mapped: readonly MappedField[], region?: Region): MappedRows {
  const cuts = mapped.some(({ truncates }) => truncates) ? cutTexts() : undefined;
  const plain = mapped.map((each) => cellReader(each, region, cuts));
  // Rows that are to get one number are to stand together.
  const keys = plain.filter(({ field }) => field.isKey).toSorted((one, other) => rankOf(one) - rankOf(other));
  const holders = byFoldedName(keys, ({ field }) => field.name);
  const fields = plain.map((each) => (each.within ? { ...each, holders } : each));
  const mapRow: RowMapper = (batch, index, to) => {
    const start = to.filled;
    cuts?.begin();
    const isWhole = writeKey(keys, batch, index, to) && writeValues(fields, batch, index, to);
    if (isWhole) {
      endLine(to, start);
      cuts?.keep();
      return undefined;
    }
    to.filled = start;
    return errorsOf(fields, batch, index);
  };
  return { mapRow, warnings: () => cuts?.warnings() ?? [], begin: () => cuts?.forget() };
}

function rankOf({ isNumbered }: MappedField): number {
  return isNumbered ? 0 : 1;
}

/** A cell that is canonical as it stands may still be a text that stands for another value. */
function cellReader(mapped: MappedField, region: Region | undefined, cuts: CutTexts | undefined): CellReader {
  const { field, cell, conversions, truncates } = mapped;
  const own = converterFor(field, region);
  const convert = truncates && cuts ? cuts.cutting(field, own) : own;
  const isCanonical = cell < 0 || conversions ? undefined : canonicalCheckFor(field, region);
  const within = field.embedded && embeddedConverterFor(field.embedded, region);
  const mayBeEmpty = cell >= 0 && valueOfBlank(mapped, false, 0) === "";
  const converted = conversions ? convertingValues(conversions, convert) : convert;
  return { ...mapped, within, convert: converted, isCanonical, mayBeEmpty };
}

/**
 * Of a key as it is compared: far more than the 1,700 bytes that an index of the original takes. What is stored says of
 * each of its pieces with which key it begins, which readers hold in memory.
 */
const keyBytesMax = 4096;

/** The key and the line, tabs behind them; false when the key has no value, or is too long. */
function writeKey(keys: readonly CellReader[], batch: RowBatch, index: number, to: LineBuffer): boolean {
  const start = to.filled;
  const only = keys[0];
  const isWritten = keys.length === 1 && only !== undefined && writeFolded(only, batch, index, to);
  if (!isWritten) {
    const key = keyOf(keys, batch, index);
    if (key === undefined) return false;
    writeText(to, key);
  }
  if (to.filled - start > keyBytesMax) return false;
  writeTab(to);
  writeNumber(to, batch.lines[index]!);
  return true;
}

/** As it stands in a line; undefined when one of its values does not fit. */
function keyOf(keys: readonly CellReader[], batch: RowBatch, index: number): string | undefined {
  const values = keys.map((key) => valueOf(key, batch, index));
  if (values.some((value) => typeof value === "object")) return undefined;
  return encodeText(recordKey(values.map((value) => (typeof value === "string" ? value : ""))));
}

/** A single key that is plain ASCII, in lower case and without the blanks at its end; false leaves it to the text. */
function writeFolded({ cell, isCanonical }: CellReader, batch: RowBatch, index: number, to: LineBuffer): boolean {
  if (!isCanonical) return false;
  const { bytes } = batch;
  const place = index * batch.width + cell;
  const start = batch.starts[place]!;
  let end = batch.ends[place]!;
  while (end > start && bytes[end - 1] === blank) end -= 1;
  if (end <= start || !isCanonical(bytes, start, batch.ends[place]!)) return false;
  reserve(to, end - start + 1);
  let filled = to.filled;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at]!;
    if (byte >= 0x80) return false;
    to.bytes[filled++] = byte >= upperA && byte <= upperZ ? byte + 0x20 : byte;
  }
  to.filled = filled;
  return true;
}

const [upperA, upperZ] = [0x41, 0x5a];

/**
 * False where a cell has no value for its field. Neighbours in a row that are neighbours in the line as well, which most
 * are, are copied together: only the tabs between them are written anew.
 */
function writeValues(fields: readonly CellReader[], batch: RowBatch, index: number, to: LineBuffer): boolean {
  const { bytes, starts, ends, width } = batch;
  const first = index * width;
  const last = first + width - 1;
  // Where a neighbour of the cell before would begin, and up to where the row has been copied.
  let neighbour = -1;
  let copied = 0;
  for (const field of fields) {
    const place = first + field.cell;
    const start = field.cell < 0 ? 0 : starts[place]!;
    const end = field.cell < 0 ? 0 : ends[place]!;
    if (!isAsItStands(field, bytes, start, end)) {
      const value = end > start ? valueOf(field, batch, index) : valueOfBlank(field, end < start, batch.lines[index]!);
      if (typeof value === "object") return false;
      writeTab(to);
      if (value !== "") writeText(to, encodeCell(value));
      neighbour = -1;
      continue;
    }
    if (start !== neighbour || end > copied) {
      if (place === last || starts[place + 1] !== end + 1) {
        writeCell(to, bytes, start, end);
        neighbour = -1;
        continue;
      }
      copied = copyAhead(to, bytes, start, end, ends[last]!);
    }
    to.bytes[to.filled] = tab;
    to.filled += end - start + 1;
    neighbour = end + 1;
  }
  return true;
}

/** Whether what stands in the cell is its value. */
function isAsItStands({ isCanonical, mayBeEmpty }: CellReader, bytes: Buffer, start: number, end: number): boolean {
  if (end <= start) return mayBeEmpty && end === start;
  return isCanonical !== undefined && !mayBeBlank(bytes, start) && isCanonical(bytes, start, end);
}

function errorsOf(fields: readonly CellReader[], batch: RowBatch, index: number): readonly RowError[] {
  const errors = fields.flatMap((field) => {
    const value = valueOf(field, batch, index);
    return typeof value === "object" ? [value] : [];
  });
  const keys = fields.filter(({ field }) => field.isKey);
  const isLong = Buffer.byteLength(keyOf(keys, batch, index) ?? "") > keyBytesMax;
  return isLong ? [...errors, longKey(keys)] : errors;
}

function longKey(keys: readonly CellReader[]): RowError {
  const message = `The key is longer than ${keyBytesMax} bytes. Shorten its values, or make other fields the key.`;
  return { field: keys[0]?.field.name ?? "", code: "DMF2018", message };
}
