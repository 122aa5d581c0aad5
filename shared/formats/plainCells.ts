import { onesIn, tabsIn } from "../domain/byteWords.ts";
import { type RecordLines, tab } from "../domain/recordLines.ts";
import { makeRoom, type TextOutput } from "./textOutput.ts";

/** Where bytes of some kinds stand in lines, found as somebody goes through them. */
export interface Marks {
  readonly bytes: Buffer;
  readonly kinds: readonly number[];
  /** Of each kind the first place from the one that was asked for last; the end of the bytes where there is none. */
  readonly places: number[];
}

export function marksIn({ bytes, count, ends }: RecordLines, kinds: readonly number[]): Marks {
  return { bytes: bytes.subarray(0, count === 0 ? 0 : ends[count - 1]), kinds, places: kinds.map(() => -1) };
}

/** The first mark from the place on, or the end of the bytes; places must ascend. */
export function nextMark({ bytes, kinds, places }: Marks, from: number): number {
  let next = bytes.length;
  for (let kind = 0; kind < kinds.length; kind += 1) {
    if (places[kind]! < from) {
      const found = bytes.indexOf(kinds[kind]!, from);
      places[kind] = found < 0 ? bytes.length : found;
    }
    if (places[kind]! < next) next = places[kind]!;
  }
  return next;
}

/**
 * Copies what stands between two places, with the delimiter, an ASCII character, for each tab; answers how many those
 * were. Eight bytes at a time, which is three times as fast as one by one.
 */
export function copyCells(source: DataView, start: number, end: number, output: TextOutput, delimiter: number): number {
  makeRoom(output, end - start);
  const { view } = output;
  const change = tab ^ delimiter;
  let { filled } = output;
  let count = 0;
  let at = start;
  for (; at + 8 <= end; at += 8, filled += 8) {
    const one = source.getInt32(at, true);
    const other = source.getInt32(at + 4, true);
    const inOne = tabsIn(one);
    const inOther = tabsIn(other);
    view.setInt32(filled, one ^ Math.imul(inOne, change), true);
    view.setInt32(filled + 4, other ^ Math.imul(inOther, change), true);
    count += onesIn(inOne + inOther);
  }
  for (; at < end; at += 1, filled += 1) {
    const byte = source.getUint8(at);
    if (byte === tab) count += 1;
    view.setUint8(filled, byte === tab ? delimiter : byte);
  }
  output.filled = filled;
  return count;
}
