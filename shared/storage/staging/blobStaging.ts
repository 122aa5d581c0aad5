import { randomUUID } from "node:crypto";
import { linesFrom, type RecordLines } from "../../domain/recordLines.ts";
import { startPace, type StartPace } from "../../ports/pace.ts";
import type { StagedRecords, Staging, StagingArea } from "../../ports/staging.ts";
import type { LinePart } from "../segments/lineParts.ts";
import type { Blobs } from "../ground/ground.ts";
import { orderedLines } from "./orderedLines.ts";
import { addLines, isFull, releaseBuffers, sortedLines, sortedPart, type SortBuffer } from "./sortBuffer.ts";
import {
  makeRoom,
  mergeSpills,
  newSorting,
  openParts,
  removeAll,
  type Sorting,
  spill,
  spilledParts,
  type StagingGround,
  type StagingLimits,
} from "./sorting.ts";
import type { Spill, SpillRoom } from "./spill.ts";

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
    open: (executionId, openSieve) => openStaging({ ...ground, folder: `${executionId}/${newId()}`, openSieve }),
    discardAll: (executionId) => removeFolder(blobs, `${executionId}/`),
  };
}

function openStaging(ground: StagingGround): Staging {
  const { limits } = ground;
  const pace = ground.startPace();
  const sorting = newSorting(ground);
  const discard = async (): Promise<void> => {
    // What failed has told its caller, or tells nobody any more.
    await sorting.spilling?.catch(() => undefined);
    releaseBuffers([sorting.buffer, sorting.other]);
    sorting.sieve?.close();
    await removeAll(sorting.spills);
    sorting.spills = [];
  };
  return {
    async add(batch) {
      let lines = sorting.sieve?.passOn(batch) ?? batch;
      for (let next = 0; next < lines.count;) {
        if (isFull(sorting.buffer, limits.bufferBytes)) {
          const rest = await makeRoom(ground, sorting, linesFrom(lines, next));
          if (rest) [lines, next] = [rest, 0];
          continue;
        }
        const added = addLines(sorting.buffer, lines, next, limits.bufferBytes);
        sorting.count += added - next;
        next = added;
      }
      if (pace.isOver()) await pace.rest();
    },
    async finish() {
      // Once something was spilled, the last records are too: a later merge needs the memory.
      const isSpilled = sorting.spilling !== undefined;
      sorting.sieve?.close();
      if (isSpilled && sorting.buffer.count > 0) await spill(ground, sorting);
      await sorting.spilling;
      if (isSpilled) releaseBuffers([sorting.buffer, sorting.other]);
      while (sorting.spills.length > limits.spillsMax) await mergeSpills(ground, sorting);
      return staged(ground, sorting, await partsOf(ground, sorting.spills, sorting.buffer), discard);
    },
    discard,
  };
}

function staged(
  ground: StagingGround,
  { count, sieve }: Sorting,
  parts: LinePart[],
  discard: () => Promise<void>,
): StagedRecords {
  return {
    count,
    heldBack: sieve && { count: sieve.heldBack(), seq: sieve.seq },
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

async function* readRecords(ground: StagingGround, parts: readonly LinePart[]): AsyncGenerator<RecordLines> {
  const pace = ground.startPace();
  for await (const batch of orderedLines(openParts(parts), ground.limits)) {
    yield batch;
    if (pace.isOver()) await pace.rest();
  }
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
