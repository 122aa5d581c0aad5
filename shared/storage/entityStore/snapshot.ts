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
import { findNewest, openLayers, projecting } from "./layers.ts";
import { goOn, openMerge } from "./lineMerge.ts";
import type { Manifest } from "./manifest.ts";

/** A pinned manifest: its segments never change, and outlive it by the grace of the garbage removal. */
export function snapshotOf(ground: StoreGround, footerOf: FooterSource, manifest: Manifest): EntitySnapshot {
  return {
    seq: manifest.seq,
    count: manifest.count,
    changesFloorSeq: manifest.changesFloorSeq,
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
  const merge = await openMerge(cursors);
  const add = adding(read.columns);
  const pace = ground.startPace();
  const batch = lineBuffer();
  const since = read.changedSince ?? -1;
  let left = read.limit ?? Infinity;
  for (let line = merge.winner; line && left > 0; line = merge.winner) {
    if (since < 0 || numberAt(line.bytes, line.start) > since) {
      add(batch, line);
      left -= 1;
    }
    const loading = left > 0 ? goOn(merge) : undefined;
    if (loading) await loading;
    if (batch.filled < ground.limits.batchBytes && batch.count < ground.limits.batchRecords) continue;
    yield linesIn(batch);
    emptyLines(batch);
    if (pace.isOver()) await pace.rest();
  }
  if (batch.count > 0) yield linesIn(batch);
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
