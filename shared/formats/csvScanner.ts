import type { Oddity } from "../domain/oddCells.ts";
import type { BrokenRow, RowBatch, RowProblem, SourceRow } from "../domain/rowBatch.ts";
import type { DelimitedFormat } from "../domain/sourceFormats/delimited.ts";
import { readDoubtfulCell, readPlainCell, readQuotedCell, unfinished } from "./csvCells.ts";
import { raggedRow, textAfterQuote } from "./csvProblems.ts";
import { afterLineBreak, carriageReturn, isHalfPair, lineFeed, standsAt, withoutReturns } from "./csvRowEnds.ts";
import { append, batchOf, begin, forgetRows, isEnd, newScan, placesMax, requireShort, type Scan } from "./csvScan.ts";
import { separatorOf } from "./csvSeparatorLine.ts";

/** Splits UTF-8 that arrives in pieces, cut between characters, into rows. What is left of a row waits for the next piece. */
export interface RowScanner {
  /** Good until the next call. */
  push(piece: Uint8Array): RowBatch;
  /** The rows that are there behind those of the last batch, which took as many as it may; undefined where there are none. */
  following(): RowBatch | undefined;
  /** Call once, after the last piece, and then `following`: gives the last row, and refuses a quote that was never closed. */
  finish(): RowBatch;
  /** The line "sep=;" that the file began with, which is no row. */
  separatorLine(): SourceRow | undefined;
  /** Where the first row ends in the file, with its line break. */
  firstRowEndsAt(): number;
  /** Rows so far that ended in more CRs than one before their LF. */
  strayReturns(): Omit<Oddity, "kind">;
}

/** A scanner at the beginning of a file; a file beyond the limits, or a zero byte, is an error with the line. */
export function createRowScanner(format: DelimitedFormat): RowScanner {
  const scan = newScan(format);
  let wanted = 0;
  let isFull = false;
  const run = (): RowBatch => {
    isFull = !readRows(scan);
    if (!isFull) requireShort(scan, scan.position, scan.filled);
    // A row is read again from its start only when twice as much of it is there: long rows stay linear.
    wanted = isFull ? 0 : (scan.filled - scan.position) * 2;
    return batchOf(scan);
  };
  return {
    push(piece) {
      append(scan, piece);
      if (scan.filled < wanted) return batchOf(scan);
      begin(scan);
      return run();
    },
    following() {
      if (!isFull) return undefined;
      forgetRows(scan);
      return run();
    },
    finish() {
      append(scan, new Uint8Array(0));
      scan.isLast = true;
      begin(scan);
      return run();
    },
    separatorLine: () => scan.separatorLine,
    firstRowEndsAt: () => scan.firstRowEndsAt,
    strayReturns: () => scan.strayReturns,
  };
}

/** False when the batch is full, and there may be more rows. */
function readRows(scan: Scan): boolean {
  if (scan.areReturnsEnds === undefined && !scan.isLast) return true;
  while (scan.linesToSkip > 0 && scan.position < scan.filled) if (!skipLine(scan)) return true;
  while (scan.position < scan.filled) {
    if (scan.places >= placesMax) return false;
    if (!readRow(scan)) return true;
  }
  return true;
}

/** Goes behind a line that is no row; false while its end has not arrived. */
function skipLine(scan: Scan): boolean {
  const { bytes, filled } = scan;
  const isBreak = (at: number): boolean =>
    (bytes[at] === lineFeed || (bytes[at] === carriageReturn && scan.areReturnsEnds === true)) && isEnd(scan, at);
  let at = scan.position;
  while (at < filled && !isBreak(at)) at += 1;
  if ((at === filled && !scan.isLast) || isHalfPair(scan, at)) return false;
  scan.position = afterRowEnd(scan, at);
  scan.line += 1;
  scan.linesToSkip -= 1;
  return true;
}

/** Notes the next row, unless it is blank; false while its end has not arrived. */
function readRow(scan: Scan): boolean {
  const { bytes, delimiter, delimiterLength, filled, hasDoubts, position, qualifier } = scan;
  scan.cells = 0;
  scan.lineBreaks = 0;
  if (scan.quoted.length > 0) scan.quoted = [];
  const readCell = hasDoubts ? readDoubtfulCell : readPlainCell;
  let at = position;
  for (;;) {
    const isQuoted = qualifier !== null && standsAt(bytes, at, qualifier) && at < filled;
    at = isQuoted ? readQuotedCell(scan, at, qualifier) : readCell(scan, at, at);
    if (at === unfinished) return false;
    if (at === filled || bytes[at] !== delimiter) break;
    at += delimiterLength;
  }
  if (isHalfPair(scan, at)) return false;
  requireShort(scan, position, at);
  finishRow(scan, at);
  return true;
}

/** Notes the row that ends at this place, and goes behind it. */
function finishRow(scan: Scan, at: number): void {
  const { line, places, position } = scan;
  const next = scan.hasDoubts ? afterRowEnd(scan, at) : afterLineBreak(scan, at);
  const isBlank = scan.cells === 1 && scan.ends[places] === position;
  if (scan.isTrailingIgnored && endsInDelimiter(scan)) scan.cells -= 1;
  if (!isBlank && !isSeparatorLine(scan)) {
    if (scan.width === 0) {
      scan.width = scan.cells;
      scan.firstRowEndsAt = scan.passed + next;
    }
    const problem = problemOf(scan);
    if (problem) scan.broken.set(scan.count, brokenRow(scan, at, problem));
    else if (scan.quoted.length > 0) for (const { cell } of scan.quoted) unescape(scan, places + cell);
    if (hasStrayReturn(scan, at)) {
      const { count, line: first } = scan.strayReturns;
      scan.strayReturns = { line: count === 0 ? line : first, count: count + 1 };
    }
    scan.lines[scan.count] = line;
    scan.count += 1;
    scan.places += scan.width;
  }
  scan.position = next;
  scan.line += scan.lineBreaks + 1;
}

function afterRowEnd(scan: Scan, at: number): number {
  return scan.format.rowDelimiter === "cr" ? Math.min(scan.filled, at + 1) : afterLineBreak(scan, at);
}

/** Whether the row ends in one delimiter more than it has columns. */
function endsInDelimiter({ bytes, cells, delimiterBytes, ends, places, starts, width }: Scan): boolean {
  if (cells !== (width === 0 ? cells : width + 1) || cells === 1) return false;
  const last = starts[places + cells - 1]!;
  return ends[places + cells - 1] === last && standsAt(bytes, last - delimiterBytes.length, delimiterBytes);
}

/** Of two CRs before the LF that ends the row, a transfer made one. */
function hasStrayReturn({ bytes, filled, position, areReturnsEnds }: Scan, at: number): boolean {
  if (bytes[at - 2] !== carriageReturn || bytes[at - 1] !== carriageReturn) return false;
  return at < filled && at - 2 >= position && areReturnsEnds === false;
}

function problemOf({ quoted, cells, width }: Scan): RowProblem | undefined {
  const followed = quoted.length > 0 ? quoted.find(({ restEnd }) => restEnd !== undefined) : undefined;
  if (followed) return textAfterQuote(followed.cell + 1);
  return cells === width ? undefined : raggedRow(cells, width);
}

/** With its text as it stands. */
function brokenRow(scan: Scan, at: number, problem: RowProblem): BrokenRow {
  const { bytes, position, line } = scan;
  const raw = bytes.toString("utf8", position, withoutReturns(bytes, position, at));
  return { line, cells: textsOf(scan), problem, raw };
}

function textsOf({ bytes, qualifier, places, cells, quoted, starts, ends }: Scan): readonly string[] {
  const sign = qualifier?.toString("utf8") ?? "";
  const quotedByCell = new Map(quoted.map((each) => [each.cell, each]));
  return Array.from({ length: cells }, (_, cell) => {
    const [start, end] = [starts[places + cell]!, ends[places + cell]!];
    const text = bytes.toString("utf8", start, end);
    const known = quotedByCell.get(cell);
    const content = known?.hasDoubled ? text.replaceAll(sign + sign, sign) : text;
    const restEnd = known?.restEnd;
    return restEnd === undefined ? content : content + bytes.toString("utf8", end + (qualifier?.length ?? 0), restEnd);
  });
}

/** Whether the file begins with a line that names its delimiter, which is noted. */
function isSeparatorLine(scan: Scan): boolean {
  if (scan.width > 0 || scan.separatorLine) return false;
  const row = { line: scan.line, cells: textsOf(scan) };
  if (separatorOf(row.cells, scan.delimiterBytes.toString("utf8")) === undefined) return false;
  scan.separatorLine = row;
  return true;
}

/** Makes doubled qualifiers single, where they stand. */
function unescape({ bytes, qualifier, starts, ends }: Scan, place: number): void {
  const sign = qualifier ?? Buffer.alloc(0);
  const end = ends[place]!;
  let to = starts[place]!;
  for (let at = to; at < end;) {
    // Inside the cell each one is doubled: the first of the two is kept.
    const isDoubled = standsAt(bytes, at, sign);
    for (let kept = isDoubled ? sign.length : 1; kept > 0; kept -= 1) bytes[to++] = bytes[at++]!;
    if (isDoubled) at += sign.length;
  }
  ends[place] = to;
}
