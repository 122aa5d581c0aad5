import { lineFeed, type RecordLines, tab } from "./recordLines.ts";

/** Memory that lines are written into, one after another, and that is used again once they have been taken. */
export interface LineBuffer {
  bytes: Buffer;
  filled: number;
  count: number;
  starts: Uint32Array;
  ends: Uint32Array;
}

const bytesAtFirst = 16 * 1024;
const linesAtFirst = 256;

export function lineBuffer(): LineBuffer {
  return {
    bytes: Buffer.allocUnsafeSlow(bytesAtFirst),
    filled: 0,
    count: 0,
    starts: new Uint32Array(linesAtFirst),
    ends: new Uint32Array(linesAtFirst),
  };
}

export function emptyLines(buffer: LineBuffer): void {
  buffer.filled = 0;
  buffer.count = 0;
}

/** Makes room for so many more bytes. */
export function reserve(buffer: LineBuffer, sizeBytes: number): void {
  if (buffer.filled + sizeBytes <= buffer.bytes.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(2 * buffer.bytes.length, buffer.filled + sizeBytes));
  buffer.bytes.copy(larger, 0, 0, buffer.filled);
  buffer.bytes = larger;
}

/** Ends the line that was written since the one before; there must be room for its line feed. */
export function endLine(buffer: LineBuffer, start: number): void {
  const { count } = buffer;
  if (count === buffer.starts.length) growPlaces(buffer);
  buffer.starts[count] = start;
  buffer.ends[count] = buffer.filled;
  buffer.bytes[buffer.filled] = lineFeed;
  buffer.filled += 1;
  buffer.count += 1;
}

function growPlaces(buffer: LineBuffer): void {
  buffer.starts = twiceAsLong(buffer.starts);
  buffer.ends = twiceAsLong(buffer.ends);
}

export function addLine(buffer: LineBuffer, bytes: Buffer, start: number, end: number): void {
  reserve(buffer, end - start + 1);
  const at = buffer.filled;
  buffer.filled += bytes.copy(buffer.bytes, at, start, end);
  endLine(buffer, at);
}

/** Lines that lie one behind another, from the first up to, not including, `to`; behind the last one another would begin. */
export function addLines(buffer: LineBuffer, bytes: Buffer, starts: Uint32Array, from: number, to: number): void {
  const start = starts[from]!;
  const end = starts[to]! - 1;
  reserve(buffer, end - start + 1);
  while (buffer.count + to - from > buffer.starts.length) growPlaces(buffer);
  const moved = buffer.filled - start;
  for (let line = from; line < to; line += 1) {
    buffer.starts[buffer.count] = starts[line]! + moved;
    buffer.ends[buffer.count] = starts[line + 1]! - 1 + moved;
    buffer.count += 1;
  }
  buffer.filled += bytes.copy(buffer.bytes, buffer.filled, start, end);
  buffer.bytes[buffer.filled] = lineFeed;
  buffer.filled += 1;
}

export function writeTab(buffer: LineBuffer): void {
  // A line feed may follow, as with the others below.
  reserve(buffer, 2);
  buffer.bytes[buffer.filled++] = tab;
}

/** Up to this length bytes are copied one by one, which is then faster. */
const shortBytes = 24;

/** A tab, and these bytes. */
export function writeCell(buffer: LineBuffer, bytes: Buffer, start: number, end: number): void {
  reserve(buffer, end - start + 2);
  buffer.bytes[buffer.filled++] = tab;
  if (end - start > shortBytes) {
    buffer.filled += bytes.copy(buffer.bytes, buffer.filled, start, end);
    return;
  }
  let filled = buffer.filled;
  for (let at = start; at < end; at += 1) buffer.bytes[filled++] = bytes[at]!;
  buffer.filled = filled;
}

/** So much at most, so that few bytes are copied in vain where they turn out not to be wanted. */
const aheadBytesMax = 256;

/**
 * Copies the bytes behind a tab, which is not written yet: those from `start` to `end`, and as many up to `farEnd` as fit.
 * None of them counts as written. Answers where it ended.
 */
export function copyAhead(buffer: LineBuffer, bytes: Buffer, start: number, end: number, farEnd: number): number {
  const copied = Math.max(end, Math.min(farEnd, start + aheadBytesMax));
  reserve(buffer, copied - start + 2);
  bytes.copy(buffer.bytes, buffer.filled + 1, start, copied);
  return copied;
}

export function writeText(buffer: LineBuffer, text: string): void {
  // A character has three bytes at most for each of its units.
  reserve(buffer, 3 * text.length + 1);
  buffer.filled += buffer.bytes.write(text, buffer.filled);
}

const zero = 0x30;
/** Of the greatest whole number. */
const digitsMax = 16;

/** A whole number that is not below zero. */
export function writeNumber(buffer: LineBuffer, number: number): void {
  reserve(buffer, digitsMax + 1);
  let digits = 1;
  for (let left = number; left >= 10; left = Math.floor(left / 10)) digits += 1;
  buffer.filled += digits;
  let left = number;
  for (let at = 1; at <= digits; at += 1) {
    buffer.bytes[buffer.filled - at] = zero + (left % 10);
    left = Math.floor(left / 10);
  }
}

/** The lines as they stand; good until the buffer is written to again. */
export function linesIn({ bytes, count, starts, ends }: LineBuffer): RecordLines {
  return { bytes, count, starts, ends };
}

/** The same places, with room for as many more. */
export function twiceAsLong(places: Uint32Array): Uint32Array {
  const twice = new Uint32Array(2 * places.length);
  twice.set(places);
  return twice;
}
