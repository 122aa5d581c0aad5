import { unclosedQuote } from "./csvProblems.ts";
import { afterReturns, countLineBreaks, indexIn, lineFeed, standsAt, withoutReturns } from "./csvRowEnds.ts";
import { isEnd, noteCell, requireCell, type Scan } from "./csvScan.ts";

/** What reading a cell, or the row up to there, answers when its end has not arrived. */
export const unfinished = -1;

/** Notes a cell without qualifiers, and answers where its delimiter or the end of its row is. */
export function readPlainCell(scan: Scan, start: number, from: number): number {
  const { bytes, stops, filled } = scan;
  let at = from;
  while (stops[bytes[at]!] === 0) at += 1;
  if (at === filled && !scan.isLast) return unfinished;
  const isRowEnd = at === filled || bytes[at] !== scan.delimiter;
  noteCell(scan, start, isRowEnd ? withoutReturns(bytes, from, at) : at);
  return at;
}

/** The same where what looks like the end of a cell may be text. */
export function readDoubtfulCell(scan: Scan, start: number, from: number): number {
  const { bytes, stops, filled } = scan;
  let at = from;
  while (stops[bytes[at]!] === 0 || (at < filled && !isEnd(scan, at))) {
    if (bytes[at] === lineFeed) scan.lineBreaks += 1;
    at += 1;
  }
  if (at === filled && !scan.isLast) return unfinished;
  const isRowEnd = at === filled || bytes[at] !== scan.delimiter;
  noteCell(scan, start, isRowEnd ? withoutReturns(bytes, from, at) : at);
  return at;
}

/** Notes the text between two qualifiers, which is all but always a whole cell; answers as `readPlainCell`. */
export function readQuotedCell(scan: Scan, start: number, qualifier: Buffer): number {
  const { bytes, filled } = scan;
  const { length } = qualifier;
  let hasDoubled = false;
  let closeAt = indexIn(scan, qualifier, start + length);
  while (closeAt >= 0 && closeAt + 2 * length <= filled && standsAt(bytes, closeAt + length, qualifier)) {
    hasDoubled = true;
    closeAt = indexIn(scan, qualifier, closeAt + 2 * length);
  }
  if (closeAt < 0) return refuseUnclosed(scan, start);
  const cursor = closeAt + length;
  const at = endOfQuoted(scan, cursor);
  const cell = scan.cells;
  if (at !== unfinished) {
    noteCell(scan, start + length, closeAt);
    if (hasDoubled) scan.quoted.push({ cell, hasDoubled, restEnd: undefined });
  }
  scan.lineBreaks += countLineBreaks(scan, start, closeAt, scan.areReturnsEnds === true);
  if (at !== unfinished) return at;
  // At the end of what has arrived this is unfinished too: the next character decides what the qualifier means.
  const readRest = scan.hasDoubts ? readDoubtfulCell : readPlainCell;
  const restEnd = readRest(scan, start + length, cursor);
  if (restEnd === unfinished) return unfinished;
  const place = scan.places + cell;
  scan.quoted.push({ cell, hasDoubled, restEnd: scan.ends[place]! });
  scan.ends[place] = closeAt;
  return restEnd;
}

/** Where the delimiter or the end of the row is, if nothing else stands behind the qualifier that closes a cell. */
function endOfQuoted(scan: Scan, cursor: number): number {
  const { bytes, filled } = scan;
  if (cursor < filled && bytes[cursor] === scan.delimiter && !isText(scan, cursor)) return cursor;
  const at = scan.areReturnsEnds === true ? cursor : afterReturns(scan, cursor);
  if (at === filled) return scan.isLast ? at : unfinished;
  return scan.stops[bytes[at]!] === 1 && bytes[at] !== scan.delimiter && !isText(scan, at) ? at : unfinished;
}

/** Whether what looks like the end of a cell is none. */
function isText(scan: Scan, at: number): boolean {
  return scan.hasDoubts && !isEnd(scan, at);
}

function refuseUnclosed(scan: Scan, start: number): number {
  const line = scan.line + scan.lineBreaks;
  if (scan.isLast) throw unclosedQuote(line);
  requireCell(scan, start, scan.filled, 1, line);
  return unfinished;
}
