import { foldName } from "../../domain/foldName.ts";
import { compareKeys, endOfKey, lastKeyOf, type RecordLines, tab } from "../../domain/recordLines.ts";
import type { EntityRef, UpsertCommit } from "../../ports/entityStore.ts";
import type { Draft } from "./commit.ts";
import { drawingFrom, requireFree } from "./counters.ts";
import { framePacker, packParts, type Frame } from "../segments/frames.ts";
import type { StoreGround } from "./limits.ts";
import type { FooterSource } from "../segments/lineParts.ts";
import { sizeOf, type Manifest } from "./manifest.ts";
import { goOn, openMerge } from "./lineMerge.ts";
import type { LineCursor } from "../segments/lineCursor.ts";
import {
  findLoaded,
  findNewest,
  framesUpTo,
  isBefore,
  lastFrame,
  linePacker,
  openLayers,
  writeLayer,
  type LinePacker,
} from "./layers.ts";
import { hasBackslash, type RecordChange, recordChange, type Fate } from "./recordChange.ts";
import { layersToTake } from "./tiers.ts";

type Records = Pick<UpsertCommit, "columns" | "keyColumns" | "merges" | "records" | "truncateFirst" | "numbers">;

/**
 * Stores what the commit changes as one layer of new lines; unchanged records write nothing. The newest small layers go into
 * it as well, in the same pass: looking the commit's keys up in them would have read them anyway.
 */
export async function buildUpsert(
  ground: StoreGround,
  footerOf: FooterSource,
  ref: EntityRef,
  commit: Records,
  manifest: Manifest,
  seq: number,
): Promise<Draft> {
  const base = commit.truncateFirst ? { columns: [], layers: [] } : manifest;
  const columns = columnsOf(base.columns, commit.columns);
  const taken = base.layers.slice(0, layersToTake(base.layers.map(sizeOf), ground.limits));
  const cursors = openLayers(ground, footerOf, base.layers);
  const merge = await openMerge(cursors.slice(0, taken.length));
  const { draw, drawn } = drawingFrom(manifest.counters, commit.numbers);
  const building: Building = {
    lines: linePacker(framePacker(ground.limits.frameBytes), merge, ground.startPace(), columns),
    change: recordChange(columns, commit, draw),
    requireFree: commit.numbers && commit.numbers.fills === undefined ? requireFree(commit.numbers) : undefined,
    seq,
    seqBytes: Buffer.from(`\t${seq}\t`),
    older: cursors.slice(taken.length),
    counts: { created: 0, updated: 0, unchanged: 0 },
    mayKeep: false,
  };
  const layer = await writeLayer(ground, ref, columns, changedFrames(building, commit, draw));
  const { counts } = building;
  const draft = { columns, counts, truncates: commit.truncateFirst, counters: drawn() };
  if (counts.created + counts.updated > 0) return { ...draft, layer, taken };
  // Not worth the swap of one layer for another; nobody knows of it yet.
  for (const { name } of layer?.segments ?? []) await ground.blobs.remove(name);
  return { ...draft, layer: undefined, taken: [] };
}

/** Those stored before, and the commit's own. A name that is there already keeps its place, but has the newest spelling. */
function columnsOf(stored: readonly string[], incoming: readonly string[]): readonly string[] {
  return [...new Map([...stored, ...incoming].map((column) => [foldName(column), column])).values()];
}

interface Building {
  /** Of the layers that are taken in. */
  readonly lines: LinePacker;
  readonly change: RecordChange;
  readonly seq: number;
  readonly seqBytes: Buffer;
  /** All other layers. */
  readonly older: readonly LineCursor[];
  readonly counts: Record<Fate, number>;
  /** For each record of a commit whose keys are numbers that it took. */
  readonly requireFree: ((found: LineCursor | undefined) => void) | undefined;
  /** Whether a record of the batch at hand may have a value to keep. */
  mayKeep: boolean;
}

/** After so many bytes of records somebody else may have a turn. */
const stretchBytes = 64 * 1024;

async function* changedFrames(building: Building, commit: Records, draw: () => string): AsyncGenerator<Frame> {
  const { lines, older } = building;
  const { merge, packer, pace } = lines;
  let restAt = 0;
  for await (const batch of ascending(commit, draw)) {
    const { bytes, count, starts, ends } = batch;
    restAt = 0;
    building.mayKeep = count > 0 && hasBackslash({ bytes, start: starts[0]!, end: ends[count - 1]! });
    for (let index = 0; index < count; index += 1) {
      const start = starts[index]!;
      if (start >= restAt) {
        if (pace.isOver()) await pace.rest();
        restAt = start + stretchBytes;
      }
      if (merge.winner && isBefore(merge.winner, bytes, start)) yield* framesUpTo(lines, bytes, start);
      const taken = merge.winner && isAtKey(merge.winner, bytes, start) ? merge.winner : undefined;
      let found = taken ?? (older.length > 0 ? findLoaded(older, bytes, start) : undefined);
      // Most records meet lines that are there, so nothing waits for what need not be read.
      if (found === "unread") found = await findNewest(older, bytes, start);
      if (packRecord(building, batch, index, found, taken !== undefined)) yield* lastFrame(packer);
      if (!taken) continue;
      const loading = goOn(merge);
      if (loading) await loading;
    }
  }
  yield* framesUpTo(lines);
  yield* lastFrame(packer);
}

function isAtKey(line: LineCursor, key: Buffer, at: number): boolean {
  return compareKeys(line.bytes, line.start, key, at) === 0;
}

/** Packs the record's line when it changed, or must stand in the new layer all the same; tells whether the frame is full. */
function packRecord(
  { lines, change, seq, seqBytes, counts, requireFree, mayKeep }: Building,
  { bytes, starts, ends }: RecordLines,
  index: number,
  found: LineCursor | undefined,
  mustStand: boolean,
): boolean {
  const record = { bytes, start: starts[index]!, end: ends[index]! };
  requireFree?.(found);
  const { fate, values } = change(record, found, mayKeep);
  counts[fate] += 1;
  if (fate === "unchanged") return found !== undefined && mustStand && lines.packMerged(found);
  const key = { bytes, start: record.start, end: endOfKey(bytes, record.start) };
  return packParts(lines.packer, seq, key, seqBytes, values);
}

async function* ascending(commit: Records, draw: () => string): AsyncGenerator<RecordLines> {
  let last: Buffer | undefined;
  let place = 0;
  for await (const batch of commit.records(draw)) {
    const { bytes, count, starts, ends } = batch;
    for (let index = 0; index < count; index += 1) {
      place += 1;
      const before = index > 0 ? bytes : last;
      if (before && compareKeys(before, index > 0 ? starts[index - 1]! : 0, bytes, starts[index]!) >= 0) {
        throw new Error(`Record ${place} is not in ascending key order.`);
      }
    }
    if (count === 0) continue;
    requireColumns(commit, bytes, starts[0]!, ends[0]!, place - count + 1);
    last = lastKeyOf(batch);
    yield batch;
  }
}

/** Of the first record of a batch: whoever makes them makes all alike. */
function requireColumns({ columns }: Records, bytes: Buffer, start: number, end: number, place: number): void {
  let tabs = 0;
  for (let at = start; at < end; at += 1) if (bytes[at] === tab) tabs += 1;
  // One tab ends the key, another one the number.
  const values = tabs - 1;
  if (values === Math.max(1, columns.length)) return;
  throw new Error(`Record ${place} has ${values} values for ${columns.length} columns.`);
}
