import { type LineBuffer, reserve } from "../../domain/lineBuffer.ts";
import { FormatError } from "../recordFormat.ts";
import { unescaped } from "./escapes.ts";
import type { NumberKind } from "./numberFormats.ts";
import { isPlainNumber, plainNumber } from "./numberText.ts";
import { serialText } from "./serialDates.ts";
import type { SharedStrings } from "./sharedStrings.ts";
import type { SheetCell } from "./sheetCells.ts";

/** What the cells of a workbook refer to. */
export interface CellContext {
  readonly strings: SharedStrings;
  readonly styles: readonly NumberKind[];
  readonly isFrom1904: boolean;
}

/**
 * Writes the value of a cell as the text that a field takes: numbers and dates in their invariant forms, true as Yes.
 * Answers what is wrong where it has none, as the end of a sentence about the cell.
 */
export function writeCell(context: CellContext, cell: SheetCell, to: LineBuffer): string | undefined {
  if (cell.isFormula && cell.length === 0 && cell.type !== "str") return notCalculated;
  switch (cell.type) {
    case "s":
      if (cell.length > 0) writeShared(context.strings, cell, to);
      return undefined;
    case "n":
      return writeNumber(context, cell, to);
    case "b":
      return writeBoolean(cell, to);
    case "e":
      return writeError(cell, to);
    default:
      writeText(cell, to);
      return undefined;
  }
}

const notCalculated =
  "holds a formula that was never calculated, and formulas are not calculated here. Open the workbook in Excel and save it";

function copy(bytes: Buffer, start: number, end: number, to: LineBuffer): void {
  reserve(to, end - start);
  if (end - start > 24) {
    to.filled += bytes.copy(to.bytes, to.filled, start, end);
    return;
  }
  let filled = to.filled;
  for (let at = start; at < end; at += 1) to.bytes[filled++] = bytes[at]!;
  to.filled = filled;
}

function put(text: string, to: LineBuffer): void {
  reserve(to, 3 * text.length);
  to.filled += to.bytes.write(text, to.filled);
}

function writeText({ bytes, length }: SheetCell, to: LineBuffer): void {
  const start = to.filled;
  copy(bytes, 0, length, to);
  to.filled = unescaped(to.bytes, start, to.filled);
}

const zero = 0x30;

function writeShared(
  { bytes: texts, count, starts }: SharedStrings,
  { bytes, length, row }: SheetCell,
  to: LineBuffer,
): void {
  let number = 0;
  for (let at = 0; at < length; at += 1) {
    const digit = bytes[at]! - zero;
    number = digit >= 0 && digit <= 9 ? 10 * number + digit : Number.NaN;
  }
  if (!(number < count)) {
    const text = `The workbook cannot be read: row ${row} refers to a shared text that is not there. Open it in Excel and save it again.`;
    throw new FormatError("badWorkbook", text, row);
  }
  copy(texts, starts[number]!, starts[number + 1]!, to);
}

function writeNumber({ styles, isFrom1904 }: CellContext, cell: SheetCell, to: LineBuffer): string | undefined {
  const { bytes, length, style } = cell;
  if (length === 0) return undefined;
  const kind = styles[style] ?? "number";
  if (kind === "number" && isPlainNumber(bytes, length)) {
    copy(bytes, 0, length, to);
    return undefined;
  }
  const text = bytes.toString("latin1", 0, length);
  const number = plainNumber(text);
  if (number === undefined) return "holds what is no number. Type its value again";
  const shown = kind === "number" ? number : serialText(Number(text), kind, isFrom1904);
  if (shown === undefined) {
    put(number, to);
    return "has the number format of a date, but its number is no day of the calendar. Type the date, or choose another format";
  }
  put(shown, to);
  return undefined;
}

function writeBoolean({ bytes, length }: SheetCell, to: LineBuffer): string | undefined {
  const text = bytes.toString("latin1", 0, length).trim();
  if (text === "") return undefined;
  if (text !== "0" && text !== "1" && text !== "true" && text !== "false") return "holds neither true nor false";
  put(text === "1" || text === "true" ? "Yes" : "No", to);
  return undefined;
}

const knownErrors =
  /^#(?:NULL!|DIV\/0!|VALUE!|REF!|NAME\?|NUM!|N\/A|GETTING_DATA|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|BUSY!|PYTHON!|EXTERNAL!)$/;

function writeError(cell: SheetCell, to: LineBuffer): string {
  const text = cell.bytes.toString("latin1", 0, Math.min(cell.length, 30)).trim();
  const isKnown = knownErrors.test(text);
  put(isKnown ? text : "#ERROR", to);
  return `holds ${isKnown ? `the error ${text}` : "an error"}. Mend its formula, or type its value`;
}
