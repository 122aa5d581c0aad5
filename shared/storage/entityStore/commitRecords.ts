import { createHash } from "node:crypto";
import type { EntityRef } from "../../ports/entityStore.ts";
import type { StoreGround } from "./limits.ts";
import { commitPrefix, type CommitRecord, type Manifest } from "./manifest.ts";

/** Keys hold what messages are made of, in any length; their hashes are names. */
export function commitId(idempotencyKey: string): string {
  return createHash("sha256").update(idempotencyKey).digest("hex");
}

/** The commit that took effect under the key, as far back as commit records are kept. */
export async function findCommit(
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

/** Commits that leave the manifest get a blob each first, so that a late repeat still finds them. */
export async function keepOlderCommits(
  ground: StoreGround,
  ref: EntityRef,
  from: Manifest,
  to: Manifest,
): Promise<void> {
  const kept = new Set(to.recentCommits.map((record) => record.id));
  for (const record of from.recentCommits.filter((earlier) => !kept.has(earlier.id))) {
    const bytes = Buffer.from(JSON.stringify(record));
    await ground.blobs.put(`${commitPrefix(ref)}${record.id}`, bytes, { condition: "any" });
  }
}
