import { compareKeys, tab } from "../../domain/recordLines.ts";
import type { Pace } from "../../ports/pace.ts";

/**
 * Sorting is done natively, on whole numbers: bytes of a key in the upper bits, and in the lower ones which line it is, so
 * that lines of one key stay in the order in which they came. Where so many bytes do not tell keys apart, the lines in
 * question are sorted again by those that follow.
 */
const lineBits = 18;
/** What is sorted in one piece takes some milliseconds. */
export const sortedLinesMax = 2 ** lineBits;
/** Fewer lines are put in order one by one. */
const fewLines = 12;

interface Sorting {
  readonly bytes: Buffer;
  readonly starts: Uint32Array;
  /** Which line stands at each place. */
  readonly order: Uint32Array;
  readonly words: Uint32Array;
  readonly numbers: BigUint64Array;
  readonly pace: Pace;
}

/** Which of the lines that begin there, at most `sortedLinesMax`, comes first, and so on: by their keys, those of one key as they came. */
export async function sortedByKey(bytes: Buffer, starts: Uint32Array, pace: Pace): Promise<Uint32Array> {
  const order = new Uint32Array(starts.length);
  for (let line = 0; line < order.length; line += 1) order[line] = line;
  if (isInOrder(bytes, starts)) return order;
  const numbers = new BigUint64Array(starts.length);
  const words = new Uint32Array(numbers.buffer);
  await sortRange({ bytes, starts, order, words, numbers, pace }, { from: 0, below: starts.length, known: 0 });
  return order;
}

/** Most files are, which is quick to see. */
function isInOrder(bytes: Buffer, starts: Uint32Array): boolean {
  for (let index = 1; index < starts.length; index += 1) {
    if (compareKeys(bytes, starts[index - 1]!, bytes, starts[index]!) > 0) return false;
  }
  return true;
}

/** Lines of which so many first bytes are known to be the same. */
interface Range {
  readonly from: number;
  readonly below: number;
  readonly known: number;
}

/** Ranges that are still to be sorted are kept in a list: recursion would go as deep as keys are alike. */
async function sortRange(sorting: Sorting, whole: Range): Promise<void> {
  const open = [whole];
  for (let range = open.pop(); range; range = open.pop()) {
    if (range.below - range.from <= fewLines) insertionSort(sorting, range);
    else splitRange(sorting, range, open);
    if (sorting.pace.isOver()) await sorting.pace.rest();
  }
}

/** Sorts a range by the bytes behind what all of its keys have in common, and notes the ranges that are equal by them. */
function splitRange(sorting: Sorting, range: Range, open: Range[]): void {
  const { bytes, starts, order, words, numbers } = sorting;
  const { from, below } = range;
  const known = commonBytes(sorting, range);
  // All are one key.
  if (known < 0) return;
  const count = below - from;
  const own = order.slice(from, below);
  for (let line = 0; line < count; line += 1) writeNumber(words, line, bytes, starts[own[line]!]! + known);
  numbers.subarray(0, count).sort();
  let tiedFrom = 0;
  for (let place = 0; place < count; place += 1) {
    order[from + place] = own[words[2 * place]! & (sortedLinesMax - 1)]!;
    if (place > 0 && !isTied(words, place - 1, place)) {
      if (place - tiedFrom > 1) open.push({ from: from + tiedFrom, below: from + place, known });
      tiedFrom = place;
    }
  }
  if (count - tiedFrom > 1) open.push({ from: from + tiedFrom, below, known });
}

/** How many bytes from the start of the line all of these keys have in common; -1 when they are one key. */
function commonBytes({ bytes, starts, order }: Sorting, { from, below, known }: Range): number {
  const first = starts[order[from]!]!;
  let common = Infinity;
  for (let index = from + 1; index < below; index += 1) {
    const start = starts[order[index]!]!;
    let at = known;
    while (at < common && bytes[first + at] === bytes[start + at]) {
      if (bytes[first + at] === tab) at = Infinity;
      else at += 1;
    }
    if (at < common) common = at;
    if (common === known) return known;
  }
  return common === Infinity ? -1 : common;
}

/** Five bytes of the key and a part of the sixth, nothing behind its end, and the line. */
function writeNumber(words: Uint32Array, line: number, bytes: Buffer, at: number): void {
  let high = 0;
  let low = 0;
  let end = at;
  for (let index = 0; index < 4; index += 1) {
    const byte = bytes[end]!;
    high = (high << 8) | byte;
    if (byte !== tab) end += 1;
  }
  const fifth = bytes[end]!;
  low = fifth << 6;
  if (fifth !== tab) low |= bytes[end + 1]! >>> 2;
  words[2 * line + 1] = high;
  words[2 * line] = (low << lineBits) | line;
}

function isTied(words: Uint32Array, one: number, other: number): boolean {
  return words[2 * one + 1] === words[2 * other + 1] && words[2 * one]! >>> lineBits === words[2 * other]! >>> lineBits;
}

function insertionSort({ bytes, starts, order }: Sorting, { from, below }: Range): void {
  for (let index = from + 1; index < below; index += 1) {
    const line = order[index]!;
    let place = index;
    while (place > from && compareKeys(bytes, starts[order[place - 1]!]!, bytes, starts[line]!) > 0) {
      order[place] = order[place - 1]!;
      place -= 1;
    }
    order[place] = line;
  }
}
