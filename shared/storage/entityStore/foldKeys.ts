import { foldedKey } from "../../domain/dataEntity.ts";
import type { EntityRef } from "../../ports/entityStore.ts";
import type { StagedRecord, StagedRecords } from "../../ports/staging.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { framePacker, packLine, type Frame } from "../segments/frames.ts";
import type { FooterSource } from "../segments/lineParts.ts";
import { encodeText, encodeValues, lineOf, numberOf, tailOf } from "../segments/lines.ts";
import { blobStaging } from "../staging/blobStaging.ts";
import { lastFrame, openLayers, writeLayer } from "./layers.ts";
import type { StoreGround } from "./limits.ts";
import {
  loadManifest,
  segmentPrefix,
  swapManifest,
  withRetired,
  type LoadedManifest,
  type Manifest,
} from "./manifest.ts";
import { mergedLines } from "./mergedLines.ts";
import { projectionTo } from "./projection.ts";

/**
 * The manifest, whose records have the keys by which they are compared. The first release kept keys in their own
 * spelling: whoever is first to need the records in the new order writes them once more, in one layer. Of records that
 * are the same by now, the one that changed last stays.
 */
export async function withFoldedKeys(
  ground: StoreGround,
  footerOf: FooterSource,
  ref: EntityRef,
  loaded: LoadedManifest,
): Promise<LoadedManifest> {
  if (loaded.manifest.areKeysFolded) return loaded;
  return untilWon(`The keys of ${ref.entityId}`, async () => {
    const current = await loadManifest(ground, ref);
    if (current.manifest.areKeysFolded) return current;
    const next = await folded(ground, footerOf, ref, current.manifest);
    return (await swapManifest(ground, ref, current, next)) ? loadManifest(ground, ref) : lost;
  });
}

async function folded(
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
    const layer = await writeLayer(ground, ref, manifest.columns, frames);
    // Whoever has both of two records that are one by now must read all anew.
    const seq = counts.records < manifest.count ? Math.max(ground.now(), manifest.seq + 1) : manifest.seq;
    return {
      ...manifest,
      seq,
      changesFloorSeq: seq === manifest.seq ? manifest.changesFloorSeq : seq,
      count: counts.records,
      layers: layer ? [layer] : [],
      retired: withRetired(ground, manifest, manifest.layers),
      areKeysFolded: true,
    };
  } finally {
    await staging.discard();
  }
}

async function stageAll(
  ground: StoreGround,
  footerOf: FooterSource,
  { layers, columns }: Manifest,
  add: (batch: readonly StagedRecord[]) => Promise<void>,
): Promise<void> {
  const projection = projectionTo(columns);
  const pace = ground.startPace();
  for await (const batch of mergedLines(openLayers(ground, footerOf, layers), ground.limits.batchRecords)) {
    const records: StagedRecord[] = [];
    for (const { key, line, columns: own } of batch) {
      records.push({ key: foldedKey(key), line: numberOf(line), values: projection.values(tailOf(line), own) });
      if (pace.isOver()) await pace.rest();
    }
    await add(records);
  }
}

/** The records of one key come in the order of their commits. */
async function* newestFrames(
  ground: StoreGround,
  staged: StagedRecords,
  counts: { records: number },
): AsyncGenerator<Frame> {
  const packer = framePacker(ground.limits.frameBytes);
  let last: StagedRecord | undefined;
  const pack = ({ key, line, values }: StagedRecord): boolean => {
    counts.records += 1;
    return packLine(packer, key, line, lineOf(encodeText(key), line, encodeValues(values)));
  };
  for await (const batch of staged.records()) {
    for (const record of batch) {
      if (last && last.key !== record.key && pack(last)) yield* lastFrame(packer);
      last = record;
    }
  }
  if (last) pack(last);
  yield* lastFrame(packer);
}
