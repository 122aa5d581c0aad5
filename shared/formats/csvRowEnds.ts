import type { RowDelimiter } from "../domain/sourceFormats/textFile.ts";

export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;

/** A part of a file, as far as it has arrived: the bytes behind `filled` are not of it. */
interface FilePart {
  readonly bytes: Buffer;
  readonly filled: number;
  readonly isLast: boolean;
}

/** A part of which what lies before `position` was read. */
interface ReadPart {
  bytes: Buffer;
  filled: number;
  position: number;
}

/** Puts a piece behind what is left, at the beginning of the memory; a line feed follows, so that every search ends. */
export function appendPiece(part: ReadPart, piece: Uint8Array): void {
  const { bytes, position, filled } = part;
  const rest = filled - position;
  if (rest + piece.length + 1 > bytes.length) {
    part.bytes = Buffer.allocUnsafeSlow(2 * (rest + piece.length + 1));
    bytes.copy(part.bytes, 0, position, filled);
  } else if (position > 0) bytes.copyWithin(0, position, filled);
  part.bytes.set(piece, rest);
  part.position = 0;
  part.filled = rest + piece.length;
  part.bytes[part.filled] = lineFeed;
}

interface FileStart extends FilePart {
  readonly delimiterBytes: Buffer;
}

/**
 * How the first row ends says how the others may. By LF, with any number of CRs before it: then a lone CR is text.
 * By CR alone, as old Macs and label printers write it: then LF and CRLF end rows too. Undefined while the first line
 * break outside qualifiers, or what follows it, has not arrived.
 */
export function recogniseRowEnd(start: FileStart, qualifier: Buffer | null): RowDelimiter | undefined {
  const { bytes, filled, delimiterBytes } = start;
  let isCellStart = true;
  for (let at = 0; at < filled; at += 1) {
    const byte = bytes[at]!;
    if (byte === lineFeed) return "lf";
    if (byte === carriageReturn) return endByReturn(start, at);
    // A doubled qualifier closes here and opens again at once.
    if (isCellStart && qualifier !== null && standsAt(bytes, at, qualifier)) {
      at = indexIn(start, qualifier, at + qualifier.length);
      if (at < 0) return undefined;
      at += qualifier.length - 1;
    } else if (byte === delimiterBytes[0] && standsAt(bytes, at, delimiterBytes)) {
      isCellStart = true;
      at += delimiterBytes.length - 1;
    } else isCellStart = false;
  }
  return undefined;
}

function endByReturn(start: FileStart, at: number): RowDelimiter | undefined {
  const after = afterReturns(start, at);
  if (after === start.filled) return start.isLast ? "cr" : undefined;
  return start.bytes[after] === lineFeed ? "crlf" : "cr";
}

export function afterReturns({ bytes, filled }: FilePart, from: number): number {
  let at = from;
  while (at < filled && bytes[at] === carriageReturn) at += 1;
  return at;
}

/** Whether a row ends in a CR of which the LF may still arrive. */
export function isHalfPair({ bytes, filled, isLast }: FilePart, rowEnd: number): boolean {
  return !isLast && rowEnd === filled - 1 && bytes[rowEnd] === carriageReturn;
}

export function afterLineBreak({ bytes, filled }: FilePart, at: number): number {
  const isPair = bytes[at] === carriageReturn && at + 1 < filled && bytes[at + 1] === lineFeed;
  return Math.min(filled, at + (isPair ? 2 : 1));
}

/** CRs before the LF belong to the row's end: transfers in text mode add them. */
export function withoutReturns(bytes: Buffer, from: number, rowEnd: number): number {
  let end = rowEnd;
  while (end > from && bytes[end - 1] === carriageReturn) end -= 1;
  return end;
}

export function standsAt(bytes: Buffer, at: number, sign: Buffer): boolean {
  for (let index = 0; index < sign.length; index += 1) if (bytes[at + index] !== sign[index]) return false;
  return true;
}

/** Where the sign stands next; -1 where it does not. */
export function indexIn({ bytes, filled }: FilePart, sign: Buffer, from: number): number {
  const at = sign.length === 1 ? bytes.indexOf(sign[0]!, from) : bytes.indexOf(sign, from);
  return at + sign.length > filled ? -1 : at;
}

/** How many line breaks there are; CRs are some where they may end rows. */
export function countLineBreaks(part: FilePart, from: number, below: number, areReturnsEnds: boolean): number {
  const { bytes } = part;
  let count = 0;
  for (let at = from; at < below; at += 1) {
    const byte = bytes[at]!;
    const isPairsEnd = byte === lineFeed && areReturnsEnds && at > from && bytes[at - 1] === carriageReturn;
    if ((byte === lineFeed && !isPairsEnd) || (byte === carriageReturn && areReturnsEnds)) count += 1;
  }
  return count;
}
