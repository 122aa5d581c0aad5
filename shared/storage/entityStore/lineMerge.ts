import { compareKeys } from "../../domain/recordLines.ts";
import { advance, firstFrom, load, type LineCursor } from "../segments/lineCursor.ts";

/** All keys of some layers in ascending order, each once, as the newest layer has it. */
export interface LineMerge {
  /** Newest first. */
  readonly cursors: readonly LineCursor[];
  /** Stands at the line at hand; undefined behind the last one. */
  winner: LineCursor | undefined;
  /** The smallest of the others. */
  rival: LineCursor | undefined;
}

/** Opens at the first line; reads nothing when there are no cursors. */
export async function openMerge(cursors: readonly LineCursor[]): Promise<LineMerge> {
  await Promise.all(cursors.map(load));
  const merge: LineMerge = { cursors, winner: undefined, rival: undefined };
  await settle(merge);
  return merge;
}

/** Moves to the next line; what it answers is to be waited for, where there is anything. */
export function goOn(merge: LineMerge): Promise<void> | undefined {
  const { winner, rival } = merge;
  if (!winner) return undefined;
  if (!advance(winner)) return load(winner).then(() => settle(merge));
  // The winner goes on alone up to its rival: the usual case costs one comparison a line.
  return !rival || order(winner, rival) < 0 ? undefined : settle(merge);
}

/** Behind the last line of the winner's frame, from the one at hand on, that comes before all others and before the key. */
export function endOfRun(winner: LineCursor, rival: LineCursor | undefined, below: Buffer | undefined): number {
  const next = winner.line + 1;
  const end = rival ? firstFrom(winner, next, rival.bytes, rival.start) : winner.lineCount;
  return below ? Math.min(end, firstFrom(winner, next, below, 0)) : end;
}

/** Chooses the cursor with the smallest key; older lines of that key no longer count. */
function settle(merge: LineMerge): Promise<void> | undefined {
  const winner = smallestBut(merge.cursors, undefined);
  merge.winner = winner;
  const unread = winner ? passOver(merge.cursors, winner) : [];
  if (unread.length > 0) return Promise.all(unread.map(load)).then(() => chooseRival(merge));
  chooseRival(merge);
  return undefined;
}

function chooseRival(merge: LineMerge): void {
  merge.rival = merge.winner && smallestBut(merge.cursors, merge.winner);
}

function passOver(cursors: readonly LineCursor[], winner: LineCursor): readonly LineCursor[] {
  return cursors.filter(
    (cursor) => cursor !== winner && !cursor.isOver && order(cursor, winner) === 0 && !advance(cursor),
  );
}

/** The cursor with the smallest key but one; of equal ones the first, which is the newest. */
function smallestBut(cursors: readonly LineCursor[], one: LineCursor | undefined): LineCursor | undefined {
  let found: LineCursor | undefined;
  for (const cursor of cursors) {
    if (cursor !== one && !cursor.isOver && (!found || order(cursor, found) < 0)) found = cursor;
  }
  return found;
}

function order(one: LineCursor, other: LineCursor): number {
  return compareKeys(one.bytes, one.start, other.bytes, other.start);
}
