import { cutTexts, type CutTexts } from "./cutTexts.ts";
import { type EntityField, recordKey } from "./dataEntity.ts";
import { endLine, type LineBuffer, reserve, writeCell, writeNumber, writeTab, writeText } from "./lineBuffer.ts";
import { encodeCell, encodeText } from "./recordText.ts";
import type { Region } from "./region.ts";
import type { RowBatch } from "./rowBatch.ts";
import { shownValue } from "./shownValue.ts";
import type { EmbeddedConverter, ParentValue } from "./embedded.ts";
import { byFoldedName, foldName } from "./foldName.ts";
import { canonicalCheckFor, converterFor, embeddedConverterFor } from "./values.ts";
import { convertingValues, type ValueConversions } from "./valueConversions.ts";
import type { CanonicalCheck, Converter } from "./values/valueType.ts";

export interface RowError {
  readonly field: string;
  /** A code of the original's data management errors where one fits. */
  readonly code: string;
  /** Without the value, so that it may stand anywhere. */
  readonly message: string;
  /** The value that it is about, as people read it; see `textWithValue`. */
  readonly value?: string;
}

/** A field of an entity, and what of a row feeds it. */
export interface MappedField {
  readonly field: EntityField;
  /** Its place among the cells; -1 for none. */
  readonly cell: number;
  /** In canonical form. */
  readonly defaultValue: string | undefined;
  readonly ignoreBlank: boolean;
  /** By the entity or by the field map. */
  readonly isRequired: boolean;
  readonly conversions: ValueConversions | undefined;
  /** A text that is too long is cut. */
  readonly truncates: boolean;
  /** A part of the key that gets a number later: until then its cell tells which rows are of one, and a blank one none. */
  readonly isNumbered: boolean;
}

/**
 * Writes a row as a record's line: its key, its line in the file and the values of the mapped fields. Writes nothing, and
 * answers every error, where one of its cells does not fit its field. Not for broken rows.
 */
export type RowMapper = (batch: RowBatch, index: number, to: LineBuffer) => readonly RowError[] | undefined;

interface FieldWriter extends MappedField {
  /** Of a child's records, which the record's own values say something about. */
  readonly within: EmbeddedConverter | undefined;
  /** The key of that record, by the folded names of its fields. */
  readonly holders?: ReadonlyMap<string, FieldWriter>;
  readonly convert: Converter;
  readonly isCanonical: CanonicalCheck | undefined;
}

export interface MappedRows {
  readonly mapRow: RowMapper;
  /** What was done to the rows so far that somebody should know. */
  readonly warnings: () => readonly string[];
}

export function rowMapper(mapped: readonly MappedField[], region?: Region): MappedRows {
  const cuts = mapped.some(({ truncates }) => truncates) ? cutTexts() : undefined;
  const plain = mapped.map((each) => fieldWriter(each, region, cuts));
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
  return { mapRow, warnings: () => cuts?.warnings() ?? [] };
}

function rankOf({ isNumbered }: MappedField): number {
  return isNumbered ? 0 : 1;
}

/** A cell that is canonical as it stands may still be a text that stands for another value. */
function fieldWriter(mapped: MappedField, region: Region | undefined, cuts: CutTexts | undefined): FieldWriter {
  const { field, cell, conversions, truncates } = mapped;
  const own = converterFor(field, region);
  const convert = truncates && cuts ? cuts.cutting(field, own) : own;
  const isCanonical = cell < 0 || conversions ? undefined : canonicalCheckFor(field, region);
  const within = field.embedded && embeddedConverterFor(field.embedded, region);
  return { ...mapped, within, convert: conversions ? convertingValues(conversions, convert) : convert, isCanonical };
}

/**
 * Of a key as it is compared: far more than the 1,700 bytes that an index of the original takes. What is stored says of
 * each of its pieces with which key it begins, which readers hold in memory.
 */
const keyBytesMax = 4096;

/** The key and the line, tabs behind them; false when the key has no value, or is too long. */
function writeKey(keys: readonly FieldWriter[], batch: RowBatch, index: number, to: LineBuffer): boolean {
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
function keyOf(keys: readonly FieldWriter[], batch: RowBatch, index: number): string | undefined {
  const values = keys.map((key) => valueOf(key, batch, index));
  if (values.some((value) => typeof value === "object")) return undefined;
  return encodeText(recordKey(values.map((value) => (typeof value === "string" ? value : ""))));
}

/** A single key that is plain ASCII, in lower case and without the blanks at its end; false leaves it to the text. */
function writeFolded({ cell, isCanonical }: FieldWriter, batch: RowBatch, index: number, to: LineBuffer): boolean {
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

const blank = 0x20;
const [upperA, upperZ] = [0x41, 0x5a];

/** False where a cell has no value for its field. */
function writeValues(fields: readonly FieldWriter[], batch: RowBatch, index: number, to: LineBuffer): boolean {
  const { bytes, starts, ends } = batch;
  const first = index * batch.width;
  for (const field of fields) {
    const place = first + field.cell;
    const start = field.cell < 0 ? 0 : starts[place]!;
    const end = field.cell < 0 ? 0 : ends[place]!;
    if (field.isCanonical && end > start && !mayBeBlank(bytes, start) && field.isCanonical(bytes, start, end)) {
      writeCell(to, bytes, start, end);
      continue;
    }
    const value = end > start ? valueOf(field, batch, index) : valueOfBlank(field, end < start, batch.lines[index]!);
    if (typeof value === "object") return false;
    writeTab(to);
    if (value !== "") writeText(to, encodeCell(value));
  }
  return true;
}

/** Whether a cell begins with a character that may be nothing but blank space: what `trim` removes. */
function mayBeBlank(bytes: Buffer, start: number): boolean {
  const byte = bytes[start]!;
  if (byte < 0x80) return byte <= blank;
  const next = bytes[start + 1]!;
  if (byte === 0xc2) return next === 0xa0;
  if (byte === 0xe1) return next === 0x9a;
  if (byte === 0xe2) return next === 0x80 || next === 0x81;
  return (byte === 0xe3 && next === 0x80) || (byte === 0xef && next === 0xbb);
}

/** What the field's cell stands for: a text, undefined to keep what is stored, or why it does not fit. */
function valueOf(field: FieldWriter, batch: RowBatch, index: number): string | undefined | RowError {
  const place = index * batch.width + field.cell;
  const [start, end] = field.cell < 0 ? [0, 0] : [batch.starts[place]!, batch.ends[place]!];
  const text = batch.bytes.toString("utf8", start, end);
  if (text === "" || text.trim() === "") return valueOfBlank(field, end < start, batch.lines[index]!);
  const converted = field.within?.(text, parentOf(field, batch, index)) ?? field.convert(text);
  if ("problem" in converted) {
    const { name } = field.field;
    const { rule, problem } = converted;
    const value = shownValue(text);
    if (rule !== undefined) return { field: name, code: "validateField", message: rule, value };
    return { field: name, code: problemCode(field.field), message: `Field "${name}" ${problem}.`, value };
  }
  return converted.value === "" ? valueOfBlank(field, false, batch.lines[index]!) : converted.value;
}

function parentOf({ holders }: FieldWriter, batch: RowBatch, index: number): ParentValue {
  return (name) => {
    const key = holders?.get(foldName(name));
    const value = key && valueOf(key, batch, index);
    return typeof value === "string" ? value : undefined;
  };
}

/** A row without the cell says nothing of the field, and an empty one that it has no value. */
function valueOfBlank(
  { field, defaultValue, ignoreBlank, isRequired, isNumbered }: FieldWriter,
  isAbsent: boolean,
  line: number,
): string | undefined | RowError {
  if (isNumbered) return rowMark(line);
  if (defaultValue !== undefined) return defaultValue;
  if (field.embedded) {
    const message = `The record has no element for "${field.name}". One without records of it has an empty one.`;
    return { field: field.name, code: "MAP011", message };
  }
  if (field.isKey || isRequired) {
    const message = `Field "${field.name}" is ${field.isKey ? "part of the key" : "required"}, but the row holds no value for it.`;
    return { field: field.name, code: "required", message };
  }
  return ignoreBlank || isAbsent ? undefined : "";
}

const lineDigits = 15;

/** Stands for a row alone: no value begins with such a character. */
function rowMark(line: number): string {
  return `\u0001${String(line).padStart(lineDigits, "0")}`;
}

function errorsOf(fields: readonly FieldWriter[], batch: RowBatch, index: number): readonly RowError[] {
  const errors = fields.flatMap((field) => {
    const value = valueOf(field, batch, index);
    return typeof value === "object" ? [value] : [];
  });
  const keys = fields.filter(({ field }) => field.isKey);
  const isLong = Buffer.byteLength(keyOf(keys, batch, index) ?? "") > keyBytesMax;
  return isLong ? [...errors, longKey(keys)] : errors;
}

function longKey(keys: readonly FieldWriter[]): RowError {
  const message = `The key is longer than ${keyBytesMax} bytes. Shorten its values, or make other fields the key.`;
  return { field: keys[0]?.field.name ?? "", code: "DMF2018", message };
}

export function problemCode(field: EntityField): string {
  if (field.type === "enum") return "DMF021";
  if (field.type === "date" || field.type === "datetime" || field.type === "time") return "DMF2016";
  return "DMF2018";
}
