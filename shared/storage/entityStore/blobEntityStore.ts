import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { EntityRef, EntityStore, UpsertResult } from "../../ports/entityStore.ts";
import { startPace, type StartPace } from "../../ports/pace.ts";
import type { Blobs } from "../ground/ground.ts";
import { takingTurns } from "../ground/takingTurns.ts";
import { commitId, findCommit } from "./commitRecords.ts";
import { commit, type CommitRequest, type DraftBuilder } from "./commit.ts";
import { compact, needsCompaction } from "./compaction.ts";
import { removeGarbage } from "./garbage.ts";
import { interrupt } from "./interruption.ts";
import { entityStoreLimits, type EntityStoreLimits, type StoreGround } from "./limits.ts";
import { footerCache } from "../segments/lineParts.ts";
import { withKeysInOrder } from "./keyOrder.ts";
import { listManifests, loadManifest, type CommitRecord, type LoadedManifest, type Manifest } from "./manifest.ts";
import { revoke } from "./revocation.ts";
import { openSieve } from "./sieve.ts";
import { findRecord, snapshotOf } from "./snapshot.ts";
import { buildUpsert } from "./upsert.ts";

export interface BlobEntityStoreOptions {
  readonly now?: () => number;
  readonly newId?: () => string;
  readonly random?: () => number;
  readonly wait?: (durationMs: number) => Promise<void>;
  readonly startPace?: StartPace;
  readonly limits?: Partial<EntityStoreLimits>;
}

/**
 * The entity store on blobs alone. Each commit adds a layer of sorted, compressed segments and swaps one manifest by its
 * ETag; a read merges the layers of the manifest that it opened, newest first.
 */
export function blobEntityStore(blobs: Blobs, options: BlobEntityStoreOptions = {}): EntityStore {
  const ground = groundOf(blobs, options);
  const footerOf = footerCache(blobs, ground.limits.footersMax);
  // Writers of one process queue instead of racing; those of other processes meet at the manifest's ETag.
  const inTurn = takingTurns();
  const write = (ref: EntityRef, request: CommitRequest) =>
    inTurn(JSON.stringify([ref.entityId, ref.company]), () => commit(ground, ref, request));
  const manifestOf = async (ref: EntityRef): Promise<Manifest> => (await loadManifest(ground, ref)).manifest;
  const prepare = (ref: EntityRef, loaded: LoadedManifest) => withKeysInOrder(ground, footerOf, ref, loaded);

  const preparedOf = async (ref: EntityRef): Promise<Manifest> =>
    (await prepare(ref, await loadManifest(ground, ref))).manifest;

  return {
    async upsert(ref, { idempotencyKey, fence, requireValid, ...records }) {
      const build: DraftBuilder = (manifest, seq) => buildUpsert(ground, footerOf, ref, records, manifest, seq);
      const judged = { fence, requireValid };
      const done = await write(ref, { idempotencyKey, ...judged, build, prepare: (loaded) => prepare(ref, loaded) });
      return { ...resultOf(done), isRepeat: done.isRepeat };
    },
    openSieve: async (ref, records) => openSieve(ground, footerOf, await preparedOf(ref), records),
    async revoke(ref, idempotencyKey, fence) {
      const done = await revoke(ground, ref, idempotencyKey, fence);
      return done && { ...resultOf(done), isRepeat: true };
    },
    async findCommit(ref, idempotencyKey) {
      const done = await findCommit(ground, ref, await manifestOf(ref), commitId(idempotencyKey));
      return done && { ...resultOf(done), isRepeat: true };
    },
    interrupt: (ref) => interrupt(ground, ref),
    openSnapshot: async (ref) => snapshotOf(ground, footerOf, await preparedOf(ref)),
    find: async (ref, key, columns) => findRecord(ground, footerOf, await preparedOf(ref), key, columns),
    count: async (ref) => (await manifestOf(ref)).count,
    needsCompaction: async (ref) => needsCompaction(ground, await manifestOf(ref)),
    compact: (ref) => compact(ground, footerOf, ref),
    removeGarbage: (ref, olderThanMs) => removeGarbage(ground, ref, olderThanMs),
    list: () => listManifests(ground),
  };
}

function resultOf({ created, updated, unchanged, seq }: CommitRecord): Omit<UpsertResult, "isRepeat"> {
  return { created, updated, unchanged, seq };
}

function groundOf(blobs: Blobs, options: BlobEntityStoreOptions): StoreGround {
  return {
    blobs,
    now: options.now ?? Date.now,
    newId: options.newId ?? randomUUID,
    random: options.random ?? Math.random,
    wait: options.wait ?? ((durationMs) => setTimeout(durationMs)),
    startPace: options.startPace ?? startPace,
    limits: { ...entityStoreLimits, ...options.limits },
  };
}
