import { twiceAsLong } from "../../domain/lineBuffer.ts";
import { compareKeys, keyLine, lineFeed } from "../../domain/recordLines.ts";
import type { ByteRange } from "./byteRange.ts";
import { giveBack } from "../../domain/giveBack.ts";
import type { LinePart, OpenPart } from "./lineParts.ts";

/**
 * A place in sorted lines. Its key is known before its frame is read, so that seeking reads no frame that cannot hold the
 * key: until then the key stands in `bytes` alone, and there is no line.
 */
export interface LineCursor extends ByteRange {
  readonly parts: readonly LinePart[];
  /** Frames without a greater number are passed over. */
  readonly changedSince: number;
  part: number;
  open: OpenPart | undefined;
  frame: number;
  /** The frame at hand, or its first key. */
  bytes: Buffer;
  /** The line at hand, without its line feed; where no frame is loaded, the key with its tab. */
  start: number;
  end: number;
  /** Where each line of the frame begins, and behind the last one where another would. */
  starts: Uint32Array;
  line: number;
  /** None where no frame is loaded. */
  lineCount: number;
  /** Behind the last line. */
  isOver: boolean;
}

const nothing = Buffer.alloc(0);

export function lineCursor(parts: readonly LinePart[], changedSince: number): LineCursor {
  const cursor: LineCursor = {
    parts,
    changedSince,
    part: 0,
    open: undefined,
    frame: 0,
    bytes: nothing,
    start: 0,
    end: 0,
    starts: new Uint32Array(0),
    line: 0,
    lineCount: 0,
    isOver: false,
  };
  enterPart(cursor, 0);
  return cursor;
}

export function columnsAt(cursor: LineCursor): readonly string[] {
  return cursor.open?.columns ?? [];
}

/** Moves to the next line; false when `load` must follow. */
export function advance(cursor: LineCursor): boolean {
  if (cursor.line + 1 < cursor.lineCount) {
    moveTo(cursor, cursor.line + 1);
    return true;
  }
  enterFrame(cursor, cursor.frame + 1);
  return false;
}

/** Reads the frame at hand if that was not done; behind the last line there is nothing to do. */
export async function load(cursor: LineCursor): Promise<void> {
  // Opening a part can show that none of its frames is wanted.
  while (!cursor.isOver && cursor.lineCount === 0) {
    if (cursor.open) enterLines(cursor, await cursor.open.readFrame(cursor.frame));
    else {
      await openPart(cursor);
      enterFrame(cursor, 0);
    }
  }
}

/** Moves forward to the first line from the key on that begins at `at`, without reading; false when `seekFurther` must follow. */
export function seek(cursor: LineCursor, key: Buffer, at: number): boolean {
  if (cursor.isOver) return true;
  const difference = compareKeys(cursor.bytes, cursor.start, key, at);
  if (difference > 0) return true;
  if (cursor.lineCount === 0) return false;
  if (difference === 0) return true;
  const line = firstFrom(cursor, cursor.line + 1, key, at);
  if (line === cursor.lineCount) return false;
  moveTo(cursor, line);
  return true;
}

/** The rest of `seek`: afterwards the line of the key is loaded if there is one, and nothing else was read in vain. */
export async function seekFurther(cursor: LineCursor, key: Buffer, at: number): Promise<void> {
  const { parts } = cursor;
  let part = cursor.part;
  while (part < parts.length && compareKeys(keyLine(parts[part]?.lastKey ?? ""), 0, key, at) < 0) part += 1;
  if (part !== cursor.part) enterPart(cursor, part);
  if (cursor.isOver || compareKeys(cursor.bytes, cursor.start, key, at) > 0) return;
  const { frames } = cursor.open ?? (await openPart(cursor));
  const frame = lastStartingBy(frames, cursor.frame, key, at);
  if (frame !== cursor.frame || cursor.lineCount === 0) {
    enterFrame(cursor, frame);
    await load(cursor);
  }
  if (!seek(cursor, key, at)) enterFrame(cursor, cursor.frame + 1);
}

/** Whether the cursor stands at the line of the key. */
export function isAt(cursor: LineCursor, key: Buffer, at: number): boolean {
  return !cursor.isOver && compareKeys(cursor.bytes, cursor.start, key, at) === 0;
}

async function openPart(cursor: LineCursor): Promise<OpenPart> {
  const part = cursor.parts[cursor.part];
  if (!part) throw new Error("A cursor behind its last part has nothing to open.");
  cursor.open = await part.open();
  return cursor.open;
}

function enterLines(cursor: LineCursor, bytes: Buffer): void {
  cursor.bytes = bytes;
  // The usual record is longer; a frame of shorter ones makes the list grow.
  if (cursor.starts.length === 0) cursor.starts = new Uint32Array(1024);
  let count = 0;
  for (let start = 0; ;) {
    if (count + 1 >= cursor.starts.length) cursor.starts = twiceAsLong(cursor.starts);
    cursor.starts[count] = start;
    count += 1;
    const end = bytes.indexOf(lineFeed, start);
    start = (end < 0 ? bytes.length : end) + 1;
    cursor.starts[count] = start;
    if (end < 0) break;
  }
  cursor.lineCount = count;
  moveTo(cursor, 0);
}

/** To another line of the frame at hand. */
export function moveTo(cursor: LineCursor, line: number): void {
  cursor.line = line;
  cursor.start = cursor.starts[line]!;
  cursor.end = cursor.starts[line + 1]! - 1;
}

function enterPart(cursor: LineCursor, from: number): void {
  let part = from;
  while ((cursor.parts[part]?.numberMax ?? Infinity) <= cursor.changedSince) part += 1;
  cursor.part = part;
  cursor.open = undefined;
  cursor.frame = 0;
  const entered = cursor.parts[part];
  cursor.isOver = entered === undefined;
  enterKey(cursor, entered?.firstKey ?? "");
}

function enterFrame(cursor: LineCursor, from: number): void {
  const frames = cursor.open?.frames ?? [];
  let frame = from;
  while ((frames[frame]?.numberMax ?? Infinity) <= cursor.changedSince) frame += 1;
  if (frame >= frames.length) return enterPart(cursor, cursor.part + 1);
  cursor.frame = frame;
  enterKey(cursor, frames[frame]?.firstKey ?? "");
}

function enterKey(cursor: LineCursor, key: string): void {
  // Without a line it is the key of a frame.
  if (cursor.lineCount > 0) giveBack(cursor.bytes);
  cursor.bytes = keyLine(key);
  cursor.start = 0;
  cursor.end = cursor.bytes.length;
  cursor.line = 0;
  cursor.lineCount = 0;
}

/**
 * The first line of the frame from `from` on whose key is not before that which begins at `at`; the line count when all
 * are. Looks in doubling steps, because the key is mostly near.
 */
export function firstFrom({ bytes, starts, lineCount }: LineCursor, from: number, key: Buffer, at: number): number {
  const isBefore = (line: number): boolean => compareKeys(bytes, starts[line]!, key, at) < 0;
  let low = from;
  let step = 1;
  let high = from;
  while (high < lineCount && isBefore(high)) {
    low = high + 1;
    high += step;
    step *= 2;
  }
  high = Math.min(high, lineCount);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last frame, from this one on, that begins with the key or a smaller one; the first of them if none does. */
export function lastStartingBy(
  frames: readonly { readonly firstKey: string }[],
  from: number,
  key: Buffer,
  at: number,
): number {
  let low = from;
  let high = frames.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (compareKeys(keyLine(frames[middle]?.firstKey ?? ""), 0, key, at) <= 0) low = middle;
    else high = middle - 1;
  }
  return low;
}
