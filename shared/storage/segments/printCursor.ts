import { compareKeys, keyLine } from "../../domain/recordLines.ts";
import { lastStartingBy } from "./lineCursor.ts";
import type { LinePart, OpenPrints } from "./lineParts.ts";
import { areColumnsSame, isSamePlan, type PrintPlan, type Prints, printWords } from "./prints.ts";

/**
 * A place among the prints of sorted lines, which only goes forward: keys are sought in ascending order. It tells whether a
 * key is there without reading lines.
 */
export interface PrintCursor {
  readonly parts: readonly LinePart[];
  readonly plan: PrintPlan;
  /** Lines of other columns have other prints. */
  readonly columns: readonly string[];
  part: number;
  /** Undefined before the part is entered, and where its prints tell nothing. */
  open: OpenPrints | undefined;
  isEntered: boolean;
  frame: number;
  /** With which key the frame at hand begins, and the next one; undefined before the first, and behind the last. */
  lower: Buffer | undefined;
  upper: Buffer | undefined;
  /** Of the frame at hand, once they are read. */
  prints: Prints | undefined;
  /** Where each print stands, by a part of its key's hash; each is one more than its place, 0 is none. */
  readonly slots: Slots;
}

interface Slots {
  places: Uint32Array;
}

export const absent = -1;
/** `readFurther` must come first. */
export const unread = -2;
/** The lines themselves must be looked at. */
const unknown = -3;

export function printCursor(parts: readonly LinePart[], plan: PrintPlan, columns: readonly string[]): PrintCursor {
  const nothing = {
    open: undefined,
    isEntered: false,
    frame: 0,
    lower: undefined,
    upper: undefined,
    prints: undefined,
  };
  return { parts, plan, columns, part: 0, ...nothing, slots: { places: new Uint32Array(0) } };
}

/** At which word of `prints` the print of the key begins, whose own print is `sought`; or one of the three above. */
export function findPrint(cursor: PrintCursor, key: Buffer, at: number, sought: Prints): number {
  const { parts, part, upper, lower, prints } = cursor;
  if (part >= parts.length) return absent;
  if (!cursor.isEntered || (upper && compareKeys(upper, 0, key, at) <= 0)) return unread;
  if (lower && compareKeys(lower, 0, key, at) > 0) return absent;
  if (!cursor.open) return unknown;
  return prints ? lookUp(cursor.slots.places, prints, sought) : unread;
}

/** Goes forward to where the key would be, and reads what is known of the frame there. */
export async function readFurther(cursor: PrintCursor, key: Buffer, at: number): Promise<void> {
  const { parts } = cursor;
  let { part } = cursor;
  while (part < parts.length && compareKeys(keyLine(parts[part]!.lastKey), 0, key, at) < 0) part += 1;
  if (part !== cursor.part || !cursor.isEntered) await enterPart(cursor, part);
  const { open } = cursor;
  if (!open) return;
  const frame = lastStartingBy(open.frames, cursor.frame, key, at);
  if (frame !== cursor.frame) enterFrame(cursor, frame);
  if (cursor.prints || (cursor.lower && compareKeys(cursor.lower, 0, key, at) > 0)) return;
  cursor.prints = await open.readPrints(cursor.frame);
  noteSlots(cursor.slots, cursor.prints);
}

async function enterPart(cursor: PrintCursor, part: number): Promise<void> {
  cursor.part = part;
  const open = await cursor.parts[part]?.openPrints?.();
  const isKnown = open && isSamePlan(open.plan, cursor.plan) && areColumnsSame(open.columns, cursor.columns);
  cursor.open = isKnown ? open : undefined;
  cursor.isEntered = true;
  enterFrame(cursor, 0);
}

function enterFrame(cursor: PrintCursor, frame: number): void {
  const { parts, part, open } = cursor;
  const lower = open ? open.frames[frame]?.firstKey : parts[part]?.firstKey;
  const upper = open?.frames[frame + 1]?.firstKey ?? parts[part + 1]?.firstKey;
  cursor.frame = frame;
  cursor.lower = lower === undefined ? undefined : keyLine(lower);
  cursor.upper = upper === undefined ? undefined : keyLine(upper);
  cursor.prints = undefined;
}

/** At least twice as many as there are prints, so that a search ends soon. */
function noteSlots(slots: Slots, prints: Prints): void {
  const size = 2 ** Math.ceil(Math.log2((2 * prints.length) / printWords + 1));
  if (slots.places.length === size) slots.places.fill(0);
  else slots.places = new Uint32Array(size);
  const { places } = slots;
  for (let at = 0; at < prints.length; at += printWords) {
    let slot = prints[at]! & (size - 1);
    while (places[slot] !== 0) slot = (slot + 1) & (size - 1);
    places[slot] = at + 1;
  }
}

function lookUp(places: Uint32Array, prints: Prints, sought: Prints): number {
  const last = places.length - 1;
  for (let slot = sought[0]! & last; ; slot = (slot + 1) & last) {
    const at = places[slot]! - 1;
    if (at < 0) return absent;
    if (prints[at] === sought[0] && prints[at + 1] === sought[1]) return at;
  }
}
