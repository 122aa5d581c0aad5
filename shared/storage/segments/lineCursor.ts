import { keyOf } from "./lines.ts";
import type { LinePart, OpenPart } from "./lineParts.ts";

/**
 * A place in sorted lines. Its key is known before its frame is read, so that seeking reads no frame that cannot hold the
 * key. `lines` is empty until the frame at hand is loaded; `key` is undefined behind the last line.
 */
export interface LineCursor {
  readonly parts: readonly LinePart[];
  /** Frames without a greater number are passed over. */
  readonly changedSince: number;
  part: number;
  open: OpenPart | undefined;
  frame: number;
  lines: readonly string[];
  line: number;
  key: string | undefined;
}

export function lineCursor(parts: readonly LinePart[], changedSince: number): LineCursor {
  const cursor: LineCursor = {
    parts,
    changedSince,
    part: 0,
    open: undefined,
    frame: 0,
    lines: [],
    line: 0,
    key: undefined,
  };
  enterPart(cursor, 0);
  return cursor;
}

/** The line at hand; the frame must be loaded. */
export function lineAt(cursor: LineCursor): string {
  const line = cursor.lines[cursor.line];
  if (line === undefined) throw new Error("A cursor's line was read before its frame.");
  return line;
}

export function columnsAt(cursor: LineCursor): readonly string[] {
  return cursor.open?.columns ?? [];
}

/** Moves to the next line; false when `load` must follow. */
export function advance(cursor: LineCursor): boolean {
  const line = cursor.lines[cursor.line + 1];
  if (line !== undefined) {
    cursor.line += 1;
    cursor.key = keyOf(line);
    return true;
  }
  enterFrame(cursor, cursor.frame + 1);
  return false;
}

/** Reads the frame at hand if that was not done; behind the last line there is nothing to do. */
export async function load(cursor: LineCursor): Promise<void> {
  // Opening a part can show that none of its frames is wanted.
  while (cursor.key !== undefined && cursor.lines.length === 0) {
    if (cursor.open) {
      cursor.lines = (await cursor.open.readText(cursor.frame)).split("\n");
      moveTo(cursor, 0);
    } else {
      await openPart(cursor);
      enterFrame(cursor, 0);
    }
  }
}

/** Moves forward to the first line from `key` on, without reading; false when `seekFurther` must follow. */
export function seek(cursor: LineCursor, key: string): boolean {
  if (cursor.key === undefined || cursor.key > key) return true;
  if (cursor.lines.length === 0) return false;
  if (cursor.key === key) return true;
  const line = firstFrom(cursor.lines, cursor.line + 1, key);
  if (line === cursor.lines.length) return false;
  moveTo(cursor, line);
  return true;
}

/** The rest of `seek`: afterwards the line of `key` is loaded if there is one, and nothing else was read in vain. */
export async function seekFurther(cursor: LineCursor, key: string): Promise<void> {
  let part = cursor.part;
  while (part < cursor.parts.length && (cursor.parts[part]?.lastKey ?? "") < key) part += 1;
  if (part !== cursor.part) enterPart(cursor, part);
  if (cursor.key === undefined || cursor.key > key) return;
  const { frames } = cursor.open ?? (await openPart(cursor));
  const frame = lastStartingBy(frames, cursor.frame, key);
  if (frame !== cursor.frame || cursor.lines.length === 0) {
    enterFrame(cursor, frame);
    await load(cursor);
  }
  if (!seek(cursor, key)) enterFrame(cursor, cursor.frame + 1);
}

async function openPart(cursor: LineCursor): Promise<OpenPart> {
  const part = cursor.parts[cursor.part];
  if (!part) throw new Error("A cursor behind its last part has nothing to open.");
  cursor.open = await part.open();
  return cursor.open;
}

function moveTo(cursor: LineCursor, line: number): void {
  cursor.line = line;
  cursor.key = keyOf(cursor.lines[line] ?? "");
}

function enterPart(cursor: LineCursor, from: number): void {
  let part = from;
  while ((cursor.parts[part]?.numberMax ?? Infinity) <= cursor.changedSince) part += 1;
  cursor.part = part;
  cursor.open = undefined;
  cursor.frame = 0;
  cursor.lines = [];
  cursor.key = cursor.parts[part]?.firstKey;
}

function enterFrame(cursor: LineCursor, from: number): void {
  const frames = cursor.open?.frames ?? [];
  let frame = from;
  while ((frames[frame]?.numberMax ?? Infinity) <= cursor.changedSince) frame += 1;
  if (frame >= frames.length) return enterPart(cursor, cursor.part + 1);
  cursor.frame = frame;
  cursor.lines = [];
  cursor.key = frames[frame]?.firstKey;
}

/** Looks in doubling steps, because the key is mostly near; the line count when all keys are smaller. */
function firstFrom(lines: readonly string[], from: number, key: string): number {
  let low = from;
  let step = 1;
  let high = from;
  while (high < lines.length && keyOf(lines[high] ?? "") < key) {
    low = high + 1;
    high += step;
    step *= 2;
  }
  high = Math.min(high, lines.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyOf(lines[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lastStartingBy(frames: readonly { readonly firstKey: string }[], from: number, key: string): number {
  let low = from;
  let high = frames.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((frames[middle]?.firstKey ?? "") <= key) low = middle;
    else high = middle - 1;
  }
  return low;
}
