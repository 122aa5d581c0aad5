import type { Ports } from "../ports.ts";

const rowsMax = 200;

/** Deletes a job's old ledger rows and idempotency keys, some with each of its runs: the cost is what is due. */
export async function pruneJob(ports: Ports, activityId: string): Promise<void> {
  const before = ports.clock.now() - ports.settings.retentionMs;
  await ports.occurrences.removeBefore(activityId, before, rowsMax);
  await ports.idempotency.removeBefore(activityId, before, rowsMax);
}
