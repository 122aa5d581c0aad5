import { twiceAsLong } from "../domain/lineBuffer.ts";
import type { Oddity } from "../domain/oddCells.ts";
import type { BrokenRow, RowBatch, SourceRow } from "../domain/rowBatch.ts";
import { type DelimitedFormat, delimiterOf } from "../domain/sourceFormats/delimited.ts";
import {
  binaryContent,
  CELL_CHARACTERS_MAX,
  COLUMNS_MAX,
  otherRowDelimiter,
  requireWithinLimits,
  ROW_CHARACTERS_MAX,
  rowTooLong,
} from "./csvProblems.ts";
import { appendPiece, carriageReturn, countLineBreaks, lineFeed, recogniseRowEnd, standsAt } from "./csvRowEnds.ts";

/** A cell of the row under way that is not its bytes as they stand. */
export interface QuotedCell {
  readonly cell: number;
  readonly hasDoubled: boolean;
  /** Where the text behind the closing qualifier ends; undefined where there is none. */
  readonly restEnd: number | undefined;
}

/** The scanner's place in the bytes. */
export interface Scan {
  readonly format: DelimitedFormat;
  /** The first byte of the delimiter, and all of them. */
  readonly delimiter: number;
  readonly delimiterBytes: Buffer;
  readonly delimiterLength: number;
  readonly isTrailingIgnored: boolean;
  /** Whether a byte that ends a cell may be text all the same: so it is looked at again. */
  readonly hasDoubts: boolean;
  readonly qualifier: Buffer | null;
  /** 1 for each byte that ends a cell without qualifiers: the delimiter, and what may end a row. */
  readonly stops: Uint8Array;
  bytes: Buffer;
  /** How far the bytes are filled; a line feed stands there, so that every search ends. */
  filled: number;
  linesToSkip: number;
  /** Whether CR alone ends a row; undefined until the end of the first row has arrived. */
  areReturnsEnds: boolean | undefined;
  /** Of the first row; 0 before it. */
  width: number;
  separatorLine: SourceRow | undefined;
  isLast: boolean;
  /** Bytes of the file that lay before those that are here. */
  passed: number;
  /** Where the first row ends in the file. */
  firstRowEndsAt: number;
  /** Where the row under way begins, and its line. */
  position: number;
  line: number;
  /** The rows that were found: `places` is how many cells they have. */
  count: number;
  places: number;
  starts: Uint32Array;
  ends: Uint32Array;
  lines: number[];
  broken: Map<number, BrokenRow>;
  /** Of the row under way. */
  lineBreaks: number;
  cells: number;
  quoted: QuotedCell[];
  /** Rows that ended in more CRs than one before their LF. */
  strayReturns: Omit<Oddity, "kind">;
}

/** So many in one batch, and those of one more row: broken rows take as many as whole ones, however short they are. */
export const placesMax = 256 * 1024;
const bytesAtFirst = 256 * 1024;
const cellsAtFirst = 16 * 1024;

export function newScan(format: DelimitedFormat): Scan {
  const delimiterBytes = Buffer.from(delimiterOf(format));
  const delimiter = delimiterBytes[0]!;
  const { rowDelimiter = "lf" } = format;
  const stops = new Uint8Array(256);
  for (const byte of [delimiter, lineFeed]) stops[byte] = 1;
  return {
    format,
    delimiter,
    delimiterBytes,
    delimiterLength: delimiterBytes.length,
    isTrailingIgnored: format.ignoreTrailingDelimiter === true,
    hasDoubts: delimiterBytes.length > 1 || rowDelimiter !== "lf",
    qualifier: format.textQualifier === null ? null : Buffer.from(format.textQualifier),
    stops,
    bytes: Buffer.allocUnsafeSlow(bytesAtFirst),
    filled: 0,
    linesToSkip: format.skipLines ?? 0,
    areReturnsEnds: undefined,
    width: 0,
    separatorLine: undefined,
    isLast: false,
    passed: 0,
    firstRowEndsAt: 0,
    position: 0,
    line: 1,
    count: 0,
    places: 0,
    starts: new Uint32Array(cellsAtFirst),
    ends: new Uint32Array(cellsAtFirst),
    lines: [],
    broken: new Map(),
    lineBreaks: 0,
    cells: 0,
    quoted: [],
    strayReturns: { line: 0, count: 0 },
  };
}

export function append(scan: Scan, piece: Uint8Array): void {
  scan.passed += scan.position;
  appendPiece(scan, piece);
  forgetRows(scan);
}

/** Gives the places of the rows that were found to those that follow. */
export function forgetRows(scan: Scan): void {
  scan.count = 0;
  scan.places = 0;
  if (scan.broken.size > 0) scan.broken = new Map();
}

/** Goes to the rows that are there now, and finds what no text holds. */
export function begin(scan: Scan): void {
  if (scan.areReturnsEnds === undefined) recogniseReturns(scan);
  scan.stops[carriageReturn] = scan.areReturnsEnds === true ? 1 : 0;
  const { bytes, filled } = scan;
  // Memory behind it may be long, and hold what came before.
  const zeroAt = bytes.subarray(0, filled).indexOf(0);
  if (zeroAt < 0) return;
  throw binaryContent(scan.line + countLineBreaks(scan, 0, zeroAt, scan.areReturnsEnds === true));
}

/** By the end of the first line, which must be the format's where that names one. */
function recogniseReturns(scan: Scan): void {
  const { format, linesToSkip, qualifier } = scan;
  const found = recogniseRowEnd(scan, linesToSkip > 0 ? null : qualifier);
  if (found === undefined) return;
  if (found !== (format.rowDelimiter ?? found)) throw otherRowDelimiter(found, format, scan.line);
  scan.areReturnsEnds = found === "cr";
}

/** Whether a byte that may end a cell does. */
export function isEnd({ bytes, delimiter, delimiterBytes, format }: Scan, at: number): boolean {
  if (bytes[at] === delimiter) return standsAt(bytes, at, delimiterBytes);
  if (bytes[at] !== lineFeed) return true;
  if (format.rowDelimiter === "crlf") return bytes[at - 1] === carriageReturn;
  return format.rowDelimiter !== "cr";
}

/** What was found, good until the next piece. */
export function batchOf({ bytes, count, width, starts, ends, lines, broken, passed, position }: Scan): RowBatch {
  const nextAt = passed + position;
  return { bytes, count, width, starts, ends, lines: Float64Array.from(lines.slice(0, count)), broken, nextAt };
}

/** Notes a cell of the row under way. */
export function noteCell(scan: Scan, start: number, end: number): void {
  const place = scan.places + scan.cells;
  if (place >= scan.starts.length) {
    scan.starts = twiceAsLong(scan.starts);
    scan.ends = twiceAsLong(scan.ends);
  }
  scan.starts[place] = start;
  scan.ends[place] = end;
  scan.cells += 1;
  if (end - start > CELL_CHARACTERS_MAX || scan.cells > COLUMNS_MAX) {
    requireCell(scan, start, end, scan.cells, scan.line);
  }
}

/** Characters are counted only where there are more bytes than they may be. */
export function requireCell({ bytes }: Scan, start: number, end: number, columns: number, line: number): void {
  const isLong = end - start > CELL_CHARACTERS_MAX;
  requireWithinLimits(isLong ? bytes.toString("utf8", start, end).length : 0, columns, line);
}

export function requireShort({ bytes, line }: Scan, start: number, end: number): void {
  if (end - start <= ROW_CHARACTERS_MAX) return;
  if (bytes.toString("utf8", start, end).length > ROW_CHARACTERS_MAX) throw rowTooLong(line);
}
