import { createHash } from "node:crypto";
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
