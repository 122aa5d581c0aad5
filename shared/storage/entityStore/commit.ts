import { createHash } from "node:crypto";
import type { EntityRef } from "../../ports/entityStore.ts";
import { DomainError } from "../../domain/errors.ts";
import type { StoreGround } from "./limits.ts";
import {
  commitPrefix,
  loadManifest,
  namesOf,
  swapManifest,
  type CommitCounts,
  type CommitRecord,
  type LoadedManifest,
  type Manifest,
  type Run,
} from "./manifest.ts";
import { awaitTurn, isReservedByOther, pause } from "./reservation.ts";

/** What one commit does to the manifest that it was built on. */
export interface Draft {
  /** Undefined when no record changed. */
  readonly run: Run | undefined;
  readonly columns: readonly string[];
  readonly counts: CommitCounts;
  readonly truncates: boolean;
}

export type DraftBuilder = (manifest: Manifest, seq: number) => Promise<Draft>;

/**
 * Builds a draft on the newest manifest and swaps it in; after a lost race builds anew. Nothing shows before the swap,
 * and a commit whose idempotency key was used before answers the first result without building anything.
 */
export async function commit(
  ground: StoreGround,
  ref: EntityRef,
  idempotencyKey: string,
  build: DraftBuilder,
): Promise<CommitRecord & { readonly isRepeat: boolean }> {
  const id = createHash("sha256").update(idempotencyKey).digest("hex");
  const writer = ground.newId();
  let buildMs = 0;
  for (let losses = 0; losses < ground.limits.attemptsMax; losses += 1) {
    const base = await awaitTurn(ground, ref, { writer, losses, buildMs });
    const earlier = await findCommit(ground, ref, base.manifest, id);
    // A swap whose answer was lost counts as lost here and is found by the next attempt: its writer is this one.
    if (earlier) return { ...earlier, isRepeat: earlier.writer !== writer };
    const startedAt = ground.now();
    const seq = Math.max(startedAt, base.manifest.seq + 1);
    const draft = await build(base.manifest, seq);
    const record = { id, writer, seq, ...draft.counts };
    buildMs = ground.now() - startedAt;
    if (buildMs > ground.limits.commitMsMax) throw tooLate(ref);
    if (await land(ground, ref, base, draft, record)) return { ...record, isRepeat: false };
    await pause(ground, losses);
  }
  throw new DomainError("conflict", `Other writers kept changing the records of ${ref.entityId}. Try again later.`);
}

/** Swaps the draft in; a manifest that was only compacted meanwhile holds the same records, so the draft stays valid. */
async function land(
  ground: StoreGround,
  ref: EntityRef,
  base: LoadedManifest,
  draft: Draft,
  record: CommitRecord,
): Promise<boolean> {
  let current = base;
  for (let tries = 0; tries < ground.limits.attemptsMax; tries += 1) {
    const next = withDraft(current.manifest, draft, record, ground);
    await keepOlderCommits(ground, ref, current.manifest, next);
    if (await swapManifest(ground, ref, current, next)) return true;
    current = await loadManifest(ground, ref);
    if (current.manifest.seq !== base.manifest.seq || isReservedByOther(ground, current, record.writer)) return false;
  }
  return false;
}

function withDraft(manifest: Manifest, draft: Draft, record: CommitRecord, ground: StoreGround): Manifest {
  const { reservation: _, ...rest } = manifest;
  const added = draft.run ? [draft.run] : [];
  const retired = draft.truncates ? namesOf(manifest.runs).map((name) => ({ name, at: ground.now() })) : [];
  return {
    ...rest,
    seq: record.seq,
    changesFloorSeq: draft.truncates ? record.seq : manifest.changesFloorSeq,
    count: (draft.truncates ? 0 : manifest.count) + record.created,
    columns: draft.columns,
    runs: draft.truncates ? added : [...added, ...manifest.runs],
    recentCommits: [...manifest.recentCommits, record].slice(-ground.limits.recentCommitsMax),
    hasOlderCommits: manifest.hasOlderCommits || manifest.recentCommits.length >= ground.limits.recentCommitsMax,
    retired: [...manifest.retired, ...retired],
  };
}

/** Commits that leave the manifest get a blob each first, so that a late repeat still finds them. */
async function keepOlderCommits(ground: StoreGround, ref: EntityRef, from: Manifest, to: Manifest): Promise<void> {
  const kept = new Set(to.recentCommits.map((record) => record.id));
  for (const record of from.recentCommits.filter((earlier) => !kept.has(earlier.id))) {
    const bytes = Buffer.from(JSON.stringify(record));
    await ground.blobs.put(`${commitPrefix(ref)}${record.id}`, bytes, { condition: "any" });
  }
}

async function findCommit(
  ground: StoreGround,
  ref: EntityRef,
  manifest: Manifest,
  id: string,
): Promise<CommitRecord | undefined> {
  const recent = manifest.recentCommits.find((record) => record.id === id);
  if (recent || !manifest.hasOlderCommits) return recent;
  const blob = await ground.blobs.find(`${commitPrefix(ref)}${id}`);
  return blob && (JSON.parse(Buffer.from(blob.bytes).toString("utf8")) as CommitRecord);
}

function tooLate(ref: EntityRef): DomainError {
  // Its segments may have been taken for garbage by now.
  return new DomainError("conflict", `Storing the records of ${ref.entityId} took too long. Send fewer at once.`);
}
