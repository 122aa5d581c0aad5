import { lineBuffer, twiceAsLong } from "../../domain/lineBuffer.ts";
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
const rowBytesMax = 4 * megabyte;
/** Few texts may stand in very many cells: what all of them hold is limited as what a package may hold. */
const valueMegabytesMax = 2048;

export function sheetRows(sheet: SheetFacts, context: CellContext, tally: OddityTally): SheetRows {
  const { header, name } = sheet;
  const width = header.columns.length;
  const output = lineBuffer();
  let starts = new Uint32Array(1024);
  let ends = new Uint32Array(1024);
  let lines: number[] = [];
  let broken = new Map<number, BrokenRow>();
  let rowStart = 0;
  let taken = 0;
  let problem: string | undefined;
  let passedBytes = 0;

  /** Cells that the sheet leaves out are empty. */
  function fillTo(columns: number): void {
    const first = lines.length * width;
    if (first + width > starts.length) [starts, ends] = [longer(starts), longer(ends)];
    for (; taken < columns; taken += 1) starts[first + taken] = ends[first + taken] = output.filled;
  }

  function takeCell(cell: SheetCell): void {
    fillTo(cell.column - 1);
    const start = output.filled;
    const wrong = writeCell(context, cell, output);
    if (wrong !== undefined && sheet.isRead[cell.column - 1]) problem ??= `${placeOf(sheet, cell)} ${wrong}.`;
    else if (wrong !== undefined) output.filled = start;
    const place = lines.length * width + cell.column - 1;
    starts[place] = start;
    ends[place] = output.filled;
    taken = cell.column;
    if (output.filled - rowStart > rowBytesMax) throw rowTooLong(name, cell.row);
  }

  function holdsText(cell: SheetCell): boolean {
    const start = output.filled;
    writeCell(context, cell, output);
    const isText = output.filled > start;
    output.filled = start;
    return isText;
  }

  function noteBroken(row: number, message: string): void {
    const first = lines.length * width;
    const cells = Array.from({ length: width }, (_, cell) =>
      output.bytes.toString("utf8", starts[first + cell], ends[first + cell]),
    );
    broken.set(lines.length, { line: row, cells, problem: { code: "DMF2018", message }, raw: cells.join("\t") });
  }

  return {
    cell(cell) {
      if (cell.row <= header.row) return;
      if (cell.column <= width) takeCell(cell);
      else if (holdsText(cell)) problem ??= beyond(sheet, cell);
    },
    endRow(row) {
      if (row <= header.row) return;
      fillTo(width);
      taken = 0;
      if (output.filled > rowStart || problem !== undefined) {
        if (problem !== undefined) noteBroken(row, problem);
        lines.push(row);
        passedBytes += output.filled - rowStart;
        if (passedBytes > valueMegabytesMax * megabyte) throw tooLarge(name);
      }
      rowStart = output.filled;
      problem = undefined;
    },
    hiddenRow(row) {
      if (row > header.row) tally.add("hiddenRow", row);
    },
    hiddenColumns(from, to) {
      for (let column = Math.max(1, from); column <= Math.min(to, width); column += 1)
        tally.add("hiddenColumn", header.row);
    },
    merged: () => tally.add("mergedCells", header.row),
    isFull: () => output.filled >= batchBytes || lines.length * width >= batchCells,
    batch: () => ({
      bytes: output.bytes,
      count: lines.length,
      width,
      starts,
      ends,
      lines: Float64Array.from(lines),
      broken,
    }),
    forget() {
      // The row under way begins the next batch.
      const first = lines.length * width;
      for (let cell = 0; cell < taken; cell += 1) {
        starts[cell] = starts[first + cell]! - rowStart;
        ends[cell] = ends[first + cell]! - rowStart;
      }
      output.bytes.copyWithin(0, rowStart, output.filled);
      output.filled -= rowStart;
      rowStart = 0;
      lines = [];
      if (broken.size > 0) broken = new Map();
    },
  };
}

function longer(places: Uint32Array): Uint32Array<ArrayBuffer> {
  const twice = twiceAsLong(places);
  return twice as Uint32Array<ArrayBuffer>;
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
