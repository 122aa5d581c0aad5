import { FormatError } from "../recordFormat.ts";
import { cellName } from "./cellNames.ts";
import type { XmlHandler } from "./xmlScan.ts";
import { attributeAt, attributeOf, isSet, type Tag } from "./xmlTag.ts";

export type CellType = "n" | "s" | "str" | "inlineStr" | "b" | "e" | "d";

/** A cell as the sheet has it; the same object for each, good until the next one. */
export interface SheetCell {
  row: number;
  column: number;
  type: CellType;
  style: number;
  /** Its value as it is written, or its text: that of a shared one is a number. */
  bytes: Buffer;
  length: number;
  isFormula: boolean;
}

/** Who is told of the cells of a sheet, row by row. Cells without a value come too. */
export interface CellSink {
  cell(cell: SheetCell): void;
  /** All cells of the row were told of. */
  endRow(row: number): void;
  hiddenRow(row: number): void;
  hiddenColumns(from: number, to: number): void;
  merged(): void;
}

export const rowsMax = 1_048_576;
const columnsMax = 16_384;
const cellBytesMax = 1024 * 1024;

/** What the scanner is in, and the cell that it is at, or was at last. */
interface Place {
  readonly sheetName: string;
  readonly cell: SheetCell;
  within: "sheet" | "data" | "row" | "cell";
  /** Whether a text is the value of the cell. */
  isValue: boolean;
  isPhonetic: boolean;
}

function newPlace(sheetName: string): Place {
  const bytes = Buffer.alloc(1024);
  const cell: SheetCell = { row: 0, column: 0, type: "n", style: 0, bytes, length: 0, isFormula: false };
  return { sheetName, cell, within: "sheet", isValue: false, isPhonetic: false };
}

/** Takes the XML of a sheet apart into its cells. Formulas are passed over: a cell has the value that was saved with it. */
export function sheetHandler(sheetName: string, sink: CellSink): XmlHandler {
  const place = newPlace(sheetName);
  return {
    open(name, tag) {
      if (place.within === "cell") openInCell(place, name);
      else if (place.within === "row") openInRow(place, name, tag);
      else if (place.within === "data") openInData(place, name, tag, sink);
      else openInSheet(place, name, tag, sink);
    },
    text(bytes, start, end) {
      if (place.isValue) append(place, bytes, start, end);
    },
    close(name) {
      close(place, name, sink);
    },
  };
}

function openInCell(place: Place, name: string): void {
  const isInline = place.cell.type === "inlineStr";
  if (name === "v") place.isValue = !isInline;
  else if (name === "t") place.isValue = isInline && !place.isPhonetic;
  else if (name === "f") place.cell.isFormula = true;
  else if (name === "rPh") place.isPhonetic = true;
  else if (name === "c" || name === "row") throw malformed(place, "holds another one");
}

function openInRow(place: Place, name: string, tag: Tag): void {
  if (name === "row") throw malformed(place, "is in front of a row within a row");
  if (name !== "c") return;
  beginCell(place, tag);
  place.within = "cell";
  place.isPhonetic = false;
}

function openInData(place: Place, name: string, tag: Tag, sink: CellSink): void {
  if (name !== "row") return;
  beginRow(place, tag);
  if (isSet(tag, "hidden")) sink.hiddenRow(place.cell.row);
  place.within = "row";
}

function openInSheet(place: Place, name: string, tag: Tag, sink: CellSink): void {
  if (name === "sheetData") place.within = "data";
  else if (name === "mergeCell") sink.merged();
  else if (name === "col" && isSet(tag, "hidden")) {
    sink.hiddenColumns(Number(attributeOf(tag, "min")), Number(attributeOf(tag, "max")));
  }
}

function close(place: Place, name: string, sink: CellSink): void {
  if (place.within === "cell") {
    if (name === "v" || name === "t") place.isValue = false;
    else if (name === "rPh") place.isPhonetic = false;
    else if (name === "c") {
      place.within = "row";
      sink.cell(place.cell);
    }
  } else if (place.within === "row" && name === "row") {
    place.within = "data";
    sink.endRow(place.cell.row);
  } else if (place.within === "data" && name === "sheetData") place.within = "sheet";
}

function beginRow(place: Place, tag: Tag): void {
  const { sheetName, cell } = place;
  const number = attributeOf(tag, "r");
  const row = number === undefined ? cell.row + 1 : Number(number);
  if (row > rowsMax) {
    const text = `Sheet "${sheetName}" has more than the ${rowsMax} rows of an Excel sheet (DMF2042). Split it.`;
    throw new FormatError("DMF2042", text);
  }
  if (!Number.isInteger(row) || row <= cell.row) throw malformed(place, "is followed by a row out of order");
  cell.row = row;
  cell.column = 0;
}

function beginCell(place: Place, tag: Tag): void {
  const { cell } = place;
  const before = cell.column;
  placeCell(place, tag);
  if (cell.column <= before || cell.column > columnsMax) throw malformed(place, "is out of order");
  const style = attributeAt(tag, "s");
  cell.style = style < 0 ? 0 : numberAt(tag.bytes, tag.starts[style]!, tag.ends[style]!);
  cell.type = typeOf(tag);
  cell.length = 0;
  cell.isFormula = false;
}

/** A cell without a reference follows the one before it. */
function placeCell(place: Place, tag: Tag): void {
  const { cell } = place;
  const index = attributeAt(tag, "r");
  if (index < 0) {
    cell.column += 1;
    return;
  }
  const { bytes } = tag;
  const end = tag.ends[index]!;
  let at = tag.starts[index]!;
  let column = 0;
  for (; at < end; at += 1) {
    const letter = (bytes[at]! & 0xdf) - 0x40;
    if (letter < 1 || letter > 26 || column > columnsMax) break;
    column = 26 * column + letter;
  }
  if (numberAt(bytes, at, end) !== cell.row) throw malformed(place, "is followed by a cell of another row");
  cell.column = column;
}

/** -1 for what is no number. */
function numberAt(bytes: Buffer, start: number, end: number): number {
  let number = start < end ? 0 : -1;
  for (let at = start; at < end; at += 1) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9 || number > 1e9) return -1;
    number = 10 * number + digit;
  }
  return number;
}

const types = (["s", "n", "inlineStr", "str", "b", "e", "d"] as const).map(
  (type) => [type, Buffer.from(type)] as const,
);

function typeOf(tag: Tag): CellType {
  const index = attributeAt(tag, "t");
  if (index < 0) return "n";
  const [start, end] = [tag.starts[index]!, tag.ends[index]!];
  for (const [type, name] of types) if (isAt(tag.bytes, name, start, end)) return type;
  return "n";
}

function isAt(bytes: Buffer, name: Buffer, start: number, end: number): boolean {
  if (end - start !== name.length) return false;
  for (let at = 0; at < name.length; at += 1) if (bytes[start + at] !== name[at]) return false;
  return true;
}

function append({ sheetName, cell }: Place, bytes: Buffer, start: number, end: number): void {
  const length = cell.length + end - start;
  if (length > cellBytesMax) {
    const text = `Cell ${cellName(sheetName, cell.column, cell.row)} holds more than 1 MB. Shorten it.`;
    throw new FormatError("overLimit", text, cell.row);
  }
  if (length > cell.bytes.length) {
    const larger = Buffer.allocUnsafeSlow(2 * length);
    cell.bytes.copy(larger, 0, 0, cell.length);
    cell.bytes = larger;
  }
  if (end - start > 24) bytes.copy(cell.bytes, cell.length, start, end);
  else for (let at = start, to = cell.length; at < end; at += 1, to += 1) cell.bytes[to] = bytes[at]!;
  cell.length = length;
}

function malformed({ sheetName, cell }: Place, what: string): FormatError {
  const { row, column } = cell;
  const name = cellName(sheetName, Math.max(1, column), Math.max(1, row));
  const text = `The workbook cannot be read: cell ${name} ${what}. Open it in Excel and save it again.`;
  return new FormatError("badWorkbook", text, row);
}
