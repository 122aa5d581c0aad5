import { nameList } from "./nameList.ts";
import type { RowBatch } from "./rowBatch.ts";

/** What a file holds here and there that is no error, and is seldom meant. */
export type OddKind =
  | "byteOrderMark"
  | "strayReturn"
  | "noBreakBlank"
  | "nullWord"
  | "misreadUtf8"
  | "otherElement"
  | "unreadElement"
  | "unreadAttribute"
  | "strayText"
  | "absentColumn"
  | "hiddenRow"
  | "hiddenColumn"
  | "hiddenSheet"
  | "mergedCells";

export interface Oddity {
  readonly kind: OddKind;
  /** Of the first cell or row that has it. */
  readonly line: number;
  /** Cells, rows, columns or ranges that have it. */
  readonly count: number;
  /** What has it, where it has names: the first ones. */
  readonly names?: readonly string[];
}

export interface OddityTally {
  add(kind: OddKind, line: number, name?: string): void;
  all(): readonly Oddity[];
}

const namesMax = 100;

export function oddityTally(): OddityTally {
  const found = new Map<OddKind, { kind: OddKind; line: number; count: number; names: Set<string> }>();
  return {
    add(kind, line, name) {
      const known = found.get(kind) ?? { kind, line, count: 0, names: new Set() };
      known.count += 1;
      if (name !== undefined && known.names.size < namesMax) known.names.add(name);
      if (known.count === 1) found.set(kind, known);
    },
    all: () => [...found.values()].map(({ names, ...odd }) => (names.size > 0 ? { ...odd, names: [...names] } : odd)),
  };
}

const ascii = 0x80;
const letterN = 0x4e;
const mark = Buffer.from("\ufeff");
const nullWord = Buffer.from("NULL");
/** U+00A0, U+2007 and U+202F. */
const noBreakBlanks = ["\u00a0", "\u2007", "\u202f"].map((blank) => Buffer.from(blank));

/**
 * Finds the odd cells of rows. All but a few cells begin and end in ASCII and are no word of four letters with an N: these
 * cost a comparison or two.
 */
export function findOddCells(batch: RowBatch, tally: OddityTally): void {
  const { bytes, width, starts, ends, count, broken } = batch;
  for (let row = 0; row < count; row += 1) {
    if (broken.size > 0 && broken.has(row)) continue;
    for (let place = row * width, behind = place + width; place < behind; place += 1) {
      const start = starts[place]!;
      const end = ends[place]!;
      if (start >= end) continue;
      const first = bytes[start]!;
      if (first >= ascii || bytes[end - 1]! >= ascii) {
        if (isPadded(bytes, start, end)) tally.add("noBreakBlank", lineOf(batch, row));
      } else if (first === letterN && end - start === nullWord.length && isAt(bytes, nullWord, start, end)) {
        tally.add("nullWord", lineOf(batch, row));
      }
    }
  }
  findMarks(batch, tally);
}

function lineOf({ lines, placeOf }: RowBatch, row: number): number {
  return placeOf ? placeOf(row).line : lines[row]!;
}

function isPadded(bytes: Buffer, start: number, end: number): boolean {
  return noBreakBlanks.some((blank) => isAt(bytes, blank, start, end) || isAt(bytes, blank, end - blank.length, end));
}

function isAt(bytes: Buffer, text: Buffer, at: number, end: number): boolean {
  if (at < 0 || at + text.length > end) return false;
  for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text[index]) return false;
  return true;
}

/** A mark may stand anywhere in a cell; the machine's own search passes over what has none. */
function findMarks(batch: RowBatch, tally: OddityTally): void {
  const { bytes, width, starts, ends, count, broken } = batch;
  // Of the memory behind the last row, which may be long, nothing is searched where that row has its places.
  const behind = broken.has(count - 1) ? bytes.length : ends[count * width - 1];
  if (count === 0 || !bytes.subarray(starts[0], behind).includes(mark)) return;
  for (let row = 0; row < count; row += 1) {
    if (broken.has(row)) continue;
    for (let place = row * width, behind = place + width; place < behind; place += 1) {
      const at = bytes.subarray(starts[place], ends[place]).indexOf(mark);
      if (at >= 0) tally.add("byteOrderMark", lineOf(batch, row));
    }
  }
}

const said: Record<OddKind, (count: number, line: number, names: string) => string> = {
  byteOrderMark: (count, line) =>
    `${cells(count)} a byte order mark, the first on line ${line}, as where files were joined. It is part of a text, and makes a key another one. Remove it.`,
  strayReturn: (count, line) =>
    `${count === 1 ? "one row ends" : `${count} rows end`} in one carriage return too many (CR CR LF), the first on line ${line}, as a transfer in text mode makes them. They are part of no value. Send the file as binary.`,
  noBreakBlank: (count, line) =>
    `${cells(count)} a no-break blank at the beginning or the end, the first on line ${line}. It is part of a text, and makes a key another one. Remove it.`,
  nullWord: (count, line) =>
    `${cells(count)} the word NULL, the first on line ${line}. It is a text, and not the absence of one. Leave such cells empty.`,
  misreadUtf8: (count, line) =>
    `${cells(count)} what looks like UTF-8 that was read in the code page of the format, the first on line ${line}: a letter such as \u00fc becomes two others. Choose a source format with code page 65001, or save the file in the format's code page.`,
  otherElement: (count, line, names) =>
    `${count === 1 ? "one element beside the records was" : `${count} elements beside the records were`} not read, the first on line ${line}: ${names}.`,
  unreadElement: (count, line, names) =>
    `${count === 1 ? "one element of a record was" : `${count} elements of records were`} not read, the first on line ${line}, since no field takes them: ${names}.`,
  unreadAttribute: (count, line, names) =>
    `${count === 1 ? "one attribute was" : `${count} attributes were`} not read, the first on line ${line}: ${names}.`,
  strayText: (count, line) =>
    `${count === 1 ? "one text between the records was" : `${count} texts between the records were`} not read, the first on line ${line}.`,
  absentColumn: (_count, _line, names) =>
    `no record has these columns, which are mapped, so that what is stored in their fields stays: ${names}.`,
  hiddenRow: (count, line) =>
    `${count === 1 ? "one row is hidden" : `${count} rows are hidden`}, the first is row ${line}, and read like the others. Delete rows that are not meant.`,
  hiddenColumn: (count) =>
    `${count === 1 ? "one column is" : `${count} columns are`} hidden, and read like the others.`,
  hiddenSheet: () => "the sheet is hidden, and read all the same.",
  mergedCells: (count) =>
    `the sheet has ${count === 1 ? "a merged range" : `${count} merged ranges`} of cells: a value counts for its first cell alone, and the others are empty.`,
};

function cells(count: number): string {
  return count === 1 ? "one cell holds" : `${count} cells hold`;
}

export function oddityWarnings(fileName: string, oddities: readonly Oddity[]): readonly string[] {
  return oddities.map(
    ({ kind, count, line, names = [] }) => `${fileName}: ${said[kind](count, line, nameList(names))}`,
  );
}
