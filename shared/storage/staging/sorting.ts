import { piecesOf, type RecordLines } from "../../domain/recordLines.ts";
import type { Blobs } from "../ground/ground.ts";
import type { StartPace } from "../../ports/pace.ts";
import type { Sieve } from "../../ports/sieve.ts";
import type { OpenSieve } from "../../ports/staging.ts";
import { framePacker, packLine, takeFrame, type Frame } from "../segments/frames.ts";
import type { LinePart } from "../segments/lineParts.ts";
import { lineCursor, type LineCursor } from "../segments/lineCursor.ts";
import { blobSpill } from "./blobSpill.ts";
import { orderedLines } from "./orderedLines.ts";
import {
  addLines,
  emptyBuffer,
  isApart,
  linesOf,
  releaseBuffer,
  sortBuffers,
  sortedFrames,
  sortedLines,
  type SortBuffer,
} from "./sortBuffer.ts";
import type { Spill, SpillRoom } from "./spill.ts";

export interface StagingLimits {
  /** Below it nothing touches storage. */
  readonly bufferBytes: number;
  readonly frameBytes: number;
  /** Bytes that all spills of one merge may hold together, as they are stored. */
  readonly readAheadBytes: number;
  /** A batch of records that is read has at most so many, or a few more bytes. */
  readonly batchRecords: number;
  readonly batchBytes: number;
  /** Spills that are merged at once; more are merged in several passes. */
  readonly spillsMax: number;
}

export interface StagingGround {
  readonly blobs: Blobs;
  readonly limits: StagingLimits;
  readonly startPace: StartPace;
  readonly local: SpillRoom | undefined;
  readonly folder: string;
  readonly openSieve?: OpenSieve | undefined;
}

export interface Sorting {
  /** Takes what comes in, while the other one is stored. */
  buffer: SortBuffer;
  other: SortBuffer;
  /** Under way; it answers when what it stores is among the spills. */
  spilling: Promise<void> | undefined;
  spills: Spill[];
  spillCount: number;
  count: number;
  /** Until it was asked for. */
  openSieve: OpenSieve | undefined;
  sieve: Sieve | undefined;
}

export function newSorting({ limits, openSieve }: StagingGround): Sorting {
  const [buffer, other] = sortBuffers(limits.bufferBytes);
  const nothing = { spilling: undefined, spills: [], spillCount: 0, count: 0, sieve: undefined };
  return { buffer, other, ...nothing, openSieve };
}

/** Less is not worth the time that looking takes, and the memory. */
const heldBackShareMin = 0.5;

/** For more than fits into the buffer; answers what a sieve lets pass of the lines that are to come, where it began by this. */
export async function makeRoom(
  ground: StagingGround,
  sorting: Sorting,
  coming: RecordLines,
): Promise<RecordLines | undefined> {
  const { openSieve } = sorting;
  if (openSieve) {
    // What is not in memory any more is past sieving.
    sorting.openSieve = undefined;
    sorting.sieve = await openSieve();
    if (sorting.sieve && (await beginSieving(ground, sorting, sorting.sieve))) return sorting.sieve.passOn(coming);
  }
  await spill(ground, sorting);
  return undefined;
}

/** What is looked at between two looks at the time. */
const sievedAtOnce = 1000;

/** Holds back what is in the buffer, which is all that came so far, unless too little of it is stored as it stands. */
async function beginSieving(ground: StagingGround, sorting: Sorting, sieve: Sieve): Promise<boolean> {
  const { buffer, other } = sorting;
  const pace = ground.startPace();
  const pieces = piecesOf(linesOf(buffer), sievedAtOnce);
  let stored = 0;
  for (const lines of pieces) {
    stored += sieve.countStored(lines);
    if (pace.isOver()) await pace.rest();
  }
  if (stored < heldBackShareMin * buffer.count) {
    sieve.close();
    sorting.sieve = undefined;
    return false;
  }
  for (const lines of pieces) {
    addLines(other, sieve.passOn(lines), 0, Infinity);
    if (pace.isOver()) await pace.rest();
  }
  // Little comes from now on, and the sieve takes memory of its own.
  if (isApart(other)) releaseBuffer(buffer);
  else emptyBuffer(buffer);
  Object.assign(sorting, { buffer: other, other: buffer, count: other.count });
  return true;
}

/** Begins to store the buffer, once the one before is stored; goes on with the other one. */
export async function spill(ground: StagingGround, sorting: Sorting): Promise<void> {
  await sorting.spilling;
  const full = sorting.buffer;
  sorting.buffer = sorting.other;
  sorting.other = full;
  sorting.spilling = storeSorted(ground, sorting, full);
  // A failure shows to whoever waits for it next.
  sorting.spilling.catch(() => undefined);
}

async function storeSorted(ground: StagingGround, sorting: Sorting, buffer: SortBuffer): Promise<void> {
  const order = await sortedLines(buffer, ground.startPace());
  const frames = () => asyncFrames(sortedFrames(buffer, order, ground.limits.frameBytes));
  sorting.spills.push(await store(ground, sorting, frames, buffer.filled));
  emptyBuffer(buffer);
}

/** Each of some neighbours into one, so that what came first stays first. */
export async function mergeSpills(ground: StagingGround, sorting: Sorting): Promise<void> {
  const { spills } = sorting;
  const { spillsMax } = ground.limits;
  for (let from = 0; from < spills.length; from += 1) {
    const some = spills.slice(from, from + spillsMax);
    if (some.length === 1) continue;
    const textBytes = some.reduce((sum, spill) => sum + spill.textBytes, 0);
    const merged = await store(ground, sorting, () => mergedFrames(ground, some), textBytes);
    // Noted at once: whoever discards all must know of it.
    spills.splice(from, some.length, merged);
    await removeAll(some);
  }
}

/** On the local disk where it takes them; if it failed half way, the frames are made once more. */
async function store(
  { blobs, folder, local }: StagingGround,
  sorting: Sorting,
  frames: () => AsyncIterable<Frame>,
  textBytes: number,
): Promise<Spill> {
  const spill = await local?.(frames, textBytes);
  return spill ?? blobSpill(blobs, `${folder}/${(sorting.spillCount += 1)}`, frames(), textBytes);
}

/** Local ones first: they are gone even when storage fails. */
export async function removeAll(spills: readonly Spill[]): Promise<void> {
  const local = spills.filter(({ isLocal }) => isLocal);
  await Promise.allSettled(local.map((spill) => spill.remove()));
  for (const spill of spills) await spill.remove();
}

/** Each holds one range and has another one under way. */
export function spilledParts({ limits }: StagingGround, spills: readonly Spill[]): LinePart[] {
  const rangeBytesMax = Math.floor(limits.readAheadBytes / (2 * spills.length));
  return spills.map((spill) => spill.part(rangeBytesMax));
}

export function openParts(parts: readonly LinePart[]): LineCursor[] {
  return parts.map((part) => lineCursor([part], -1));
}

async function* mergedFrames(ground: StagingGround, spills: readonly Spill[]): AsyncGenerator<Frame> {
  const packer = framePacker(ground.limits.frameBytes);
  const cursors = openParts(spilledParts(ground, spills));
  for await (const { bytes, count, starts, ends } of orderedLines(cursors, ground.limits)) {
    for (let index = 0; index < count; index += 1) {
      const frame = packLine(packer, 0, bytes, starts[index]!, ends[index]!) ? takeFrame(packer) : undefined;
      if (frame) yield frame;
    }
  }
  const frame = takeFrame(packer);
  if (frame) yield frame;
}

async function* asyncFrames(frames: Iterable<Frame>): AsyncGenerator<Frame> {
  yield* frames;
}
