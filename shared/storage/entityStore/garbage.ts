import type { EntityRef } from "../../ports/entityStore.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import type { StoreGround } from "./limits.ts";
import {
  commitPrefix,
  listBlobs,
  loadManifest,
  namesOf,
  segmentPrefix,
  swapManifest,
  type Manifest,
} from "./manifest.ts";

/**
 * Deletes segments that were retired, or never taken into a manifest, longer ago than `olderThanMs`, and commit
 * records past their retention. A segment's age alone says nothing: the base of a large entity is old and in use.
 */
export async function removeGarbage(ground: StoreGround, ref: EntityRef, olderThanMs: number): Promise<number> {
  const orphans = await removeOrphans(ground, ref, olderThanMs);
  const retired = await removeRetired(ground, ref, ground.now() - olderThanMs);
  return orphans + retired + (await removeOldCommits(ground, ref));
}

/** True when segments made from `startedAt` on, on the manifest `base`, may have been taken for garbage by `current`. */
export function mayBeCleared(base: Manifest, current: Manifest, startedAt: number): boolean {
  return current.clearedBefore !== base.clearedBefore && current.clearedBefore > startedAt;
}

async function removeOrphans(ground: StoreGround, ref: EntityRef, olderThanMs: number): Promise<number> {
  // A young layer may have been retired just now, and snapshots of it be read for all of the grace.
  const before = ground.now() - Math.max(olderThanMs, ground.limits.commitMsMax) - ground.limits.youngLayerMs;
  const candidates: string[] = [];
  for await (const { name, createdAt } of listBlobs(ground, segmentPrefix(ref))) {
    if (createdAt < before) candidates.push(name);
  }
  // The manifest is read after the list: what was committed in between is in it.
  const orphans = await untilWon(`The manifest of ${ref.entityId}`, async () => {
    const current = await loadManifest(ground, ref);
    const known = new Set([...namesOf(current.manifest.layers), ...current.manifest.retired.map(({ name }) => name)]);
    const unknown = candidates.filter((name) => !known.has(name));
    if (unknown.length === 0 || current.manifest.clearedBefore >= before) return unknown;
    // A writer that stood still for all that time must not put one of them in place after this look.
    return (await swapManifest(ground, ref, current, { ...current.manifest, clearedBefore: before })) ? unknown : lost;
  });
  return removeAll(ground, orphans);
}

async function removeRetired(ground: StoreGround, ref: EntityRef, before: number): Promise<number> {
  const { manifest } = await loadManifest(ground, ref);
  const gone = new Set(manifest.retired.filter(({ at }) => at < before).map(({ name }) => name));
  if (gone.size === 0) return 0;
  const removed = await removeAll(ground, [...gone]);
  await untilWon(`The manifest of ${ref.entityId}`, async () => {
    const current = await loadManifest(ground, ref);
    const retired = current.manifest.retired.filter(({ name }) => !gone.has(name));
    return (await swapManifest(ground, ref, current, { ...current.manifest, retired })) || lost;
  });
  return removed;
}

async function removeOldCommits(ground: StoreGround, ref: EntityRef): Promise<number> {
  const before = ground.now() - ground.limits.commitRetentionMs;
  const old: string[] = [];
  for await (const { name, createdAt } of listBlobs(ground, commitPrefix(ref))) {
    if (createdAt < before) old.push(name);
  }
  return removeAll(ground, old);
}

async function removeAll(ground: StoreGround, names: readonly string[]): Promise<number> {
  let removed = 0;
  for (const name of names) if (await ground.blobs.remove(name)) removed += 1;
  return removed;
}
