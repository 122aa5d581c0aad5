import { twiceAsLong } from "../../domain/lineBuffer.ts";
import { keyAt, lineFeed } from "../../domain/recordLines.ts";
import type { Pace } from "../../ports/pace.ts";
import { type Frame, framePacker, packLine, takeFrame } from "../segments/frames.ts";
import type { LinePart } from "../segments/lineParts.ts";
import { sortedByKey } from "./sortByKey.ts";

const bytesAtFirst = 64 * 1024;
const linesAtFirst = 1024;
/** What a line's places take beside its bytes, now and while they are sorted. */
const lineOverheadBytes = 24;

/** Lines in one piece of memory outside the garbage collector's care, each with a line feed behind it. */
export interface SortBuffer {
  bytes: Buffer;
  filled: number;
  count: number;
  starts: Uint32Array;
}

export function sortBuffer(): SortBuffer {
  return { bytes: Buffer.alloc(0), filled: 0, count: 0, starts: new Uint32Array(0) };
}

export function sizeOf({ filled, count }: SortBuffer): number {
  return filled + count * lineOverheadBytes;
}

/** Keeps the memory: as garbage it would double until the collector sees it. */
export function emptyBuffer(buffer: SortBuffer): void {
  buffer.filled = 0;
  buffer.count = 0;
}

export function addLine(buffer: SortBuffer, bytes: Buffer, start: number, end: number): void {
  const { count, filled } = buffer;
  if (filled + end - start + 1 > buffer.bytes.length) makeRoom(buffer, end - start + 1);
  if (count === buffer.starts.length) {
    buffer.starts = count === 0 ? new Uint32Array(linesAtFirst) : twiceAsLong(buffer.starts);
  }
  buffer.starts[count] = filled;
  buffer.count += 1;
  buffer.filled += bytes.copy(buffer.bytes, filled, start, end);
  buffer.bytes[buffer.filled] = lineFeed;
  buffer.filled += 1;
}

function makeRoom(buffer: SortBuffer, sizeBytes: number): void {
  const { bytes, filled } = buffer;
  buffer.bytes = Buffer.allocUnsafeSlow(Math.max(bytesAtFirst, 2 * bytes.length, filled + sizeBytes));
  bytes.copy(buffer.bytes, 0, 0, filled);
}

/** The lines in the order of their keys, those of one key as they came. */
export async function sortedLines(buffer: SortBuffer, pace: Pace): Promise<Uint32Array> {
  return sortedByKey(buffer.bytes, buffer.starts.subarray(0, buffer.count), pace);
}

/** These lines as frames to be stored. */
export function* sortedFrames(buffer: SortBuffer, order: Uint32Array, frameBytes: number): Generator<Frame> {
  const packer = framePacker(frameBytes);
  for (const line of order) {
    const isFull = packLine(packer, 0, buffer.bytes, buffer.starts[line]!, endOf(buffer, line) - 1);
    const frame = isFull ? takeFrame(packer) : undefined;
    if (frame) yield frame;
  }
  const frame = takeFrame(packer);
  if (frame) yield frame;
}

/** These lines, read where they are. */
export function sortedPart(buffer: SortBuffer, order: Uint32Array, frameBytes: number): LinePart {
  const keyOf = (place: number): string => keyAt(buffer.bytes, buffer.starts[order.at(place)!]!);
  const ranges = framesOf(buffer, order, frameBytes);
  const frames = ranges.map(([from]) => ({ firstKey: keyOf(from), numberMax: 0 }));
  const readFrame = async (frame: number): Promise<Buffer> => {
    const [from, below] = ranges[frame] ?? [0, 0];
    return gather(buffer, order.subarray(from, below));
  };
  return {
    firstKey: keyOf(0),
    lastKey: keyOf(-1),
    numberMax: 0,
    open: async () => ({ columns: [], frames, readFrame }),
  };
}

function framesOf(buffer: SortBuffer, order: Uint32Array, frameBytes: number): (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = [];
  let from = 0;
  let sizeBytes = 0;
  for (const [place, line] of order.entries()) {
    sizeBytes += bytesOf(buffer, line);
    if (sizeBytes < frameBytes && place < order.length - 1) continue;
    ranges.push([from, place + 1]);
    from = place + 1;
    sizeBytes = 0;
  }
  return ranges;
}

/** Behind the line's line feed. */
function endOf({ starts, count, filled }: SortBuffer, line: number): number {
  return line + 1 < count ? starts[line + 1]! : filled;
}

function bytesOf(buffer: SortBuffer, line: number): number {
  return endOf(buffer, line) - buffer.starts[line]!;
}

/** These lines in one piece, without the line feed at the end. */
function gather(buffer: SortBuffer, order: Uint32Array): Buffer {
  const sizeBytes = order.reduce((sum, line) => sum + bytesOf(buffer, line), 0);
  const gathered = Buffer.allocUnsafeSlow(sizeBytes);
  let at = 0;
  for (const line of order) at += buffer.bytes.copy(gathered, at, buffer.starts[line], endOf(buffer, line));
  return gathered.subarray(0, -1);
}
