import type { FieldType } from "../../domain/dataEntity.ts";
import { type LineBuffer, lineBuffer, reserve } from "../../domain/lineBuffer.ts";
import { recordAt, type RecordLines, startOfValues, tab } from "../../domain/recordLines.ts";
import { decodeOptionalValues } from "../../domain/recordText.ts";
import { shownValue } from "../../domain/shownValue.ts";
import { FormatError, type NameOfCell } from "../recordFormat.ts";
import { columnLetters } from "./cellNames.ts";
import { cellXml, isPlainText, textCharactersMax } from "./writtenCell.ts";

/** What the values of a file stand for, and how its columns are called. */
export interface SheetColumns {
  readonly columns: readonly string[];
  readonly types: readonly (FieldType | undefined)[];
  readonly defaults: readonly string[];
  /** Datetimes are those of a time zone; one that says UTC is a text then. */
  readonly isLocalTime: boolean;
  readonly nameOf?: NameOfCell;
}

/** All that writing a cell needs, computed once per file. */
export interface SheetLayout extends SheetColumns {
  /** Each as far as the number of the row. */
  readonly opened: readonly Buffer[];
  /** What an empty cell of the column is written as, behind the number of the row. */
  readonly empty: readonly (Buffer | undefined)[];
  readonly isText: readonly boolean[];
}

export function sheetLayout(sheet: SheetColumns): SheetLayout {
  const { columns, defaults, isLocalTime, types } = sheet;
  const opened = columns.map((_, index) => Buffer.from(`<c r="${columnLetters(index + 1)}`));
  const empty = columns.map((_, index) => {
    const value = defaults[index] ?? "";
    const why = value === "" ? undefined : unwritableText(value);
    if (why !== undefined)
      throw new FormatError("unwritable", `The default value of column ${nameOf(sheet, index)} ${why}`);
    return value === "" ? undefined : Buffer.from(cellXml(value, types[index], isLocalTime));
  });
  return { ...sheet, opened, empty, isText: columns.map((_, index) => !typed.has(types[index] ?? "string")) };
}

const typed: ReadonlySet<FieldType> = new Set(["integer", "int64", "real", "boolean", "date", "datetime", "time"]);

/** The names of the columns, as the first row. */
export function writeHeader(layout: SheetLayout): Uint8Array {
  const cells = layout.columns.map((name, index) => {
    const why = unwritableText(name);
    if (why !== undefined) throw new FormatError("unwritable", `The header of column ${nameOf(layout, index)} ${why}`);
    return name === "" ? "" : `${layout.opened[index]!.toString()}1${cellXml(name, undefined, false)}`;
  });
  return Buffer.from(`<row r="1">${cells.join("")}</row>`);
}

const rowStart = Buffer.from('<row r="');
const rowEnd = Buffer.from("</row>");
const tagEnd = Buffer.from('">');

/** The records as rows behind `before` others. */
export function writeRows(layout: SheetLayout, batch: RecordLines, before: number): Uint8Array {
  const output = lineBuffer();
  for (let index = 0; index < batch.count; index += 1) {
    const row = Buffer.from(String(before + index + 2));
    put(output, rowStart);
    put(output, row);
    put(output, tagEnd);
    writeCells(layout, batch, index, output, row);
    put(output, rowEnd);
  }
  return output.bytes.subarray(0, output.filled);
}

function writeCells(layout: SheetLayout, batch: RecordLines, index: number, output: LineBuffer, row: Buffer): void {
  const { bytes } = batch;
  const end = batch.ends[index]!;
  let cell = 0;
  for (let at = startOfValues(bytes, batch.starts[index]!); at <= end; at += 1) {
    const start = at;
    while (at < end && bytes[at] !== tab) at += 1;
    const isPlain = layout.isText[cell] === true && isPlainText(bytes, start, at);
    if (at === start) putEmpty(layout, cell, row, output);
    else if (isPlain) putText(layout.opened[cell]!, row, bytes, start, at, output);
    else putValue(layout, batch, index, cell, bytes.toString("utf8", start, at), row, output);
    cell += 1;
  }
  if (cell === layout.columns.length) return;
  const text = `A record has ${cell} cells for ${layout.columns.length} columns.`;
  throw new FormatError("unwritable", text);
}

function putEmpty({ opened, empty }: SheetLayout, cell: number, row: Buffer, output: LineBuffer): void {
  const content = empty[cell];
  if (content === undefined) return;
  put(output, opened[cell]!);
  put(output, row);
  put(output, content);
}

const textStart = Buffer.from('" s="1" t="inlineStr"><is><t>');
const textEnd = Buffer.from("</t></is></c>");

function putText(opened: Buffer, row: Buffer, bytes: Buffer, start: number, end: number, output: LineBuffer): void {
  put(output, opened);
  put(output, row);
  put(output, textStart);
  reserve(output, end - start);
  output.filled += bytes.copy(output.bytes, output.filled, start, end);
  put(output, textEnd);
}

function putValue(
  layout: SheetLayout,
  batch: RecordLines,
  index: number,
  cell: number,
  encoded: string,
  row: Buffer,
  output: LineBuffer,
): void {
  const [value = ""] = decodeOptionalValues(encoded);
  if (value === "") return putEmpty(layout, cell, row, output);
  const why = unwritableText(value);
  if (why !== undefined) throw refusal(layout, batch, index, cell, row, why);
  put(output, layout.opened[cell]!);
  put(output, row);
  put(output, Buffer.from(cellXml(value, layout.types[cell], layout.isLocalTime)));
}

function put(output: LineBuffer, bytes: Buffer): void {
  reserve(output, bytes.length);
  const to = output.bytes;
  let filled = output.filled;
  for (let at = 0; at < bytes.length; at += 1) to[filled++] = bytes[at]!;
  output.filled = filled;
}

/** Why no cell can hold the text, as the end of a sentence; undefined for nearly every one. */
function unwritableText(text: string): string | undefined {
  if (text.length > textCharactersMax) {
    return `holds ${text.length} characters, more than the ${textCharactersMax} that a cell of Excel takes. Shorten it, or choose another format.`;
  }
  if (!text.isWellFormed()) return "holds half a character, which no file can hold. Mend it.";
  return undefined;
}

/** Names the value by number where it may be logged, and by the record's key for people. */
function refusal(
  layout: SheetLayout,
  batch: RecordLines,
  index: number,
  cell: number,
  row: Buffer,
  why: string,
): FormatError {
  const message = `Record ${Number(row.toString()) - 1}, column ${nameOf(layout, cell)}, ${why}`;
  const shown = layout.nameOf ? `${layout.nameOf(recordAt(batch, index), cell)} ${why}` : message;
  return new FormatError("unwritable", message, null, shown);
}

function nameOf({ columns }: SheetColumns, cell: number): string {
  return shownValue(columns[cell] ?? `${cell + 1}`);
}
