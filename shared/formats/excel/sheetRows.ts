import { type LineBuffer, lineBuffer, twiceAsLong } from "../../domain/lineBuffer.ts";
import type { OddityTally } from "../../domain/oddCells.ts";
import type { BrokenRow, RowBatch } from "../../domain/rowBatch.ts";
import { FormatError } from "../recordFormat.ts";
import { cellName, columnLetters } from "./cellNames.ts";
import { type CellContext, writeCell } from "./cellValues.ts";
import type { HeaderRow } from "./headerRow.ts";
import type { CellSink, SheetCell } from "./sheetCells.ts";

/** The rows below the header, gathered in batches. */
export interface SheetRows extends CellSink {
  /** Whether there are as many as one batch takes. */
  isFull(): boolean;
  /** Good until the next cell. */
  batch(): RowBatch;
  forget(): void;
}

export interface SheetFacts {
  readonly name: string;
  readonly header: HeaderRow;
  /** Of each column, whether anything is fed by it: what is wrong with a cell of another one is no matter. */
  readonly isRead: readonly boolean[];
}

const megabyte = 1024 * 1024;
const batchBytes = 256 * 1024;
const batchCells = 64 * 1024;
const placesAtFirst = 1024;
const rowBytesMax = 4 * megabyte;
/** Few texts may stand in very many cells. A file of 64 MB whose cells have texts of their own holds a fifth of it. */
const valueMegabytesMax = 512;

/** The rows gathered so far, and the one under way behind them. */
interface Gathered {
  readonly sheet: SheetFacts;
  readonly context: CellContext;
  readonly width: number;
  readonly output: LineBuffer;
  starts: Uint32Array;
  ends: Uint32Array;
  lines: number[];
  broken: Map<number, BrokenRow>;
  /** Where the row under way begins, how many of its cells are there, and what is wrong with the first that is wrong. */
  rowStart: number;
  taken: number;
  problem: string | undefined;
  passedBytes: number;
}

export function sheetRows(sheet: SheetFacts, context: CellContext, tally: OddityTally): SheetRows {
  const { header } = sheet;
  const gathered = newGathered(sheet, context);
  const { output, width } = gathered;
  return {
    cell(cell) {
      if (cell.row <= header.row) return;
      if (cell.column <= width) takeCell(gathered, cell);
      else if (holdsText(gathered, cell)) gathered.problem ??= beyond(sheet, cell);
    },
    endRow(row) {
      if (row > header.row) endRow(gathered, row);
    },
    hiddenRow(row) {
      if (row > header.row) tally.add("hiddenRow", row);
    },
    hiddenColumns(from, to) {
      for (let column = Math.max(1, from); column <= Math.min(to, width); column += 1) {
        tally.add("hiddenColumn", header.row);
      }
    },
    merged: () => tally.add("mergedCells", header.row),
    isFull: () => output.filled >= batchBytes || gathered.lines.length * width >= batchCells,
    batch: () => batchOf(gathered),
    forget: () => forgetRows(gathered),
  };
}

function newGathered(sheet: SheetFacts, context: CellContext): Gathered {
  const width = sheet.header.columns.length;
  return {
    sheet,
    context,
    width,
    output: lineBuffer(),
    starts: new Uint32Array(placesAtFirst),
    ends: new Uint32Array(placesAtFirst),
    lines: [],
    broken: new Map(),
    rowStart: 0,
    taken: 0,
    problem: undefined,
    passedBytes: 0,
  };
}

/** Cells that the sheet leaves out are empty. */
function fillTo(gathered: Gathered, columns: number): void {
  const { lines, width, output } = gathered;
  const first = lines.length * width;
  if (first + width > gathered.starts.length) {
    gathered.starts = twiceAsLong(gathered.starts);
    gathered.ends = twiceAsLong(gathered.ends);
  }
  const { starts, ends } = gathered;
  for (; gathered.taken < columns; gathered.taken += 1) {
    starts[first + gathered.taken] = ends[first + gathered.taken] = output.filled;
  }
}

function takeCell(gathered: Gathered, cell: SheetCell): void {
  const { sheet, context, output, lines, width } = gathered;
  fillTo(gathered, cell.column - 1);
  const start = output.filled;
  const wrong = writeCell(context, cell, output);
  if (wrong !== undefined) {
    if (sheet.isRead[cell.column - 1]) gathered.problem ??= `${placeOf(sheet, cell)} ${wrong}.`;
    else output.filled = start;
  }
  const place = lines.length * width + cell.column - 1;
  gathered.starts[place] = start;
  gathered.ends[place] = output.filled;
  gathered.taken = cell.column;
  if (output.filled - gathered.rowStart > rowBytesMax) throw rowTooLong(sheet.name, cell.row);
}

function holdsText({ context, output }: Gathered, cell: SheetCell): boolean {
  const start = output.filled;
  writeCell(context, cell, output);
  const isText = output.filled > start;
  output.filled = start;
  return isText;
}

/** A row without a value is none. */
function endRow(gathered: Gathered, row: number): void {
  const { sheet, output, lines, problem, rowStart } = gathered;
  fillTo(gathered, gathered.width);
  if (output.filled > rowStart || problem !== undefined) {
    if (problem !== undefined) gathered.broken.set(lines.length, brokenRow(gathered, row, problem));
    lines.push(row);
    gathered.passedBytes += output.filled - rowStart;
    if (gathered.passedBytes > valueMegabytesMax * megabyte) throw tooLarge(sheet.name);
  }
  gathered.taken = 0;
  gathered.rowStart = output.filled;
  gathered.problem = undefined;
}

/** With its text, tabs between the cells. */
function brokenRow({ lines, width, output, starts, ends }: Gathered, row: number, message: string): BrokenRow {
  const first = lines.length * width;
  const cells = Array.from({ length: width }, (_, cell) =>
    output.bytes.toString("utf8", starts[first + cell], ends[first + cell]),
  );
  return { line: row, cells, problem: { code: "DMF2018", message }, raw: cells.join("\t") };
}

function batchOf({ output, lines, width, starts, ends, broken }: Gathered): RowBatch {
  return { bytes: output.bytes, count: lines.length, width, starts, ends, lines: Float64Array.from(lines), broken };
}

/** The row under way begins the next batch. */
function forgetRows(gathered: Gathered): void {
  const { output, lines, width, starts, ends, rowStart, taken } = gathered;
  const first = lines.length * width;
  for (let cell = 0; cell < taken; cell += 1) {
    starts[cell] = starts[first + cell]! - rowStart;
    ends[cell] = ends[first + cell]! - rowStart;
  }
  output.bytes.copyWithin(0, rowStart, output.filled);
  output.filled -= rowStart;
  gathered.rowStart = 0;
  gathered.lines = [];
  if (gathered.broken.size > 0) gathered.broken = new Map();
}

function placeOf({ name, header }: SheetFacts, { column, row }: SheetCell): string {
  const title = header.columns[column - 1] ?? "";
  return `Cell ${cellName(name, column, row)}${title === "" ? "" : `, column "${title.slice(0, 60)}",`}`;
}

function beyond({ name, header }: SheetFacts, { column, row }: SheetCell): string {
  const last = columnLetters(header.columns.length);
  return `Cell ${cellName(name, column, row)} holds a value, but the header row ends with column ${last}. Name the column, or empty the cell.`;
}

function rowTooLong(name: string, row: number): FormatError {
  const text = `Row ${row} of sheet "${name}" is longer than ${rowBytesMax} bytes. Shorten its texts.`;
  return new FormatError("overLimit", text, row);
}

function tooLarge(name: string): FormatError {
  const text = `The cells of sheet "${name}" hold more than ${valueMegabytesMax} MB. Split it.`;
  return new FormatError("overLimit", text);
}
