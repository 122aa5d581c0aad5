import {
  addLine,
  emptyLines,
  endLine,
  type LineBuffer,
  lineBuffer,
  linesIn,
  reserve,
} from "../../domain/lineBuffer.ts";
import { keyLine, numberAt, type RecordLines, startOfValues } from "../../domain/recordLines.ts";
import { decodeOptionalValues } from "../../domain/recordText.ts";
import type { EntitySnapshot, SnapshotRead, StoredRecord } from "../../ports/entityStore.ts";
import type { StoreGround } from "./limits.ts";
import type { FooterSource } from "../segments/lineParts.ts";
import { advance, columnsAt, isAt, load, type LineCursor } from "../segments/lineCursor.ts";
import { findNewest, isBefore, openLayers, projecting } from "./layers.ts";
import { goOn, type LineMerge, openMerge } from "./lineMerge.ts";
import type { Manifest } from "./manifest.ts";
import { cellsFor } from "./selection.ts";

/** A pinned manifest: its segments never change, and outlive it by the grace of the garbage removal. */
export function snapshotOf(ground: StoreGround, footerOf: FooterSource, manifest: Manifest): EntitySnapshot {
  return {
    seq: manifest.seq,
    count: manifest.count,
    changesFloorSeq: manifest.changesFloorSeq,
    counters: manifest.counters,
    read: (read) => readBatches(ground, footerOf, manifest, read),
  };
}

export async function findRecord(
  ground: StoreGround,
  footerOf: FooterSource,
  manifest: Manifest,
  key: string,
  columns: readonly string[],
): Promise<StoredRecord | undefined> {
  const found = await findNewest(openLayers(ground, footerOf, manifest.layers), keyLine(key), 0);
  if (!found) return undefined;
  const { bytes, start, end } = projecting(columns)(found, columnsAt(found));
  const values = columns.length === 0 ? [] : decodeOptionalValues(bytes.toString("utf8", start, end));
  return { key, seq: numberAt(found.bytes, found.start), values: values.map((value) => value ?? "") };
}

async function* readBatches(
  ground: StoreGround,
  footerOf: FooterSource,
  manifest: Manifest,
  read: SnapshotRead,
): AsyncGenerator<RecordLines> {
  const cursors = openLayers(ground, footerOf, manifest.layers, read.changedSince);
  if (read.afterKey !== undefined) await goBehind(cursors, read.afterKey);
  const reading: Reading = {
    ground,
    read,
    add: adding(read.columns),
    batch: lineBuffer(),
    left: read.limit ?? Infinity,
  };
  for (const range of read.filter?.keyRanges ?? [undefined]) {
    if (reading.left <= 0) break;
    if (range) await Promise.all(cursors.map((cursor) => findNewest([cursor], range.from, 0)));
    const within = range?.below ? cursors.filter((cursor) => isBefore(cursor, range.below, 0)) : cursors;
    yield* readMerged(reading, await openMerge(within), range?.below);
  }
  if (reading.batch.count > 0) yield linesIn(reading.batch);
}

interface Reading {
  readonly ground: StoreGround;
  readonly read: SnapshotRead;
  readonly add: (to: LineBuffer, line: LineCursor) => void;
  readonly batch: LineBuffer;
  left: number;
}

/** Lines that are passed over before time is looked at. */
const passedMax = 512;

/** Full batches of the merge's lines, up to, not including, those from the key on; what is left stays in the batch. */
async function* readMerged(reading: Reading, merge: LineMerge, below: Buffer | undefined): AsyncGenerator<RecordLines> {
  const { batch, add, read, ground } = reading;
  const selects = selecting(read);
  const pace = ground.startPace();
  let passed = 0;
  for (let line = merge.winner; line && isBefore(line, below, 0); line = merge.winner) {
    if (selects(line)) {
      add(batch, line);
      reading.left -= 1;
    } else passed += 1;
    if (reading.left <= 0) return;
    const loading = goOn(merge);
    if (loading) await loading;
    // A frame of few long lines may take as long as one of many.
    if (loading && read.filter) passed = passedMax;
    const isFull = batch.filled >= ground.limits.batchBytes || batch.count >= ground.limits.batchRecords;
    if (!isFull && passed < passedMax) continue;
    passed = 0;
    if (!isFull && !pace.isOver()) continue;
    yield linesIn(batch);
    emptyLines(batch);
    if (pace.isOver()) await pace.rest();
  }
}

/** Whether a line is asked for. */
function selecting({ changedSince = -1, filter }: SnapshotRead): (line: LineCursor) => boolean {
  const isNew = (line: LineCursor): boolean => changedSince < 0 || numberAt(line.bytes, line.start) > changedSince;
  if (!filter) return isNew;
  const cellsOf = cellsFor(filter);
  return (line) => {
    const { bytes, start, end } = line;
    return isNew(line) && filter.selects(cellsOf(bytes, start, end, columnsAt(line)), numberAt(bytes, start));
  };
}

/** Adds lines with their values beside the columns that were asked for. */
function adding(columns: readonly string[]): (to: LineBuffer, line: LineCursor) => void {
  const projected = projecting(columns);
  return (to, line) => {
    const { bytes, start, end } = line;
    const values = projected(line, columnsAt(line));
    if (values.bytes === bytes) return addLine(to, bytes, start, end);
    const at = to.filled;
    const valuesAt = startOfValues(bytes, start);
    reserve(to, valuesAt - start + values.end - values.start + 1);
    to.filled += bytes.copy(to.bytes, to.filled, start, valuesAt);
    to.filled += values.bytes.copy(to.bytes, to.filled, values.start, values.end);
    endLine(to, at);
  };
}

async function goBehind(cursors: readonly LineCursor[], afterKey: string): Promise<void> {
  const key = keyLine(afterKey);
  for (const cursor of cursors) {
    await findNewest([cursor], key, 0);
    if (isAt(cursor, key, 0) && !advance(cursor)) await load(cursor);
  }
}
