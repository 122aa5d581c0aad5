import { lineFeed, type RecordLines } from "./recordLines.ts";

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
  const { count, starts } = buffer;
  if (count === starts.length) {
    buffer.starts = twiceAsLong(starts);
    buffer.ends = twiceAsLong(buffer.ends);
  }
  buffer.starts[count] = start;
  buffer.ends[count] = buffer.filled;
  buffer.bytes[buffer.filled] = lineFeed;
  buffer.filled += 1;
  buffer.count += 1;
}

export function addLine(buffer: LineBuffer, bytes: Buffer, start: number, end: number): void {
  reserve(buffer, end - start + 1);
  const at = buffer.filled;
  buffer.filled += bytes.copy(buffer.bytes, at, start, end);
  endLine(buffer, at);
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
