import { foldName, withoutPadding } from "../foldName.ts";
import { backslash } from "../recordLines.ts";
import { decodeText, encodeText } from "../recordText.ts";

/** A value of a text field in the form in which keys are compared, and in the bytes by which they are ordered. */
export interface FoldedCell {
  bytes: Buffer;
  end: number;
  /** Some of its characters are written in another way than they are read. */
  hasEscapes: boolean;
}

const [blank, letterA, letterZ] = [0x20, 0x41, 0x5a];
const toLower = 0x20;

/** The same form of a text. */
export function foldedText(text: string): string {
  return foldName(withoutPadding(text));
}

export function foldedBytes(text: string): Buffer {
  return Buffer.from(encodeText(foldedText(text)));
}

/** Folds values as they stand in a line; what is answered is good until the next one. Plain ones cost no string. */
export function cellFolder(): (bytes: Buffer, start: number, end: number) => FoldedCell {
  let memory = Buffer.allocUnsafeSlow(256);
  const folded: FoldedCell = { bytes: memory, end: 0, hasEscapes: false };
  return (bytes, start, paddedEnd) => {
    let end = paddedEnd;
    while (end > start && bytes[end - 1] === blank) end -= 1;
    if (end - start > memory.length) memory = Buffer.allocUnsafeSlow(2 * (end - start));
    folded.bytes = memory;
    folded.end = end - start;
    folded.hasEscapes = false;
    for (let at = start, to = 0; at < end; at += 1, to += 1) {
      const byte = bytes[at]!;
      if (byte >= 0x80) return foldDecoded(folded, bytes, start, end);
      if (byte === backslash) folded.hasEscapes = true;
      memory[to] = byte >= letterA && byte <= letterZ ? byte + toLower : byte;
    }
    return folded;
  };
}

function foldDecoded(folded: FoldedCell, bytes: Buffer, start: number, end: number): FoldedCell {
  folded.bytes = foldedBytes(decodeText(bytes.toString("utf8", start, end)));
  folded.end = folded.bytes.length;
  folded.hasEscapes = folded.bytes.includes(backslash);
  return folded;
}

/** Its characters as they are read. */
export function unescaped({ bytes, end }: FoldedCell): Buffer {
  return Buffer.from(decodeText(bytes.toString("utf8", 0, end)));
}
