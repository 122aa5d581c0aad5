import type { EntityRef } from "../../ports/entityStore.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { framePacker, type Frame } from "../segments/frames.ts";
import type { FooterSource } from "../segments/lineParts.ts";
import { mayBeCleared } from "./garbage.ts";
import type { StoreGround } from "./limits.ts";
import { loadManifest, sizeOf, swapManifest, withRetired, type Manifest, type Run } from "./manifest.ts";
import { openFeed } from "./mergedLines.ts";
import { projectionTo } from "./projection.ts";
import { framesUpTo, lastFrame, openRuns, writeRun } from "./runs.ts";
import { runsToMerge } from "./tiers.ts";

export function needsCompaction(ground: StoreGround, manifest: Manifest): boolean {
  return planOf(ground, manifest).length > 0;
}

/**
 * Merges runs into one and swaps it in for them. Runs that were added meanwhile stay; when the merged ones are gone
 * (truncated, or merged by somebody else), or the new one may be, the work is dropped and the answer is false.
 */
export async function compact(ground: StoreGround, footerOf: FooterSource, ref: EntityRef): Promise<boolean> {
  const startedAt = ground.now();
  const { manifest } = await loadManifest(ground, ref);
  const runs = planOf(ground, manifest);
  if (runs.length === 0) return false;
  const run = await writeRun(ground, ref, manifest.columns, mergedFrames(ground, footerOf, runs, manifest.columns));
  return replaceRuns(ground, ref, runs, run, (current) => mayBeCleared(manifest, current, startedAt));
}

function planOf(ground: StoreGround, manifest: Manifest): readonly Run[] {
  const { from, below } = runsToMerge(manifest.runs.map(sizeOf), ground.limits);
  return manifest.runs.slice(from, below);
}

async function* mergedFrames(
  ground: StoreGround,
  footerOf: FooterSource,
  runs: readonly Run[],
  columns: readonly string[],
): AsyncGenerator<Frame> {
  const packer = framePacker(ground.limits.frameBytes);
  const feed = await openFeed(openRuns(ground, footerOf, runs), ground.limits.batchRecords, ground.startPace());
  yield* framesUpTo(undefined, feed, packer, projectionTo(columns));
  yield* lastFrame(packer);
}

async function replaceRuns(
  ground: StoreGround,
  ref: EntityRef,
  merged: readonly Run[],
  run: Run | undefined,
  isGone: (current: Manifest) => boolean,
): Promise<boolean> {
  return untilWon(`The manifest of ${ref.entityId}`, async () => {
    const current = await loadManifest(ground, ref);
    const { runs } = current.manifest;
    // A swap whose answer was lost has happened all the same.
    if (run && runs.some(({ id }) => id === run.id)) return true;
    if (isGone(current.manifest)) return false;
    const start = runs.findIndex(({ id }) => id === merged[0]?.id);
    if (start < 0 || merged.some(({ id }, index) => runs[start + index]?.id !== id)) return false;
    const next: Manifest = {
      ...current.manifest,
      runs: [...runs.slice(0, start), ...(run ? [run] : []), ...runs.slice(start + merged.length)],
      retired: withRetired(ground, current.manifest, merged),
    };
    return (await swapManifest(ground, ref, current, next)) || lost;
  });
}
