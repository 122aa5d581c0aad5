import { CommitRevoked, type EntityRef } from "../../ports/entityStore.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { commitId, findCommit } from "./commitRecords.ts";
import type { StoreGround } from "./limits.ts";
import { loadManifest, swapManifest, type CommitRecord, type Manifest, type Revocation } from "./manifest.ts";

/** Notes in the manifest that attempts up to `fence` come too late; a commit that is there already is answered and stands. */
export async function revoke(
  ground: StoreGround,
  ref: EntityRef,
  idempotencyKey: string,
  fence: number,
): Promise<CommitRecord | undefined> {
  const id = commitId(idempotencyKey);
  return untilWon(`The manifest of ${ref.entityId}`, async () => {
    const current = await loadManifest(ground, ref);
    const done = await findCommit(ground, ref, current.manifest, id);
    if (done || isRevoked(current.manifest, id, fence)) return done;
    const next = { ...current.manifest, revoked: withRevocation(ground, current.manifest.revoked, id, fence) };
    return (await swapManifest(ground, ref, current, next)) ? undefined : lost;
  });
}

/** Throws `CommitRevoked` when the manifest says that the attempt comes too late. */
export function requireStanding(ref: EntityRef, manifest: Manifest, id: string, fence: number): void {
  if (isRevoked(manifest, id, fence)) {
    throw new CommitRevoked(`The attempt that stores records of ${ref.entityId} was given up meanwhile.`);
  }
}

function isRevoked({ revoked }: Manifest, id: string, fence: number): boolean {
  return revoked.some((revocation) => revocation.id === id && fence <= revocation.fence);
}

/** Old ones go: no commit takes so long. */
function withRevocation(
  ground: StoreGround,
  revoked: readonly Revocation[],
  id: string,
  fence: number,
): readonly Revocation[] {
  const at = ground.now();
  const kept = revoked.filter((other) => other.id !== id && at - other.at < ground.limits.revocationRetentionMs);
  return [...kept, { id, fence, at }].slice(-ground.limits.revocationsMax);
}
