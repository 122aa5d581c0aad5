import { randomUUID } from "node:crypto";
import { startPace, type StartPace } from "../../ports/pace.ts";
import type { StagedRecord, StagedRecords, Staging, StagingArea } from "../../ports/staging.ts";
import { decodeOptionalValues, numberOf, tailOf } from "../segments/lines.ts";
import { framePacker, packLine, takeFrame, type Frame } from "../segments/frames.ts";
import { segmentPart, type LinePart } from "../segments/lineParts.ts";
import { lineCursor, type LineCursor } from "../segments/lineCursor.ts";
import { readFooter, writeSegments, type Segment } from "../segments/segments.ts";
import type { Blobs } from "../ground/ground.ts";
import { orderedLines } from "./orderedLines.ts";
import {
  addRecord,
  emptyBuffer,
  sortBuffer,
  sortedFrames,
  sortedPart,
  sortedPlaces,
  type SortBuffer,
} from "./sortBuffer.ts";

export interface StagingLimits {
  /** Below it nothing touches storage. */
  readonly bufferBytes: number;
  readonly frameBytes: number;
  readonly rangeBytes: number;
  readonly batchRecords: number;
  /** Spills that are merged at once; more are merged in several passes. */
  readonly spillsMax: number;
}

const stagingLimits: StagingLimits = {
  bufferBytes: 32 * 1024 * 1024,
  frameBytes: 256 * 1024,
  rangeBytes: 256 * 1024,
  batchRecords: 1000,
  spillsMax: 32,
};

interface StagingGround {
  readonly blobs: Blobs;
  readonly limits: StagingLimits;
  readonly startPace: StartPace;
  readonly folder: string;
}

const pageSize = 1000;

/** Staging that sorts in memory and spills what is sorted to blobs when the buffer is full. */
export function blobStaging(
  blobs: Blobs,
  options: {
    readonly newId?: () => string;
    readonly limits?: Partial<StagingLimits>;
    readonly startPace?: StartPace;
  } = {},
): StagingArea {
  const limits = { ...stagingLimits, ...options.limits };
  const newId = options.newId ?? randomUUID;
  const ground = { blobs, limits, startPace: options.startPace ?? startPace };
  return {
    open: (executionId) => openStaging({ ...ground, folder: `${executionId}/${newId()}` }),
    discardAll: (executionId) => removeFolder(blobs, `${executionId}/`),
  };
}

interface Sorting {
  buffer: SortBuffer;
  spills: Segment[];
  spillCount: number;
  count: number;
}

function openStaging(ground: StagingGround): Staging {
  const { limits } = ground;
  const pace = ground.startPace();
  const sorting: Sorting = { buffer: sortBuffer(), spills: [], spillCount: 0, count: 0 };
  const discard = async (): Promise<void> => {
    sorting.buffer = sortBuffer();
    for (const { name } of sorting.spills) await ground.blobs.remove(name);
    sorting.spills = [];
  };
  return {
    async add(batch) {
      for (const record of batch) {
        if (pace.isOver()) await pace.rest();
        addRecord(sorting.buffer, record);
        if (sorting.buffer.sizeBytes >= limits.bufferBytes) await spill(ground, sorting);
      }
      sorting.count += batch.length;
    },
    async finish() {
      // Once storage is in use, the last records go there too: a later merge needs the memory.
      if (sorting.spills.length > 0) {
        if (sorting.buffer.keys.length > 0) await spill(ground, sorting);
        sorting.buffer = sortBuffer();
      }
      while (sorting.spills.length > limits.spillsMax) await mergeFirst(ground, sorting);
      return staged(ground, sorting.count, await partsOf(ground, sorting.spills, sorting.buffer), discard);
    },
    discard,
  };
}

async function spill(ground: StagingGround, sorting: Sorting): Promise<void> {
  const places = await sortedPlaces(sorting.buffer, ground.startPace());
  await store(ground, sorting, asyncFrames(sortedFrames(sorting.buffer, places, ground.limits.frameBytes)));
  emptyBuffer(sorting.buffer);
}

async function mergeFirst(ground: StagingGround, sorting: Sorting): Promise<void> {
  const merged = sorting.spills.slice(0, ground.limits.spillsMax);
  sorting.spills = sorting.spills.slice(ground.limits.spillsMax);
  await store(ground, sorting, mergedFrames(ground, merged));
  for (const { name } of merged) await ground.blobs.remove(name);
}

async function store(ground: StagingGround, sorting: Sorting, frames: AsyncIterable<Frame>): Promise<void> {
  const nameOf = (): string => `${ground.folder}/${(sorting.spillCount += 1)}`;
  const plan = { columns: [], segmentBytes: Infinity, nameOf };
  sorting.spills.push(...(await writeSegments(ground.blobs, frames, plan)));
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

async function partsOf(ground: StagingGround, spills: readonly Segment[], buffer: SortBuffer): Promise<LinePart[]> {
  const stored = spills.map((spill) => storedPart(ground, spill));
  if (buffer.keys.length === 0) return stored;
  const places = await sortedPlaces(buffer, ground.startPace());
  return [...stored, sortedPart(buffer, places, ground.limits.frameBytes)];
}

function storedPart({ blobs, limits }: StagingGround, spill: Segment): LinePart {
  return segmentPart(blobs, (segment) => readFooter(blobs, segment), spill, limits.rangeBytes);
}

function openParts(parts: readonly LinePart[]): LineCursor[] {
  return parts.map((part) => lineCursor([part], -1));
}

async function* readRecords(ground: StagingGround, parts: readonly LinePart[]): AsyncGenerator<StagedRecord[]> {
  const pace = ground.startPace();
  for await (const batch of orderedLines(openParts(parts), ground.limits.batchRecords)) {
    const records: StagedRecord[] = [];
    for (const { key, line } of batch) {
      records.push({ key, line: numberOf(line), values: decodeOptionalValues(tailOf(line)) });
      if (pace.isOver()) await pace.rest();
    }
    yield records;
  }
}

async function* mergedFrames(ground: StagingGround, spills: readonly Segment[]): AsyncGenerator<Frame> {
  const packer = framePacker(ground.limits.frameBytes);
  const cursors = openParts(spills.map((spill) => storedPart(ground, spill)));
  for await (const batch of orderedLines(cursors, ground.limits.batchRecords)) {
    for (const { key, line } of batch) {
      const frame = packLine(packer, key, numberOf(line), line) ? takeFrame(packer) : undefined;
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
