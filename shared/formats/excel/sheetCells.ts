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

/** Takes the XML of a sheet apart into its cells. Formulas are passed over: a cell has the value that was saved with it. */
export function sheetHandler(sheetName: string, sink: CellSink): XmlHandler {
  const cell: SheetCell = {
    row: 0,
    column: 0,
    type: "n",
    style: 0,
    bytes: Buffer.alloc(1024),
    length: 0,
    isFormula: false,
  };
  let [isData, isRow, isCell, isValue, isPhonetic] = [false, false, false, false, false];

  function openCell(name: string): void {
    if (name === "v") isValue = cell.type !== "inlineStr";
    else if (name === "t") isValue = cell.type === "inlineStr" && !isPhonetic;
    else if (name === "f") cell.isFormula = true;
    else if (name === "rPh") isPhonetic = true;
    else if (name === "c") throw malformed(sheetName, cell, "holds another cell");
  }

  function openRow(name: string, tag: Tag): void {
    if (name === "c") {
      beginCell(sheetName, cell, tag);
      isCell = true;
      isPhonetic = false;
    } else if (name === "row") throw malformed(sheetName, cell, "is in front of a row within a row");
  }

  function openData(name: string, tag: Tag): void {
    if (name !== "row") return;
    beginRow(sheetName, cell, tag);
    if (isSet(tag, "hidden")) sink.hiddenRow(cell.row);
    isRow = true;
  }

  function openOther(name: string, tag: Tag): void {
    if (name === "sheetData") isData = true;
    else if (name === "mergeCell") sink.merged();
    else if (name === "col" && isSet(tag, "hidden")) {
      sink.hiddenColumns(Number(attributeOf(tag, "min")), Number(attributeOf(tag, "max")));
    }
  }

  return {
    open(name, tag) {
      if (isCell) openCell(name);
      else if (isRow) openRow(name, tag);
      else if (isData) openData(name, tag);
      else openOther(name, tag);
    },
    text(bytes, start, end) {
      if (isValue) append(sheetName, cell, bytes, start, end);
    },
    close(name) {
      if (name === "v" || name === "t") isValue = false;
      else if (name === "c" && isCell) {
        isCell = false;
        sink.cell(cell);
      } else if (name === "row" && isRow) {
        isRow = false;
        sink.endRow(cell.row);
      } else if (name === "rPh") isPhonetic = false;
      else if (name === "sheetData") isData = false;
    },
  };
}

function beginRow(sheetName: string, cell: SheetCell, tag: Tag): void {
  const number = attributeOf(tag, "r");
  const row = number === undefined ? cell.row + 1 : Number(number);
  if (row > rowsMax) {
    const text = `Sheet "${sheetName}" has more than the ${rowsMax} rows of an Excel sheet (DMF2042). Split it.`;
    throw new FormatError("DMF2042", text);
  }
  if (!Number.isInteger(row) || row <= cell.row) throw malformed(sheetName, cell, "is followed by a row out of order");
  cell.row = row;
  cell.column = 0;
}

function beginCell(sheetName: string, cell: SheetCell, tag: Tag): void {
  const before = cell.column;
  placeCell(sheetName, cell, tag);
  if (cell.column <= before || cell.column > columnsMax) throw malformed(sheetName, cell, "is out of order");
  const style = attributeAt(tag, "s");
  cell.style = style < 0 ? 0 : numberAt(tag.bytes, tag.starts[style]!, tag.ends[style]!);
  cell.type = typeOf(tag);
  cell.length = 0;
  cell.isFormula = false;
}

/** A cell without a reference follows the one before it. */
function placeCell(sheetName: string, cell: SheetCell, tag: Tag): void {
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
  if (numberAt(bytes, at, end) !== cell.row) throw malformed(sheetName, cell, "is followed by a cell of another row");
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

function append(sheetName: string, cell: SheetCell, bytes: Buffer, start: number, end: number): void {
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

function malformed(sheetName: string, { row, column }: SheetCell, what: string): FormatError {
  const name = cellName(sheetName, Math.max(1, column), Math.max(1, row));
  const text = `The workbook cannot be read: cell ${name} ${what}. Open it in Excel and save it again.`;
  return new FormatError("badWorkbook", text, row);
}
