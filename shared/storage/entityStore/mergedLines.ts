import type { Pace } from "../../ports/pace.ts";
import { advance, columnsAt, lineAt, load, type LineCursor } from "../segments/lineCursor.ts";

/** A line that won, and the columns that its values stand beside. */
export interface MergedLine {
  readonly key: string;
  readonly line: string;
  readonly columns: readonly string[];
}

/** All keys of the layers in ascending order, each once, as the newest layer has it. `cursors` are newest first. */
export async function* mergedLines(
  cursors: readonly LineCursor[],
  batchRecords: number,
): AsyncGenerator<readonly MergedLine[]> {
  await Promise.all(cursors.map(load));
  let batch: MergedLine[] = [];
  for (let winner = smallest(cursors); winner; winner = smallest(cursors)) {
    await passOver(cursors, winner);
    const rival = smallest(cursors.filter((cursor) => cursor !== winner))?.key;
    // The winner goes on alone up to its rival: the usual case costs one comparison a line.
    while (winner.key !== undefined && (rival === undefined || winner.key < rival)) {
      batch.push({ key: winner.key, line: lineAt(winner), columns: columnsAt(winner) });
      if (batch.length === batchRecords) {
        yield batch;
        batch = [];
      }
      if (!advance(winner)) await load(winner);
    }
  }
  if (batch.length > 0) yield batch;
}

/** The merged lines one by one, for whoever walks along them with something else. */
export interface LineFeed {
  /** The line at hand; undefined behind the last one. */
  current: MergedLine | undefined;
  readonly batches: AsyncGenerator<readonly MergedLine[]>;
  readonly pace: Pace;
  batch: readonly MergedLine[];
  place: number;
}

/** Opens at the first line; reads nothing when there are no cursors. */
export async function openFeed(cursors: readonly LineCursor[], batchRecords: number, pace: Pace): Promise<LineFeed> {
  const batches = mergedLines(cursors, batchRecords);
  const feed: LineFeed = { current: undefined, batches, pace, batch: [], place: -1 };
  if (cursors.length > 0) await goOn(feed);
  return feed;
}

/** Moves to the next line. */
export async function goOn(feed: LineFeed): Promise<void> {
  if (feed.pace.isOver()) await feed.pace.rest();
  feed.place += 1;
  if (feed.place >= feed.batch.length) {
    const next = await feed.batches.next();
    feed.batch = next.done ? [] : next.value;
    feed.place = 0;
  }
  feed.current = feed.batch[feed.place];
}

/** The cursor with the smallest key; of equal ones the first, which is the newest. */
function smallest(cursors: readonly LineCursor[]): LineCursor | undefined {
  let found: LineCursor | undefined;
  for (const cursor of cursors) {
    if (cursor.key !== undefined && (found?.key === undefined || cursor.key < found.key)) found = cursor;
  }
  return found;
}

/** Older lines of the winner's key no longer count. */
async function passOver(cursors: readonly LineCursor[], winner: LineCursor): Promise<void> {
  for (const cursor of cursors) {
    if (cursor !== winner && cursor.key === winner.key && !advance(cursor)) await load(cursor);
  }
}
