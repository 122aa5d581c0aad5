import { foldedKey } from "../../domain/dataEntity.ts";
import {
  addLine,
  emptyLines,
  endLine,
  type LineBuffer,
  lineBuffer,
  linesIn,
  reserve,
} from "../../domain/lineBuffer.ts";
import { compareKeys, keyAt, numberAt, type RecordLines } from "../../domain/recordLines.ts";
import { encodeText } from "../../domain/recordText.ts";
import type { EntityRef } from "../../ports/entityStore.ts";
import type { StagedRecords } from "../../ports/staging.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import type { ByteRange } from "../segments/byteRange.ts";
import { framePacker, packLine, type Frame } from "../segments/frames.ts";
import { advance, columnsAt, type LineCursor, load } from "../segments/lineCursor.ts";
import type { FooterSource } from "../segments/lineParts.ts";
import { blobStaging } from "../staging/blobStaging.ts";
import { lastFrame, openLayers, projecting, writeLayer } from "./layers.ts";
import type { StoreGround } from "./limits.ts";
import {
  areKeysInOrder,
  loadManifest,
  segmentPrefix,
  swapManifest,
  withRetired,
  type LoadedManifest,
  type Manifest,
} from "./manifest.ts";

/**
 * The manifest, whose records have the keys by which they are compared, in the order of today. The first version of the
 * stored form kept keys in their own spelling, and in the order of UTF-16: whoever is first to need the records writes
 * them once more, in one layer. Of records that are the same by now, the one that changed last stays.
 */
export async function withKeysInOrder(
  ground: StoreGround,
  footerOf: FooterSource,
  ref: EntityRef,
  loaded: LoadedManifest,
): Promise<LoadedManifest> {
  if (areKeysInOrder(loaded.manifest)) return loaded;
  return untilWon(`The keys of ${ref.entityId}`, async () => {
    const current = await loadManifest(ground, ref);
    if (areKeysInOrder(current.manifest)) return current;
    const next = await inOrder(ground, footerOf, ref, current.manifest);
    return (await swapManifest(ground, ref, current, next)) ? loadManifest(ground, ref) : lost;
  });
}

async function inOrder(
  ground: StoreGround,
  footerOf: FooterSource,
  ref: EntityRef,
  manifest: Manifest,
): Promise<Manifest> {
  // What a cut-off one leaves lies among the segments that no manifest knows, and goes with those.
  const { blobs, newId, startPace } = ground;
  const staging = blobStaging(blobs, { newId, startPace }).open(`${segmentPrefix(ref)}keys`);
  try {
    await stageAll(ground, footerOf, manifest, (batch) => staging.add(batch));
    const counts = { records: 0 };
    const frames = newestFrames(ground, await staging.finish(), counts);
    const layer = await writeLayer(ground, ref, { columns: manifest.columns, prints: undefined }, frames);
    // Whoever has both of two records that are one by now must read all anew.
    const seq = counts.records < manifest.count ? Math.max(ground.now(), manifest.seq + 1) : manifest.seq;
    return {
      ...manifest,
      version: 2,
      seq,
      changesFloorSeq: seq === manifest.seq ? manifest.changesFloorSeq : seq,
      count: counts.records,
      layers: layer ? [layer] : [],
      retired: withRetired(ground, manifest, manifest.layers),
    };
  } finally {
    await staging.discard();
  }
}

/** Layer by layer, since nothing may rely on the order of their lines. */
async function stageAll(
  ground: StoreGround,
  footerOf: FooterSource,
  { layers, columns }: Manifest,
  add: (batch: RecordLines) => Promise<void>,
): Promise<void> {
  const projected = projecting(columns);
  const pace = ground.startPace();
  const batch = lineBuffer();
  for (const cursor of openLayers(ground, footerOf, layers)) {
    await load(cursor);
    while (!cursor.isOver) {
      addFolded(batch, cursor, projected(cursor, columnsAt(cursor)));
      if (!advance(cursor)) await load(cursor);
      if (!cursor.isOver && batch.filled < ground.limits.batchBytes) continue;
      await add(linesIn(batch));
      emptyLines(batch);
      if (pace.isOver()) await pace.rest();
    }
  }
}

function addFolded(batch: LineBuffer, { bytes, start }: LineCursor, values: ByteRange): void {
  const head = Buffer.from(`${encodeText(foldedKey(keyAt(bytes, start)))}\t${numberAt(bytes, start)}\t`);
  const at = batch.filled;
  reserve(batch, head.length + values.end - values.start + 1);
  batch.filled += head.copy(batch.bytes, batch.filled);
  batch.filled += values.bytes.copy(batch.bytes, batch.filled, values.start, values.end);
  endLine(batch, at);
}

/** Of the lines of a key the one with the greatest number, wherever it lay: spellings of a key may be in one layer, too. */
async function* newestFrames(
  ground: StoreGround,
  staged: StagedRecords,
  counts: { records: number },
): AsyncGenerator<Frame> {
  const packer = framePacker(ground.limits.frameBytes);
  const last = lineBuffer();
  const packLast = (): boolean => {
    if (last.count === 0) return false;
    counts.records += 1;
    return packLine(packer, numberAt(last.bytes, 0), last.bytes, 0, last.ends[0]!);
  };
  for await (const { bytes, count, starts, ends } of staged.records()) {
    for (let index = 0; index < count; index += 1) {
      const isOther = last.count === 0 || compareKeys(last.bytes, 0, bytes, starts[index]!) !== 0;
      if (isOther && packLast()) yield* lastFrame(packer);
      if (!isOther && numberAt(bytes, starts[index]!) < numberAt(last.bytes, 0)) continue;
      emptyLines(last);
      addLine(last, bytes, starts[index]!, ends[index]!);
    }
  }
  packLast();
  yield* lastFrame(packer);
}
