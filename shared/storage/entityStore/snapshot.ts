import {
  addLine,
  addLines,
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
import type { ByteRange } from "../segments/byteRange.ts";
import type { FooterSource } from "../segments/lineParts.ts";
import { advance, columnsAt, isAt, load, type LineCursor, moveTo } from "../segments/lineCursor.ts";
import { findNewest, isBefore, openLayers, projecting } from "./layers.ts";
import { endOfRun, goOn, type LineMerge, openMerge } from "./lineMerge.ts";
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
    selects: selecting(read),
    projected: projecting(read.columns),
    batch: lineBuffer(),
    left: read.limit ?? Infinity,
    passed: 0,
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
  /** Whether a line is asked for; undefined where each one is. */
  readonly selects: ((line: LineCursor) => boolean) | undefined;
  readonly projected: (line: ByteRange, columns: readonly string[]) => ByteRange;
  readonly batch: LineBuffer;
  left: number;
  /** Lines that were passed over since time was looked at. */
  passed: number;
}

/** Lines that are passed over before time is looked at. */
const passedMax = 512;

/** Full batches of the merge's lines, up to, not including, those from the key on; what is left stays in the batch. */
async function* readMerged(reading: Reading, merge: LineMerge, below: Buffer | undefined): AsyncGenerator<RecordLines> {
  const { batch, read, ground } = reading;
  const pace = ground.startPace();
  for (let line = merge.winner; line && isBefore(line, below, 0); line = merge.winner) {
    takeRun(reading, line, endOfRun(line, merge.rival, below));
    if (reading.left <= 0) return;
    const loading = goOn(merge);
    if (loading) await loading;
    // A frame of few long lines may take as long as one of many.
    if (loading && read.filter) reading.passed = passedMax;
    const isOver = isFull(reading);
    if (!isOver && reading.passed < passedMax) continue;
    reading.passed = 0;
    if (!isOver && !pace.isOver()) continue;
    yield linesIn(batch);
    emptyLines(batch);
    if (pace.isOver()) await pace.rest();
  }
}

function isFull({ batch, ground }: Reading): boolean {
  return batch.filled >= ground.limits.batchBytes || batch.count >= ground.limits.batchRecords;
}

/** Adds what is asked for of the frame's lines up to `end`, as far as the batch takes them; the cursor stands at the last one. */
function takeRun(reading: Reading, line: LineCursor, end: number): void {
  const { projected, selects, batch } = reading;
  if (!selects && projected(line, columnsAt(line)).bytes === line.bytes) return addRun(reading, line, end);
  for (;;) {
    if (!selects || selects(line)) {
      addProjected(batch, line, projected(line, columnsAt(line)));
      reading.left -= 1;
    } else reading.passed += 1;
    const next = line.line + 1;
    if (next >= end || reading.left <= 0 || reading.passed >= passedMax || isFull(reading)) return;
    moveTo(line, next);
  }
}

/** At once, since they stay as they are. */
function addRun(reading: Reading, line: LineCursor, end: number): void {
  const { batch, left } = reading;
  const { batchBytes, batchRecords } = reading.ground.limits;
  const { starts, line: from } = line;
  const most = Math.min(end, from + batchRecords - batch.count, from + left);
  const bytesEnd = starts[from]! + batchBytes - batch.filled;
  let to = from + 1;
  while (to < most && starts[to]! < bytesEnd) to += 1;
  addLines(batch, line.bytes, starts, from, to);
  reading.left -= to - from;
  moveTo(line, to - 1);
}

function selecting({ changedSince = -1, filter }: SnapshotRead): Reading["selects"] {
  if (changedSince < 0 && !filter) return undefined;
  const isNew = (line: LineCursor): boolean => changedSince < 0 || numberAt(line.bytes, line.start) > changedSince;
  if (!filter) return isNew;
  const cellsOf = cellsFor(filter);
  let at: LineCursor | undefined;
  const number = (): number => (at ? numberAt(at.bytes, at.start) : 0);
  return (line) => {
    const { bytes, start, end } = line;
    at = line;
    return isNew(line) && filter.selects(cellsOf(bytes, start, end, columnsAt(line)), number);
  };
}

/** A line with its values beside the columns that were asked for. */
function addProjected(to: LineBuffer, { bytes, start, end }: LineCursor, values: ByteRange): void {
  if (values.bytes === bytes) return addLine(to, bytes, start, end);
  const at = to.filled;
  const valuesAt = startOfValues(bytes, start);
  reserve(to, valuesAt - start + values.end - values.start + 1);
  to.filled += bytes.copy(to.bytes, to.filled, start, valuesAt);
  to.filled += values.bytes.copy(to.bytes, to.filled, values.start, values.end);
  endLine(to, at);
}

async function goBehind(cursors: readonly LineCursor[], afterKey: string): Promise<void> {
  const key = keyLine(afterKey);
  for (const cursor of cursors) {
    await findNewest([cursor], key, 0);
    if (isAt(cursor, key, 0) && !advance(cursor)) await load(cursor);
  }
}
