import type { EntityRef } from "../../ports/entityStore.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { framePacker, packLine, type Frame } from "../segments/frames.ts";
import { mayBeCleared } from "./garbage.ts";
import type { StoreGround } from "./limits.ts";
import type { FooterSource } from "../segments/lineParts.ts";
import { encodeText, lineOf, numberOf, tailOf } from "../segments/lines.ts";
import { lineCountOf, loadManifest, namesOf, swapManifest, type Manifest, type Run } from "./manifest.ts";
import { mergedLines, type MergedLine } from "./mergedLines.ts";
import { projectionTo, type Projection } from "./projection.ts";
import { lastFrame, openRuns, writeRun } from "./runs.ts";

/** A run takes part in a merge when all newer ones together have a quarter of its lines. */
const tierFactor = 4;

/** How many of the newest runs to merge; 0 when there are few and the oldest outweighs the others. */
export function runsToMerge(lineCounts: readonly number[], runsMax: number): number {
  let newer = 0;
  let merged = 0;
  for (const [index, lineCount] of lineCounts.entries()) {
    if (index > 0 && lineCount <= tierFactor * newer) merged = index + 1;
    newer += lineCount;
  }
  if (merged === lineCounts.length) return merged;
  return lineCounts.length > runsMax ? Math.max(merged, lineCounts.length - runsMax + 1) : 0;
}

export function needsCompaction(ground: StoreGround, manifest: Manifest): boolean {
  return runsToMerge(manifest.runs.map(lineCountOf), ground.limits.runsMax) > 0;
}

/**
 * Merges runs into one and swaps it in for them. Runs that were added meanwhile stay; when the merged ones are gone
 * (truncated, or compacted by somebody else), or the new one may be, the work is dropped and the answer is false.
 */
export async function compact(ground: StoreGround, footerOf: FooterSource, ref: EntityRef): Promise<boolean> {
  const startedAt = ground.now();
  const { manifest } = await loadManifest(ground, ref);
  const runs = manifest.runs.slice(0, runsToMerge(manifest.runs.map(lineCountOf), ground.limits.runsMax));
  if (runs.length === 0) return false;
  const run = await writeRun(ground, ref, manifest.columns, mergedFrames(ground, footerOf, runs, manifest.columns));
  return replaceRuns(ground, ref, runs, run, (current) => mayBeCleared(manifest, current, startedAt));
}

async function* mergedFrames(
  ground: StoreGround,
  footerOf: FooterSource,
  runs: readonly Run[],
  columns: readonly string[],
): AsyncGenerator<Frame> {
  const projection = projectionTo(columns);
  const packer = framePacker(ground.limits.frameBytes);
  const cursors = openRuns(ground, footerOf, runs);
  for await (const batch of mergedLines(cursors, ground.limits.batchRecords)) {
    for (const merged of batch) {
      const seq = numberOf(merged.line);
      if (packLine(packer, merged.key, seq, projectedLine(merged, seq, projection))) yield* lastFrame(packer);
    }
  }
  yield* lastFrame(packer);
}

function projectedLine({ key, line, columns }: MergedLine, seq: number, projection: Projection): string {
  return projection.isSame(columns) ? line : lineOf(encodeText(key), seq, projection.tail(tailOf(line), columns));
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
    const { runs, retired } = current.manifest;
    // A swap whose answer was lost has happened all the same.
    if (run && runs.some(({ id }) => id === run.id)) return true;
    if (isGone(current.manifest)) return false;
    const start = runs.findIndex(({ id }) => id === merged[0]?.id);
    if (start < 0 || merged.some(({ id }, index) => runs[start + index]?.id !== id)) return false;
    const at = ground.now();
    const next: Manifest = {
      ...current.manifest,
      runs: [...runs.slice(0, start), ...(run ? [run] : []), ...runs.slice(start + merged.length)],
      retired: [...retired, ...namesOf(merged).map((name) => ({ name, at }))],
    };
    return (await swapManifest(ground, ref, current, next)) || lost;
  });
}
