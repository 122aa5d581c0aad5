import { type SourceFormat, columnDelimiters } from "../domain/sourceFormat.ts";
import {
  binaryContent,
  CELL_CHARACTERS_MAX,
  COLUMNS_MAX,
  requireWithinLimits,
  ROW_CHARACTERS_MAX,
  rowTooLong,
  textAfterQuote,
  unclosedQuote,
} from "./csvProblems.ts";
import {
  afterLineBreak,
  afterReturns,
  carriageReturn,
  countOf,
  indexFrom,
  isHalfPair,
  lineFeed,
  nowhere,
  recogniseReturnEnds,
  withoutReturns,
} from "./csvRowEnds.ts";
import { type LookAhead, nextDelimiter, nextNewline, nextQualifier } from "./csvLookAhead.ts";
import { separatorOf } from "./csvSeparatorLine.ts";
import type { RowProblem, SourceRow } from "./recordFormat.ts";

/** Splits text that arrives in pieces into rows. What is left of a row waits for the next piece. */
export interface RowScanner {
  push(piece: string): readonly SourceRow[];
  /** Call once, after the last piece: gives the last row, and refuses a quote that was never closed. */
  finish(): readonly SourceRow[];
}

const blank: SourceRow = { line: 0, cells: [] };

/** The scanner's place in the text. */
interface Scan extends LookAhead {
  /** Whether CR alone ends a row; undefined until the end of the first row has arrived. */
  areReturnsEnds: boolean | undefined;
  /** Of the first row; undefined before it. */
  columns: number | undefined;
  isLast: boolean;
  /** Where the row under way begins, and its line. */
  position: number;
  line: number;
  /** Where the cell just read ended, and how many line breaks the row's quoted cells have held so far. */
  cursor: number;
  lineBreaks: number;
}

/** A scanner at the beginning of a file; a file beyond the limits, or a zero byte, is an error with the line. */
export function createRowScanner(format: SourceFormat): RowScanner {
  const scan = newScan(format);
  let pieces: string[] = [];
  let waiting = 0;
  let wanted = 0;
  const run = (): readonly SourceRow[] => {
    load(scan, pieces.join(""));
    const rows = readRows(scan);
    const rest = scan.text.slice(scan.position);
    if (rest.length > ROW_CHARACTERS_MAX) throw rowTooLong(scan.line);
    pieces = [rest];
    waiting = rest.length;
    // A row is read again from its start only when twice as much of it is there: long rows stay linear.
    wanted = rest.length * 2;
    return rows;
  };
  return {
    push(piece) {
      pieces.push(piece);
      waiting += piece.length;
      return waiting < wanted ? [] : run();
    },
    finish() {
      scan.isLast = true;
      return run();
    },
  };
}

function newScan(format: SourceFormat): Scan {
  return {
    delimiter: columnDelimiters[format.columnDelimiter],
    qualifier: format.textQualifier,
    areReturnsEnds: undefined,
    columns: undefined,
    text: "",
    isLast: false,
    position: 0,
    line: 1,
    cursor: 0,
    lineBreaks: 0,
    delimiterAt: -1,
    qualifierAt: -1,
    lineFeedAt: -1,
    returnAt: -1,
  };
}

function load(scan: Scan, text: string): void {
  scan.text = text;
  scan.position = 0;
  scan.delimiterAt = -1;
  scan.qualifierAt = scan.qualifier === null ? nowhere : -1;
  scan.lineFeedAt = -1;
  scan.areReturnsEnds ??= recogniseReturnEnds(scan);
  scan.returnAt = scan.areReturnsEnds === true ? -1 : nowhere;
  const zeroAt = text.indexOf("\0");
  if (zeroAt >= 0) {
    const ending = scan.areReturnsEnds === true ? carriageReturn : lineFeed;
    throw binaryContent(scan.line + countOf(text.slice(0, zeroAt), ending));
  }
}

function readRows(scan: Scan): readonly SourceRow[] {
  if (scan.areReturnsEnds === undefined && !scan.isLast) return [];
  const rows: SourceRow[] = [];
  while (scan.position < scan.text.length) {
    const row = readRow(scan);
    if (row === undefined) break;
    if (row !== blank) rows.push(row);
  }
  return rows;
}

/** The next row, `blank` for an empty line, or undefined while its end has not arrived. */
function readRow(scan: Scan): SourceRow | undefined {
  const newlineAt = nextNewline(scan, scan.position);
  if (nextQualifier(scan, scan.position) < newlineAt) return readQuotedRow(scan);
  if (isHalfPair(scan, newlineAt)) return undefined;
  if (newlineAt !== nowhere) return readPlainRow(scan, newlineAt);
  return scan.isLast ? readPlainRow(scan, scan.text.length) : undefined;
}

/** A row without any qualifier: most rows of most files. */
function readPlainRow(scan: Scan, rowEnd: number): SourceRow {
  const { text, delimiter, line } = scan;
  const from = scan.position;
  const end = withoutReturns(text, from, rowEnd);
  let start = from;
  scan.position = afterLineBreak(text, rowEnd);
  scan.line += 1;
  if (end === start) return blank;
  if (end - start > ROW_CHARACTERS_MAX) throw rowTooLong(line);
  const isLong = end - start > CELL_CHARACTERS_MAX;
  const cells: string[] = [];
  let delimiterAt = nextDelimiter(scan, start);
  while (delimiterAt < end) {
    cells.push(text.slice(start, delimiterAt));
    if (isLong || cells.length >= COLUMNS_MAX) requireWithinLimits(delimiterAt - start, cells.length + 1, line);
    start = delimiterAt + 1;
    delimiterAt = indexFrom(text, delimiter, start);
  }
  scan.delimiterAt = delimiterAt;
  cells.push(text.slice(start, end));
  if (isLong) requireWithinLimits(end - start, cells.length, line);
  return finishRow(scan, { line, cells }, from, end);
}

function readQuotedRow(scan: Scan): SourceRow | undefined {
  const { text, delimiter, line } = scan;
  const cells: string[] = [];
  let problem: RowProblem | undefined;
  scan.lineBreaks = 0;
  scan.cursor = scan.position - 1;
  do {
    const start = scan.cursor + 1;
    const isQuoted = text[start] === scan.qualifier;
    let cell = isQuoted ? readQuotedCell(scan, start) : readPlainCell(scan, start);
    if (cell === undefined) return undefined;
    if (isQuoted && !isCellEnd(scan)) {
      // At the end of what has arrived this is undefined too: the next character decides what the quote means.
      const rest = readPlainCell(scan, scan.cursor);
      if (rest === undefined) return undefined;
      problem ??= textAfterQuote(cells.length + 1);
      cell += rest;
    }
    cells.push(cell);
    requireWithinLimits(cell.length, cells.length, line);
  } while (text[scan.cursor] === delimiter);
  if (isHalfPair(scan, scan.cursor)) return undefined;
  if (scan.cursor - scan.position > ROW_CHARACTERS_MAX) throw rowTooLong(line);
  const from = scan.position;
  scan.position = afterLineBreak(text, Math.min(nextNewline(scan, scan.cursor), text.length));
  scan.line += scan.lineBreaks + 1;
  return finishRow(scan, problem === undefined ? { line, cells } : { line, cells, problem }, from, scan.cursor);
}

/** With its text, where it has other columns than the rows before it. */
function finishRow(scan: Scan, row: SourceRow, from: number, end: number): SourceRow {
  const { length } = row.cells;
  if (scan.columns === undefined && separatorOf(row.cells, scan.delimiter) === undefined) scan.columns = length;
  return length === scan.columns && !row.problem ? row : { ...row, raw: scan.text.slice(from, end) };
}

/** The text between two qualifiers, doubled ones made single; undefined while the closing one has not arrived. */
function readQuotedCell(scan: Scan, start: number): string | undefined {
  const { text } = scan;
  const qualifier = scan.qualifier ?? "";
  let hasDoubled = false;
  let closeAt = text.indexOf(qualifier, start + 1);
  while (closeAt >= 0 && text[closeAt + 1] === qualifier) {
    hasDoubled = true;
    closeAt = text.indexOf(qualifier, closeAt + 2);
  }
  if (closeAt < 0) {
    const line = scan.line + scan.lineBreaks;
    if (scan.isLast) throw unclosedQuote(line);
    requireWithinLimits(text.length - start - 1, 1, line);
    return undefined;
  }
  for (let at = nextNewline(scan, start); at < closeAt; at = nextNewline(scan, afterLineBreak(text, at))) {
    scan.lineBreaks += 1;
  }
  scan.cursor = closeAt + 1;
  const content = text.slice(start + 1, closeAt);
  return hasDoubled ? content.replaceAll(qualifier + qualifier, qualifier) : content;
}

function readPlainCell(scan: Scan, start: number): string | undefined {
  const newlineAt = nextNewline(scan, start);
  const end = Math.min(nextDelimiter(scan, start), newlineAt, scan.text.length);
  if (end === scan.text.length && !scan.isLast) return undefined;
  const cellEnd = end === newlineAt || end === scan.text.length ? withoutReturns(scan.text, start, end) : end;
  scan.cursor = cellEnd;
  return scan.text.slice(start, cellEnd);
}

/** Whether a delimiter, the end of the row or the end of the file stands where the quoted cell ended. */
function isCellEnd(scan: Scan): boolean {
  const { text, cursor } = scan;
  if (text[cursor] === scan.delimiter) return true;
  const at = scan.areReturnsEnds === true ? cursor : afterReturns(text, cursor);
  const next = text[at];
  return next === undefined ? scan.isLast : next === lineFeed || next === carriageReturn;
}
