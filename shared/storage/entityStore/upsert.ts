import { foldName } from "../../domain/foldName.ts";
import { compareKeys, endOfKey, lastKeyOf, type RecordLines, tab } from "../../domain/recordLines.ts";
import type { EntityRef, UpsertCommit } from "../../ports/entityStore.ts";
import { SievedInVain } from "../../ports/sieve.ts";
import type { Draft } from "./commit.ts";
import { drawingFrom, requireFree } from "./counters.ts";
import type { ByteRange } from "../segments/byteRange.ts";
import { packParts, type Frame } from "../segments/frames.ts";
import type { StoreGround } from "./limits.ts";
import type { FooterSource } from "../segments/lineParts.ts";
import { sizeOf, type Manifest } from "./manifest.ts";
import { goOn, openMerge } from "./lineMerge.ts";
import type { LineCursor } from "../segments/lineCursor.ts";
import { isSameList, newSeed, type PrintPlan } from "../segments/prints.ts";
import {
  framesUpTo,
  isBefore,
  lastFrame,
  linePacker,
  openLayers,
  packerOf,
  writeLayer,
  type LinePacker,
} from "./layers.ts";
import { findFate, findLine, findUnread, type Found, olderLayers, type OlderLayers } from "./olderLayers.ts";
import { hasBackslash, type RecordChange, recordChange, type Fate, valuesOf } from "./recordChange.ts";
import { layersToTake } from "./tiers.ts";

type Records = Pick<
  UpsertCommit,
  "columns" | "keyColumns" | "merges" | "records" | "truncateFirst" | "numbers" | "heldBack"
>;

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
  const { heldBack } = commit;
  if (heldBack && heldBack.seq !== manifest.seq) throw new SievedInVain("Another commit came in between.");
  const base = commit.truncateFirst ? { columns: [], layers: [] } : manifest;
  const columns = columnsOf(base.columns, commit.columns);
  const taken = base.layers.slice(0, layersToTake(base.layers.map(sizeOf), ground.limits));
  const form = { columns, prints: printPlan(ground, manifest.prints, commit) };
  const merge = await openMerge(openLayers(ground, footerOf, taken));
  const { draw, drawn } = drawingFrom(manifest.counters, commit.numbers);
  const building: Building = {
    lines: linePacker(packerOf(ground, form), merge, ground.startPace(), columns),
    change: recordChange(columns, commit, draw),
    requireFree: commit.numbers && commit.numbers.fills === undefined ? requireFree(commit.numbers) : undefined,
    seq,
    seqBytes: Buffer.from(`\t${seq}\t`),
    older: olderLayers(ground, footerOf, base.layers.slice(taken.length), form),
    counts: { created: 0, updated: 0, unchanged: heldBack?.count ?? 0 },
    mayKeep: false,
  };
  const layer = await writeLayer(ground, ref, form, changedFrames(building, commit, draw));
  const { counts } = building;
  const draft = { ...form, counts, truncates: commit.truncateFirst, counters: drawn() };
  if (counts.created + counts.updated > 0) return { ...draft, layer, taken };
  // Not worth the swap of one layer for another; nobody knows of it yet.
  for (const { name } of layer?.segments ?? []) await ground.blobs.remove(name);
  return { ...draft, layer: undefined, taken: [] };
}

/** Those of the entity, but where its keys are made of other columns by now. */
function printPlan(ground: StoreGround, known: PrintPlan | undefined, { keyColumns }: Records): PrintPlan {
  const folded = keyColumns.map(foldName);
  return known && isSameList(known.keyColumns, folded) ? known : { seed: newSeed(ground.random), keyColumns: folded };
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
  readonly older: OlderLayers;
  readonly counts: Record<Fate, number>;
  /** For each record of a commit whose keys are numbers that it took. */
  readonly requireFree: ((isStored: boolean) => void) | undefined;
  /** Whether a record of the batch at hand may have a value to keep. */
  mayKeep: boolean;
}

/** After so many bytes of records somebody else may have a turn. */
const stretchBytes = 64 * 1024;

async function* changedFrames(building: Building, commit: Records, draw: () => string): AsyncGenerator<Frame> {
  const { lines, older, change } = building;
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
      const record = { bytes, start, end: ends[index]! };
      const isWhole = older.print !== undefined && change.isWhole(record, building.mayKeep);
      const looked = taken ?? (isWhole ? findFate(older, record) : findLine(older, record));
      // Most records meet what is read already, so nothing waits for what need not be read.
      const found = looked === "unread" ? await findUnread(older, record, isWhole) : looked;
      if (packRecord(building, record, found, taken !== undefined)) yield* lastFrame(packer);
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
function packRecord(building: Building, record: ByteRange, found: Found, mustStand: boolean): boolean {
  const { lines, change, seq, seqBytes, counts, requireFree, mayKeep } = building;
  const line = typeof found === "string" ? undefined : found;
  requireFree?.(found !== undefined && found !== "created");
  const { fate, values } =
    typeof found === "string" ? { fate: found, values: valuesOf(record) } : change.of(record, found, mayKeep);
  counts[fate] += 1;
  if (fate === "unchanged") return line !== undefined && mustStand && lines.packMerged(line);
  const key = { bytes: record.bytes, start: record.start, end: endOfKey(record.bytes, record.start) };
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
