import { decodeOptionalValues, decodeText, encodeText, encodeValues, lineOf } from "./recordText.ts";

/**
 * Records as lines of UTF-8, in the order in which they lie in one piece of memory, each in the form of `recordText.ts`. They stay bytes on their whole
 * way from file to store to file: a record costs no string, and leaves no garbage. The memory may be used again for the
 * next batch, so what outlives this one is copied.
 */
export interface RecordLines {
  readonly bytes: Buffer;
  readonly count: number;
  /** Where each line begins, and ends, without a line feed; both may be longer than `count`. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** A record taken out of its line. */
export interface LineRecord {
  readonly key: string;
  /** The commit's sequence in the store, the source line in staging. */
  readonly number: number;
  /** A text, "" for a value to empty and undefined for a value to keep. */
  readonly values: readonly (string | undefined)[];
}

export const tab = 0x09;
export const lineFeed = 0x0a;
export const backslash = 0x5c;
const zero = 0x30;

/**
 * The one order of keys, of which `one` begins at `oneAt`: that of their encoded bytes. The tab that ends a key counts
 * as well, which is less than any character that a key of an entity holds.
 */
export function compareKeys(one: Buffer, oneAt: number, other: Buffer, otherAt: number): number {
  for (let at = 0; ; at += 1) {
    const byte = one[oneAt + at]!;
    const difference = byte - other[otherAt + at]!;
    if (difference !== 0) return difference;
    if (byte === tab) return 0;
  }
}

/** A key as it stands at the beginning of a line: the form in which keys are compared. */
export function keyLine(key: string): Buffer {
  return Buffer.from(`${encodeText(key)}\t`);
}

/** A copy of the last key, as a line begins with it. */
export function lastKeyOf({ bytes, count, starts }: RecordLines): Buffer {
  const start = starts[count - 1]!;
  return Buffer.from(bytes.subarray(start, endOfKey(bytes, start) + 1));
}

/** The lines without those whose key the line before has; `before` is the key in front of the first one, if there is any. */
export function firstOfEachKey(lines: RecordLines, before: Buffer | undefined): RecordLines {
  const { bytes, count, starts, ends } = lines;
  const isFirst = (index: number): boolean => {
    if (index > 0) return compareKeys(bytes, starts[index - 1]!, bytes, starts[index]!) !== 0;
    return !before || compareKeys(before, 0, bytes, starts[0]!) !== 0;
  };
  let kept = 0;
  for (let index = 0; index < count; index += 1) if (isFirst(index)) kept += 1;
  if (kept === count) return lines;
  const chosen = { bytes, count: 0, starts: new Uint32Array(kept), ends: new Uint32Array(kept) };
  for (let index = 0; index < count; index += 1) {
    if (!isFirst(index)) continue;
    chosen.starts[chosen.count] = starts[index]!;
    chosen.ends[chosen.count] = ends[index]!;
    chosen.count += 1;
  }
  return chosen;
}

/** The lines behind the first so many. */
export function linesFrom({ bytes, count, starts, ends }: RecordLines, first: number): RecordLines {
  return { bytes, count: count - first, starts: starts.subarray(first), ends: ends.subarray(first) };
}

/** The same lines, so many at most in each. */
export function piecesOf(lines: RecordLines, countMax: number): RecordLines[] {
  const { bytes, count, starts, ends } = lines;
  return Array.from({ length: Math.ceil(count / countMax) }, (_, index) => {
    const [from, below] = [index * countMax, Math.min(count, (index + 1) * countMax)];
    return { bytes, count: below - from, starts: starts.subarray(from, below), ends: ends.subarray(from, below) };
  });
}

/** The lines of which the numbers are meant. */
export function linesWhere(lines: RecordLines, isMeant: (number: number) => boolean): RecordLines {
  const { bytes, count, starts, ends } = lines;
  const chosen = { bytes, count: 0, starts: new Uint32Array(count), ends: new Uint32Array(count) };
  for (let index = 0; index < count; index += 1) {
    if (!isMeant(numberAt(bytes, starts[index]!))) continue;
    chosen.starts[chosen.count] = starts[index]!;
    chosen.ends[chosen.count] = ends[index]!;
    chosen.count += 1;
  }
  return chosen;
}

export function endOfKey(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] !== tab) at += 1;
  return at;
}

/** Where a line's values begin. */
export function startOfValues(bytes: Buffer, start: number): number {
  return endOfKey(bytes, endOfKey(bytes, start) + 1) + 1;
}

/** Where the value ends that some place of a line belongs to. */
export function endOfValue(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== tab) at += 1;
  return at;
}

export function keyAt(bytes: Buffer, start: number): string {
  return decodeText(bytes.toString("utf8", start, endOfKey(bytes, start)));
}

export function numberAt(bytes: Buffer, start: number): number {
  let number = 0;
  for (let at = endOfKey(bytes, start) + 1; ; at += 1) {
    const byte = bytes[at]!;
    if (byte === tab) return number;
    number = 10 * number + byte - zero;
  }
}

function valuesAt(bytes: Buffer, start: number, end: number): (string | undefined)[] {
  return decodeOptionalValues(bytes.toString("utf8", startOfValues(bytes, start), end));
}

export function recordAt({ bytes, starts, ends }: RecordLines, index: number): LineRecord {
  const [start, end] = [starts[index]!, ends[index]!];
  return { key: keyAt(bytes, start), number: numberAt(bytes, start), values: valuesAt(bytes, start, end) };
}

export function recordsIn(lines: RecordLines): LineRecord[] {
  return Array.from({ length: lines.count }, (_, index) => recordAt(lines, index));
}

export function linesOf(records: readonly LineRecord[]): RecordLines {
  const texts = records.map(({ key, number, values }) => lineOf(encodeText(key), number, encodeValues(values)));
  const bytes = Buffer.from(texts.join("\n"));
  const [starts, ends] = [new Uint32Array(records.length), new Uint32Array(records.length)];
  let start = 0;
  for (const [index, text] of texts.entries()) {
    starts[index] = start;
    ends[index] = start + Buffer.byteLength(text);
    start = ends[index]! + 1;
  }
  return { bytes, count: records.length, starts, ends };
}
