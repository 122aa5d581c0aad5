import { twiceAsLong } from "../domain/lineBuffer.ts";
import type { BrokenRow, RowBatch } from "../domain/rowBatch.ts";
import { placesMax } from "./csvScan.ts";

/** Rows that were found, as places in bytes that lie elsewhere. */
export interface FixedRows {
  readonly width: number;
  count: number;
  starts: Uint32Array;
  ends: Uint32Array;
  lines: number[];
  broken: Map<number, BrokenRow>;
}

const cellsAtFirst = 16 * 1024;

export function fixedRows(width: number): FixedRows {
  const [starts, ends] = [new Uint32Array(cellsAtFirst), new Uint32Array(cellsAtFirst)];
  return { width, count: 0, starts, ends, lines: [], broken: new Map() };
}

/** Broken rows take as many places as whole ones, so that there is a limit to those of one batch. */
export function isFull({ count, width }: FixedRows): boolean {
  return count * width >= placesMax;
}

/** Makes room for one more row, and answers where its first cell has its place. */
export function addRow(rows: FixedRows, line: number): number {
  const first = rows.count * rows.width;
  while (first + rows.width > rows.starts.length) {
    rows.starts = twiceAsLong(rows.starts);
    rows.ends = twiceAsLong(rows.ends);
  }
  rows.lines.push(line);
  rows.count += 1;
  return first;
}

export function addBroken(rows: FixedRows, row: BrokenRow): void {
  rows.broken.set(rows.count, row);
  addRow(rows, row.line);
}

/** The rows so far, which are forgotten; good until the next one is noted. */
export function takeFixedRows(rows: FixedRows, bytes: Buffer): RowBatch {
  const { count, width, starts, ends, lines, broken } = rows;
  Object.assign(rows, { count: 0, lines: [], broken: new Map() });
  return { bytes, count, width, starts, ends, lines: Float64Array.from(lines), broken };
}
