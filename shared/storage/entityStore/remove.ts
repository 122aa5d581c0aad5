import type { EntityRef } from "../../ports/entityStore.ts";
import type { Draft } from "./commit.ts";
import { framePacker, packLine, type Frame } from "../segments/frames.ts";
import type { StoreGround } from "./limits.ts";
import type { FooterSource } from "../segments/lineParts.ts";
import { encodeText, tailOf, tombstoneOf } from "../segments/lines.ts";
import type { Manifest } from "./manifest.ts";
import { lineAt } from "../segments/runCursor.ts";
import { findNewest, lastFrame, openRuns, writeRun } from "./runs.ts";

/** Stores a tombstone for each key that holds a record; the others leave no trace. */
export async function buildRemove(
  ground: StoreGround,
  footerOf: FooterSource,
  ref: EntityRef,
  keys: readonly string[],
  manifest: Manifest,
  seq: number,
): Promise<Draft> {
  const cursors = openRuns(ground, footerOf, manifest.runs);
  let removed = 0;

  async function* tombstoneFrames(): AsyncGenerator<Frame> {
    const packer = framePacker(ground.limits.frameBytes);
    // The default order of sort is by UTF-16 code unit, as the store's.
    for (const key of [...new Set(keys)].sort()) {
      const found = await findNewest(cursors, key);
      if (!found || tailOf(lineAt(found)) === undefined) continue;
      removed += 1;
      if (packLine(packer, key, seq, tombstoneOf(encodeText(key), seq))) yield* lastFrame(packer);
    }
    yield* lastFrame(packer);
  }

  const run = await writeRun(ground, ref, manifest.columns, tombstoneFrames());
  return { run, columns: manifest.columns, counts: { ...noChanges, removed }, truncates: false };
}

/** Forgets all runs; the columns go with them. */
export async function buildTruncate(manifest: Manifest): Promise<Draft> {
  return { run: undefined, columns: [], counts: { ...noChanges, removed: manifest.count }, truncates: true };
}

const noChanges = { created: 0, updated: 0, unchanged: 0 };
