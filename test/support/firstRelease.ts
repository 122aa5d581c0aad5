import { createHash, randomUUID } from "node:crypto";
import type { EarlierKeyRecord } from "../../shared/ports/idempotency.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";

/** Notes a key as release 0.1.0 did: two rows in a table of its own. */
export async function keepKeyAsFirstRelease(
  ground: Ground,
  activityId: string,
  key: string,
  record: EarlierKeyRecord,
): Promise<void> {
  const hash = createHash("sha256").update(key).digest("hex");
  const time = record.reservedAt.toString().padStart(16, "0");
  await ground.table("idempotency").transact(activityId, [
    { kind: "insert", rowKey: `k_${hash}`, values: { v: 1, json0: JSON.stringify(record) } },
    { kind: "upsert", rowKey: `t_${time}_${hash}`, values: {} },
  ]);
}

interface EarlierAuditEntry {
  readonly at: number;
  readonly applicationId: string;
  readonly action: string;
  readonly target: string;
  readonly detail: string;
}

/** Writes an entry of the audit trail as release 0.1.0 did: a partition for each day, and a row for the day. */
export async function auditAsFirstRelease(ground: Ground, entry: EarlierAuditEntry): Promise<void> {
  const table = ground.table("audit");
  const day = new Date(entry.at).toISOString().slice(0, 10);
  await table.insert("days", day, {});
  const time = (Number.MAX_SAFE_INTEGER - entry.at).toString().padStart(16, "0");
  await table.insert(day, `${time}_${randomUUID()}`, { v: 1, json0: JSON.stringify(entry) });
}
