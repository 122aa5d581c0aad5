import type { EntitySnapshot, SnapshotRead, StoredRecord } from "../../ports/entityStore.ts";
import type { StoreGround } from "./limits.ts";
import type { FooterSource } from "../segments/lineParts.ts";
import { numberOf, tailOf } from "../segments/lines.ts";
import type { Manifest } from "./manifest.ts";
import { mergedLines, type MergedLine } from "./mergedLines.ts";
import { projectionTo, type Projection } from "./projection.ts";
import { advance, columnsAt, lineAt, load, type LineCursor } from "../segments/lineCursor.ts";
import { findNewest, openLayers } from "./layers.ts";

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
  const found = await findNewest(openLayers(ground, footerOf, manifest.layers), key);
  if (!found) return undefined;
  return toRecord({ key, line: lineAt(found), columns: columnsAt(found) }, projectionTo(columns));
}

async function* readBatches(
  ground: StoreGround,
  footerOf: FooterSource,
  manifest: Manifest,
  read: SnapshotRead,
): AsyncGenerator<readonly StoredRecord[]> {
  const projection = projectionTo(read.columns);
  const cursors = openLayers(ground, footerOf, manifest.layers, read.changedSince);
  if (read.afterKey !== undefined) await goBehind(cursors, read.afterKey);
  const pace = ground.startPace();
  let left = read.limit ?? Infinity;
  // A small limit reads no more lines than it needs.
  for await (const batch of mergedLines(cursors, Math.min(left, ground.limits.batchRecords))) {
    const records: StoredRecord[] = [];
    for (const line of batch.filter((each) => numberOf(each.line) > (read.changedSince ?? -1)).slice(0, left)) {
      records.push(toRecord(line, projection));
      if (pace.isOver()) await pace.rest();
    }
    if (records.length > 0) yield records;
    left -= records.length;
    if (left <= 0) return;
  }
}

function toRecord({ key, line, columns }: MergedLine, projection: Projection): StoredRecord {
  return { key, seq: numberOf(line), values: projection.values(tailOf(line), columns) };
}

async function goBehind(cursors: readonly LineCursor[], key: string): Promise<void> {
  for (const cursor of cursors) {
    await findNewest([cursor], key);
    if (cursor.key === key && !advance(cursor)) await load(cursor);
  }
}
