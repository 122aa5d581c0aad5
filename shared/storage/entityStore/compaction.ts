import type { EntityRef } from "../../ports/entityStore.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import type { Frame } from "../segments/frames.ts";
import type { FooterSource } from "../segments/lineParts.ts";
import { withKeysInOrder } from "./keyOrder.ts";
import { mayBeCleared } from "./garbage.ts";
import type { StoreGround } from "./limits.ts";
import {
  areKeysInOrder,
  loadManifest,
  sizeOf,
  swapManifest,
  withRetired,
  type Manifest,
  type Layer,
} from "./manifest.ts";
import { openMerge } from "./lineMerge.ts";
import { framesUpTo, lastFrame, type LayerForm, linePacker, openLayers, packerOf, writeLayer } from "./layers.ts";
import { layersToMerge } from "./tiers.ts";

export function needsCompaction(ground: StoreGround, manifest: Manifest): boolean {
  return !areKeysInOrder(manifest) || planOf(ground, manifest).length > 0;
}

/**
 * Merges layers into one and swaps it in for them. Layers that were added meanwhile stay; when the merged ones are gone
 * (truncated, or merged by somebody else), or the new one may be, the work is dropped and the answer is false.
 */
export async function compact(ground: StoreGround, footerOf: FooterSource, ref: EntityRef): Promise<boolean> {
  const startedAt = ground.now();
  const loaded = await loadManifest(ground, ref);
  const { manifest } = await withKeysInOrder(ground, footerOf, ref, loaded);
  if (!areKeysInOrder(loaded.manifest)) return true;
  const layers = planOf(ground, manifest);
  if (layers.length === 0) return false;
  const form = { columns: manifest.columns, prints: manifest.prints };
  const layer = await writeLayer(ground, ref, form, mergedFrames(ground, footerOf, layers, form));
  return replaceLayers(ground, ref, layers, layer, (current) => mayBeCleared(manifest, current, startedAt));
}

function planOf(ground: StoreGround, manifest: Manifest): readonly Layer[] {
  const { from, below } = layersToMerge(manifest.layers.map(sizeOf), ground.limits);
  return manifest.layers.slice(from, below);
}

async function* mergedFrames(
  ground: StoreGround,
  footerOf: FooterSource,
  layers: readonly Layer[],
  form: LayerForm,
): AsyncGenerator<Frame> {
  const packer = packerOf(ground, form);
  const merge = await openMerge(openLayers(ground, footerOf, layers));
  yield* framesUpTo(linePacker(packer, merge, ground.startPace(), form.columns));
  yield* lastFrame(packer);
}

async function replaceLayers(
  ground: StoreGround,
  ref: EntityRef,
  merged: readonly Layer[],
  layer: Layer | undefined,
  isGone: (current: Manifest) => boolean,
): Promise<boolean> {
  return untilWon(`The manifest of ${ref.entityId}`, async () => {
    const current = await loadManifest(ground, ref);
    const { layers } = current.manifest;
    // A swap whose answer was lost has happened all the same.
    if (layer && layers.some(({ id }) => id === layer.id)) return true;
    if (isGone(current.manifest)) return false;
    const start = layers.findIndex(({ id }) => id === merged[0]?.id);
    if (start < 0 || merged.some(({ id }, index) => layers[start + index]?.id !== id)) return false;
    const next: Manifest = {
      ...current.manifest,
      layers: [...layers.slice(0, start), ...(layer ? [layer] : []), ...layers.slice(start + merged.length)],
      retired: withRetired(ground, current.manifest, merged),
    };
    return (await swapManifest(ground, ref, current, next)) || lost;
  });
}
