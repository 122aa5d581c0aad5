import { tab } from "./recordLines.ts";

/** The same memory, for words of four bytes. */
export function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

const tabs = 0x0909_0909;
const lowBits = 0x7f7f_7f7f;
const ones = 0x0101_0101;

/** A one in each of the word's four bytes that is a tab, and nothing in the others. */
export function tabsIn(word: number): number {
  const apart = word ^ tabs;
  return ~(((apart & lowBits) + lowBits) | apart | lowBits) >>> 7;
}

/** How many ones there are, in the sum of up to 63 such words. */
export function onesIn(words: number): number {
  return Math.imul(words, ones) >>> 24;
}

/** The place behind so many tabs, or one behind the end where there are fewer. Eight bytes at a time. */
export function behindTabs(view: DataView, from: number, end: number, count: number): number {
  let left = count;
  let at = from;
  for (; at + 8 <= end; at += 8) {
    const found = onesIn(tabsIn(view.getInt32(at, true)) + tabsIn(view.getInt32(at + 4, true)));
    if (found >= left) break;
    left -= found;
  }
  for (; left > 0 && at < end; at += 1) if (view.getUint8(at) === tab) left -= 1;
  return left > 0 ? end + 1 : at;
}
