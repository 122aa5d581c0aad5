import { randomUUID } from "node:crypto";
import type { RecordLines } from "../../domain/recordLines.ts";
import { startPace, type StartPace } from "../../ports/pace.ts";
import type { StagedRecords, Staging, StagingArea } from "../../ports/staging.ts";
import { framePacker, packLine, takeFrame, type Frame } from "../segments/frames.ts";
import type { LinePart } from "../segments/lineParts.ts";
import { lineCursor, type LineCursor } from "../segments/lineCursor.ts";
import type { Blobs } from "../ground/ground.ts";
import { blobSpill } from "./blobSpill.ts";
import { orderedLines } from "./orderedLines.ts";
import {
  addLines,
  emptyBuffer,
  isFull,
  releaseBuffers,
  sortBuffers,
  sortedFrames,
  sortedPart,
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

const stagingLimits: StagingLimits = {
  // There are two of them.
  bufferBytes: 16 * 1024 * 1024,
  frameBytes: 256 * 1024,
  // Merging begins when the buffers are gone.
  readAheadBytes: 16 * 1024 * 1024,
  batchRecords: 1000,
  batchBytes: 256 * 1024,
  spillsMax: 32,
};

interface StagingGround {
  readonly blobs: Blobs;
  readonly limits: StagingLimits;
  readonly startPace: StartPace;
  readonly local: SpillRoom | undefined;
  readonly folder: string;
}

const pageSize = 1000;

/**
 * Staging that sorts in memory and spills what is sorted when the buffer is full: to the local disk as far as it has room,
 * else to blobs.
 */
export function blobStaging(
  blobs: Blobs,
  options: {
    readonly newId?: () => string;
    readonly limits?: Partial<StagingLimits>;
    readonly startPace?: StartPace;
    readonly local?: SpillRoom;
  } = {},
): StagingArea {
  const limits = { ...stagingLimits, ...options.limits };
  const newId = options.newId ?? randomUUID;
  const ground = { blobs, limits, startPace: options.startPace ?? startPace, local: options.local };
  return {
    open: (executionId) => openStaging({ ...ground, folder: `${executionId}/${newId()}` }),
    discardAll: (executionId) => removeFolder(blobs, `${executionId}/`),
  };
}

interface Sorting {
  /** Takes what comes in, while the other one is stored. */
  buffer: SortBuffer;
  other: SortBuffer;
  /** Under way; it answers when what it stores is among the spills. */
  spilling: Promise<void> | undefined;
  spills: Spill[];
  spillCount: number;
  count: number;
}

function newSorting(bufferBytes: number): Sorting {
  const [buffer, other] = sortBuffers(bufferBytes);
  return { buffer, other, spilling: undefined, spills: [], spillCount: 0, count: 0 };
}

function openStaging(ground: StagingGround): Staging {
  const { limits } = ground;
  const pace = ground.startPace();
  const sorting = newSorting(limits.bufferBytes);
  const discard = async (): Promise<void> => {
    // What failed has told its caller, or tells nobody any more.
    await sorting.spilling?.catch(() => undefined);
    releaseBuffers([sorting.buffer, sorting.other]);
    await removeAll(sorting.spills);
    sorting.spills = [];
  };
  return {
    async add(batch) {
      for (let next = 0; next < batch.count;) {
        if (isFull(sorting.buffer, limits.bufferBytes)) await spill(ground, sorting);
        next = addLines(sorting.buffer, batch, next, limits.bufferBytes);
      }
      sorting.count += batch.count;
      if (pace.isOver()) await pace.rest();
    },
    async finish() {
      // Once something was spilled, the last records are too: a later merge needs the memory.
      const isSpilled = sorting.spilling !== undefined;
      if (isSpilled && sorting.buffer.count > 0) await spill(ground, sorting);
      await sorting.spilling;
      if (isSpilled) releaseBuffers([sorting.buffer, sorting.other]);
      while (sorting.spills.length > limits.spillsMax) await mergeSpills(ground, sorting);
      return staged(ground, sorting.count, await partsOf(ground, sorting.spills, sorting.buffer), discard);
    },
    discard,
  };
}

/** Begins to store the buffer, once the one before is stored; goes on with the other one. */
async function spill(ground: StagingGround, sorting: Sorting): Promise<void> {
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
async function mergeSpills(ground: StagingGround, sorting: Sorting): Promise<void> {
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
async function removeAll(spills: readonly Spill[]): Promise<void> {
  const local = spills.filter(({ isLocal }) => isLocal);
  await Promise.allSettled(local.map((spill) => spill.remove()));
  for (const spill of spills) await spill.remove();
}

function staged(ground: StagingGround, count: number, parts: LinePart[], discard: () => Promise<void>): StagedRecords {
  return {
    count,
    records: () => readRecords(ground, parts),
    async discard() {
      // The parts hold the buffer, which should go with them.
      parts.length = 0;
      await discard();
    },
  };
}

async function partsOf(ground: StagingGround, spills: readonly Spill[], buffer: SortBuffer): Promise<LinePart[]> {
  const spilled = spilledParts(ground, spills);
  if (buffer.count === 0) return spilled;
  const order = await sortedLines(buffer, ground.startPace());
  return [...spilled, sortedPart(buffer, order, ground.limits.frameBytes)];
}

/** Each holds one range and has another one under way. */
function spilledParts({ limits }: StagingGround, spills: readonly Spill[]): LinePart[] {
  const rangeBytesMax = Math.floor(limits.readAheadBytes / (2 * spills.length));
  return spills.map((spill) => spill.part(rangeBytesMax));
}

function openParts(parts: readonly LinePart[]): LineCursor[] {
  return parts.map((part) => lineCursor([part], -1));
}

async function* readRecords(ground: StagingGround, parts: readonly LinePart[]): AsyncGenerator<RecordLines> {
  const pace = ground.startPace();
  for await (const batch of orderedLines(openParts(parts), ground.limits)) {
    yield batch;
    if (pace.isOver()) await pace.rest();
  }
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

async function removeFolder(blobs: Blobs, prefix: string): Promise<number> {
  let removed = 0;
  for (;;) {
    // What was listed is gone before the next page, so that every page is the first.
    const { items } = await blobs.list(prefix, { limit: pageSize });
    for (const { name } of items) if (await blobs.remove(name)) removed += 1;
    if (items.length === 0) return removed;
  }
}
