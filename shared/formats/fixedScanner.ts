import type { Oddity } from "../domain/oddCells.ts";
import type { RowBatch, RowProblem } from "../domain/rowBatch.ts";
import { type FixedColumn, type FixedWidthFormat, widthOfLine } from "../domain/sourceFormats/fixedWidth.ts";
import { binaryContent, otherRowDelimiter } from "./csvProblems.ts";
import {
  afterLineBreak,
  appendPiece,
  carriageReturn,
  countLineBreaks,
  isHalfPair,
  lineFeed,
  recogniseRowEnd,
} from "./csvRowEnds.ts";
import { cellCutter } from "./fixedCells.ts";
import { type FixedRows, fixedRows, addBroken, addRow, isFull, takeFixedRows } from "./fixedRows.ts";
import { FormatError } from "./recordFormat.ts";

export interface HeaderLine {
  readonly line: number;
  readonly text: string;
}

/** Splits UTF-8 that arrives in pieces, cut between characters, into rows. What is left of a line waits for the next piece. */
export interface FixedScanner {
  /** Each batch is good until the next one is asked for, and none is empty. */
  push(piece: Uint8Array): Generator<RowBatch>;
  /** Call once, after the last piece. */
  finish(): Generator<RowBatch>;
  /** The first line, where the format has a header row. */
  header(): HeaderLine | undefined;
  /** Rows so far that ended in more CRs than one before their LF. */
  strayReturns(): Omit<Oddity, "kind">;
}

interface Scan {
  readonly format: FixedWidthFormat;
  readonly expected: number;
  readonly cut: ReturnType<typeof cellCutter>;
  readonly rows: FixedRows;
  readonly delimiterBytes: Buffer;
  bytes: Buffer;
  filled: number;
  position: number;
  isLast: boolean;
  line: number;
  areReturnsEnds: boolean | undefined;
  header: HeaderLine | undefined;
  strayReturns: Omit<Oddity, "kind">;
}

/** What its files are called in errors. */
export const fixedWidthText = "fixed-width text";
const bytesAtFirst = 256 * 1024;
/** No line is longer, whatever its format expects: what is longer has no line ends. */
const charactersMax = 4 * 1024 * 1024;

export function createFixedScanner(format: FixedWidthFormat, columns: readonly FixedColumn[]): FixedScanner {
  const scan = newScan(format, columns);
  let wanted = 0;
  function* run(): Generator<RowBatch> {
    scan.areReturnsEnds ??= recogniseReturns(scan);
    if (scan.areReturnsEnds !== undefined || scan.isLast) {
      while (readLine(scan)) if (isFull(scan.rows)) yield takeFixedRows(scan.rows, scan.bytes);
    }
    requireShort(scan, scan.position, scan.filled);
    // A line is read again from its start only when twice as much of it is there: long ones stay linear.
    wanted = (scan.filled - scan.position) * 2;
    if (scan.rows.count > 0) yield takeFixedRows(scan.rows, scan.bytes);
  }
  return {
    *push(piece) {
      requireNoZero(scan, piece);
      appendPiece(scan, piece);
      if (scan.filled >= wanted) yield* run();
    },
    *finish() {
      appendPiece(scan, new Uint8Array(0));
      scan.isLast = true;
      yield* run();
    },
    header: () => scan.header,
    strayReturns: () => scan.strayReturns,
  };
}

function newScan(format: FixedWidthFormat, columns: readonly FixedColumn[]): Scan {
  return {
    format,
    expected: widthOfLine(columns),
    cut: cellCutter(columns),
    rows: fixedRows(columns.length),
    delimiterBytes: Buffer.alloc(0),
    bytes: Buffer.allocUnsafeSlow(bytesAtFirst),
    filled: 0,
    position: 0,
    isLast: false,
    line: 1,
    areReturnsEnds: undefined,
    header: undefined,
    strayReturns: { line: 0, count: 0 },
  };
}

/** By the end of the first line, which must be the format's where that names one. */
function recogniseReturns(scan: Scan): boolean | undefined {
  const found = recogniseRowEnd(scan, null);
  if (found === undefined) return undefined;
  if (found !== (scan.format.rowDelimiter ?? found)) throw otherRowDelimiter(found, scan.format, scan.line);
  return found === "cr";
}

function requireNoZero(scan: Scan, piece: Uint8Array): void {
  const zeroAt = piece.indexOf(0);
  if (zeroAt < 0) return;
  appendPiece(scan, piece.subarray(0, zeroAt));
  const breaks = countLineBreaks(scan, scan.position, scan.filled, scan.areReturnsEnds === true);
  throw binaryContent(scan.line + breaks, fixedWidthText);
}

/** Notes the next line, unless it is blank; false where its end has not arrived. */
function readLine(scan: Scan): boolean {
  const { bytes, filled, position } = scan;
  if (position === filled) return false;
  const isReturnEnd = scan.areReturnsEnds === true;
  let at = position;
  let seen = 0;
  let inside = 0;
  for (; ; at += 1) {
    const byte = bytes[at]!;
    seen |= byte;
    if (byte !== lineFeed && !(byte === carriageReturn && isReturnEnd)) continue;
    if (at === filled || isLineEnd(scan, at)) break;
    inside += 1;
  }
  if ((at === filled && !scan.isLast) || isHalfPair(scan, at)) return false;
  requireShort(scan, position, at);
  noteLine(scan, at, seen < 0x80);
  scan.position = scan.format.rowDelimiter === "cr" ? Math.min(filled, at + 1) : afterLineBreak(scan, at);
  scan.line += 1 + inside;
  return true;
}

/** A format that names its row delimiter has no other: then the others are text. */
function isLineEnd({ bytes, format: { rowDelimiter } }: Scan, at: number): boolean {
  if (bytes[at] === carriageReturn || rowDelimiter === undefined || rowDelimiter === "lf") return true;
  return rowDelimiter === "crlf" && bytes[at - 1] === carriageReturn;
}

function noteLine(scan: Scan, at: number, isAscii: boolean): void {
  const { bytes, cut, expected, line, position, rows } = scan;
  let end = at;
  while (end > position && bytes[end - 1] === carriageReturn) end -= 1;
  if (isBlank(bytes, position, end)) return;
  if (at - end > 1 && scan.areReturnsEnds === false) noteStrayReturn(scan);
  if (scan.format.hasHeader && !scan.header) {
    scan.header = { line, text: bytes.toString("utf8", position, end) };
    return;
  }
  const characters = isAscii ? end - position : countCharacters(bytes, position, end);
  if (characters === expected) {
    const first = addRow(rows, line);
    cut(bytes, position, isAscii, rows.starts, rows.ends, first);
    return;
  }
  const raw = bytes.toString("utf8", position, end);
  addBroken(rows, { line, cells: [], problem: otherLength(characters, expected), raw });
}

function noteStrayReturn(scan: Scan): void {
  const { count, line } = scan.strayReturns;
  scan.strayReturns = { line: count === 0 ? scan.line : line, count: count + 1 };
}

function isBlank(bytes: Buffer, from: number, end: number): boolean {
  let at = from;
  while (at < end && bytes[at] === 0x20) at += 1;
  return at === end;
}

/** Code points: all bytes but those that continue one. */
function countCharacters(bytes: Buffer, from: number, end: number): number {
  let count = 0;
  for (let at = from; at < end; at += 1) if ((bytes[at]! & 0xc0) !== 0x80) count += 1;
  return count;
}

function otherLength(found: number, expected: number): RowProblem {
  const message = `The line has ${found} characters instead of ${expected}: its columns cannot be told apart.`;
  return { code: found < expected ? "DMF1999" : "DMF2018", message };
}

/** Characters are counted only where there are more bytes than they may be. */
function requireShort({ bytes, line }: Scan, start: number, end: number): void {
  if (end - start <= charactersMax || countCharacters(bytes, start, end) <= charactersMax) return;
  const message = `The line ${line} is longer than ${charactersMax} characters. Does the file end its lines otherwise?`;
  throw new FormatError("overLimit", message, line);
}
