import { twiceAsLong } from "../../domain/lineBuffer.ts";
import { keyAt, lineFeed, type RecordLines } from "../../domain/recordLines.ts";
import type { Pace } from "../../ports/pace.ts";
import { type Frame, framePacker, packLine, takeFrame } from "../segments/frames.ts";
import type { LinePart } from "../segments/lineParts.ts";
import { sortedByKey, sortedLinesMax } from "./sortByKey.ts";

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

/** Keeps the memory: as garbage it would double until the collector sees it. */
export function emptyBuffer(buffer: SortBuffer): void {
  buffer.filled = 0;
  buffer.count = 0;
}

/** Adds the lines from this one on, but none once the buffer is full; answers which one is the next. */
export function addLines(buffer: SortBuffer, lines: RecordLines, from: number, bytesMax: number): number {
  let below = from;
  while (below < lines.count && !isFull(buffer, bytesMax)) below = addPiece(buffer, lines, below, bytesMax);
  return below;
}

export function isFull(buffer: SortBuffer, bytesMax: number): boolean {
  return sizeOf(buffer.filled, buffer.count) >= bytesMax || buffer.count === sortedLinesMax;
}

function sizeOf(filled: number, count: number): number {
  return filled + count * lineOverheadBytes;
}

/** Adds a line, and those behind it that lie in one piece of memory with it, up to one that makes the buffer full. */
function addPiece(
  buffer: SortBuffer,
  { bytes, count, starts, ends }: RecordLines,
  from: number,
  bytesMax: number,
): number {
  const start = starts[from]!;
  const shift = buffer.filled - start;
  let lines = buffer.count;
  let line = from;
  for (;;) {
    if (lines === buffer.starts.length) makeRoomForLines(buffer);
    buffer.starts[lines] = starts[line]! + shift;
    lines += 1;
    const end = ends[line]! + 1;
    line += 1;
    if (line === count || starts[line] !== end || lines === sortedLinesMax || sizeOf(end + shift, lines) >= bytesMax)
      break;
  }
  const end = ends[line - 1]!;
  if (end + 1 + shift > buffer.bytes.length) makeRoom(buffer, end + 1 - start);
  bytes.copy(buffer.bytes, buffer.filled, start, end);
  buffer.bytes[end + shift] = lineFeed;
  buffer.filled = end + 1 + shift;
  buffer.count = lines;
  return line;
}

function makeRoomForLines(buffer: SortBuffer): void {
  buffer.starts = buffer.starts.length === 0 ? new Uint32Array(linesAtFirst) : twiceAsLong(buffer.starts);
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
  for (let place = 0; place < order.length; place += 1) {
    const line = order[place]!;
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
  for (let place = 0; place < order.length; place += 1) {
    sizeBytes += bytesOf(buffer, order[place]!);
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
