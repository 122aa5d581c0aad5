import type { EntityRef } from "../../ports/entityStore.ts";
import { DomainError } from "../../domain/errors.ts";
import { RaceNeverWon, lost, untilWon } from "../../ports/untilWon.ts";
import { commitId, findCommit, keepOlderCommits } from "./commitRecords.ts";
import type { StoreGround } from "./limits.ts";
import { mayBeCleared } from "./garbage.ts";
import { standing } from "./interruption.ts";
import {
  loadManifest,
  swapManifest,
  withRetired,
  type CommitCounts,
  type CommitRecord,
  type LoadedManifest,
  type Manifest,
  type Layer,
} from "./manifest.ts";
import { awaitTurn, isReservedByOther, pause } from "./reservation.ts";
import { requireStanding } from "./revocation.ts";

/** What one commit does to the manifest that it was built on. */
export interface Draft {
  /** Undefined when no record changed. */
  readonly layer: Layer | undefined;
  /** Whose lines are all in `layer`, but for those that the commit changed. */
  readonly taken: readonly Layer[];
  readonly columns: readonly string[];
  /** As in the manifest. */
  readonly prints: Manifest["prints"];
  readonly counts: CommitCounts;
  readonly truncates: boolean;
  /** As they are after it. */
  readonly counters: Manifest["counters"];
}

export type DraftBuilder = (manifest: Manifest, seq: number) => Promise<Draft>;

export interface CommitRequest {
  readonly idempotencyKey: string;
  /** Of the attempt that commits. */
  readonly fence: number;
  readonly requireValid: (recordCount: number) => Promise<void>;
  readonly build: DraftBuilder;
  /** The manifest as a commit needs it, which may be one that takes its place. */
  readonly prepare: (loaded: LoadedManifest) => Promise<LoadedManifest>;
}

/** One call that commits. */
interface Attempt {
  readonly request: CommitRequest;
  /** The hash of the idempotency key. */
  readonly id: string;
  readonly writer: string;
  readonly calledAt: number;
}

/**
 * Builds a draft on the newest manifest and swaps it in; after a lost race builds anew. Nothing shows before the swap,
 * and a commit whose idempotency key was used before answers the first result without building anything. Throws
 * `CommitRevoked` when the attempt was revoked.
 */
export async function commit(
  ground: StoreGround,
  ref: EntityRef,
  request: CommitRequest,
): Promise<CommitRecord & { readonly isRepeat: boolean }> {
  const id = commitId(request.idempotencyKey);
  const attempt = { request, id, writer: ground.newId(), calledAt: ground.now() };
  const { writer } = attempt;
  let buildMs = 0;
  for (let losses = 0; losses < ground.limits.attemptsMax; losses += 1) {
    const turn = await awaitTurn(ground, ref, { writer, losses, buildMs });
    const base = await request.prepare(await standing(ground, ref, turn));
    const earlier = await findCommit(ground, ref, base.manifest, id);
    // A swap whose answer was lost counts as lost here and is found by the next attempt: its writer is this one.
    if (earlier) return { ...earlier, isRepeat: earlier.writer !== writer };
    await requireWanted(ref, base.manifest, attempt);
    const startedAt = ground.now();
    const seq = Math.max(startedAt, base.manifest.seq + 1);
    const draft = await request.build(base.manifest, seq);
    const record = { id, writer, seq, ...draft.counts };
    buildMs = ground.now() - startedAt;
    if (await land(ground, ref, base, { attempt, draft, record, startedAt })) return { ...record, isRepeat: false };
    await pause(ground, losses);
  }
  throw new RaceNeverWon(`Other writers kept changing the records of ${ref.entityId}.`);
}

/** Judged anew for each manifest that the commit is to take the place of: whoever changes what is judged swaps it too. */
async function requireWanted(ref: EntityRef, manifest: Manifest, { request, id }: Attempt): Promise<void> {
  requireStanding(ref, manifest, id, request.fence);
  await request.requireValid(manifest.count);
}

interface Built {
  readonly attempt: Attempt;
  readonly draft: Draft;
  readonly record: CommitRecord;
  /** When the first of its segments may have been made. */
  readonly startedAt: number;
}

/** Swaps the draft in; a manifest that was only compacted meanwhile holds the same records, so the draft stays valid. */
async function land(ground: StoreGround, ref: EntityRef, base: LoadedManifest, built: Built): Promise<boolean> {
  const { attempt, draft, record, startedAt } = built;
  let current = base;
  return untilWon(`The manifest of ${ref.entityId}`, async () => {
    requireInTime(ground, ref, attempt.calledAt);
    const next = withDraft(current.manifest, draft, record, ground);
    await keepOlderCommits(ground, ref, current.manifest, next);
    if (await swapManifest(ground, ref, current, next)) return true;
    current = await loadManifest(ground, ref);
    if (current.manifest.seq !== base.manifest.seq || isReservedByOther(ground, current, record.writer)) return false;
    if (mayBeCleared(base.manifest, current.manifest, startedAt)) return false;
    await requireWanted(ref, current.manifest, attempt);
    return lost;
  });
}

function withDraft(manifest: Manifest, draft: Draft, record: CommitRecord, ground: StoreGround): Manifest {
  const { reservation: _, ...rest } = manifest;
  // A compaction may have been faster with some of those that were taken: its layer stays, below the draft's.
  const taken = new Set(draft.taken.map(({ id }) => id));
  const [gone, left] = split(manifest.layers, (layer) => draft.truncates || taken.has(layer.id));
  return {
    ...rest,
    seq: record.seq,
    changesFloorSeq: draft.truncates ? record.seq : manifest.changesFloorSeq,
    count: (draft.truncates ? 0 : manifest.count) + record.created,
    columns: draft.columns,
    ...(draft.prints && { prints: draft.prints }),
    counters: draft.counters,
    layers: [...(draft.layer ? [draft.layer] : []), ...left],
    recentCommits: [...manifest.recentCommits, record].slice(-ground.limits.recentCommitsMax),
    hasOlderCommits: manifest.hasOlderCommits || manifest.recentCommits.length >= ground.limits.recentCommitsMax,
    retired: withRetired(ground, manifest, gone),
    // The record of the commit answers for its key from now on.
    revoked: manifest.revoked.filter(({ id }) => id !== record.id),
  };
}

function split<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

/** Of a longer commit the segments may have been taken for garbage, and its revocation been forgotten. */
function requireInTime(ground: StoreGround, ref: EntityRef, calledAt: number): void {
  if (ground.now() - calledAt <= ground.limits.commitMsMax) return;
  throw new DomainError("conflict", `Storing the records of ${ref.entityId} took too long. Send fewer at once.`);
}
