import { twiceAsLong } from "../../domain/lineBuffer.ts";
import { keyAt, lineFeed, type RecordLines } from "../../domain/recordLines.ts";
import type { Pace } from "../../ports/pace.ts";
import { giveBack } from "../../domain/giveBack.ts";
import { type Frame, framePacker, packLine, takeFrame } from "../segments/frames.ts";
import type { LinePart } from "../segments/lineParts.ts";
import { sortedByKey, sortedLinesMax } from "./sortByKey.ts";

const bytesAtFirst = 64 * 1024;
const linesAtFirst = 1024;
/** What a line's places take beside its bytes, now and while they are sorted. */
const lineOverheadBytes = 24;
/** Up to so much each buffer has memory of its own, which grows; beyond, both share one large piece. */
const ownBytesMax = 4 * 1024 * 1024;
/** The line that makes a buffer full, with those that lie together with it, goes over its size. */
const marginBytes = 256 * 1024;

/**
 * Both halves in one piece: so large that the system gives it page by page and takes all of it back. Pieces of half the
 * size would stay with the process, in a heap that other memory keeps from shrinking.
 */
interface SortMemory {
  readonly halfBytes: number;
  whole: Buffer | undefined;
  halvesTaken: number;
}

/** Lines in one piece of memory outside the garbage collector's care, each with a line feed behind it. */
export interface SortBuffer {
  bytes: Buffer;
  filled: number;
  count: number;
  starts: Uint32Array;
  readonly memory: SortMemory;
}

/** Two that take so many bytes each. */
export function sortBuffers(bufferBytes: number): readonly [SortBuffer, SortBuffer] {
  const memory = { halfBytes: bufferBytes + marginBytes, whole: undefined, halvesTaken: 0 };
  const buffer = () => ({ bytes: Buffer.alloc(0), filled: 0, count: 0, starts: new Uint32Array(0), memory });
  return [buffer(), buffer()];
}

/** Keeps the memory: as garbage it would double until the collector sees it. */
export function emptyBuffer(buffer: SortBuffer): void {
  buffer.filled = 0;
  buffer.count = 0;
}

/** Whether it has no part in the large piece. */
export function isApart({ bytes, memory }: SortBuffer): boolean {
  return bytes.buffer !== memory.whole?.buffer;
}

/** Gives the memory of one back while the other one, which is apart, goes on. */
export function releaseBuffer(buffer: SortBuffer): void {
  const { bytes, memory } = buffer;
  emptyBuffer(buffer);
  giveBack(bytes);
  buffer.bytes = Buffer.alloc(0);
  Object.assign(memory, { whole: undefined, halvesTaken: 0 });
}

/** Gives the memory of both back, before the collector comes by: whoever still reads lines of them is refused. */
export function releaseBuffers(buffers: readonly [SortBuffer, SortBuffer]): void {
  for (const buffer of buffers) {
    emptyBuffer(buffer);
    for (const bytes of [buffer.bytes, buffer.memory.whole]) if (bytes) giveBack(bytes);
    Object.assign(buffer, { bytes: Buffer.alloc(0), starts: new Uint32Array(0) });
    Object.assign(buffer.memory, { whole: undefined, halvesTaken: 0 });
  }
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
  const { bytes, filled, memory } = buffer;
  const needed = filled + sizeBytes;
  buffer.bytes = halfFor(memory, needed) ?? Buffer.allocUnsafeSlow(Math.max(bytesAtFirst, 2 * bytes.length, needed));
  bytes.copy(buffer.bytes, 0, 0, filled);
  // A half that one huge line outgrew goes with the other half.
  if (bytes.buffer !== memory.whole?.buffer) giveBack(bytes);
}

function halfFor(memory: SortMemory, neededBytes: number): Buffer | undefined {
  const { halfBytes, halvesTaken } = memory;
  if (neededBytes <= ownBytesMax || neededBytes > halfBytes || halvesTaken === 2) return undefined;
  memory.whole ??= Buffer.allocUnsafeSlow(2 * halfBytes);
  memory.halvesTaken += 1;
  return memory.whole.subarray(halvesTaken * halfBytes, (halvesTaken + 1) * halfBytes);
}

/** The lines as they came; good until the buffer is written to again. */
export function linesOf(buffer: SortBuffer): RecordLines {
  const { bytes, count, starts } = buffer;
  const ends = new Uint32Array(count);
  for (let line = 0; line < count; line += 1) ends[line] = endOf(buffer, line) - 1;
  return { bytes, count, starts, ends };
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
    if (buffer.count === 0) throw new Error("The sorted lines were given up while they were read.");
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
