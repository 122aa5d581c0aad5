import { isFinalOccurrence } from "../../domain/occurrence.ts";
import type { Ports } from "../../ports.ts";

/** More than the rows that a job gets between two looks. */
const ledgerRows = 200;

/**
 * Sends every run of a job again that stands in the ledger for a while and has not ended: whoever recorded or began it
 * may have died while no work was on the queue. One that goes on finds its work done or held.
 */
export async function resendRuns(ports: Ports, activityId: string): Promise<void> {
  const before = ports.clock.now() - ports.settings.resendAfterMs;
  const { items } = await ports.occurrences.list(activityId, { limit: ledgerRows });
  for (const occurrence of items) {
    const { dueAt, startedAt, recordedAt } = occurrence;
    if (isFinalOccurrence(occurrence) || (startedAt ?? recordedAt) > before) continue;
    ports.log.warn("run.resent", { activityId, dueAt });
    await ports.work.send({ kind: "runJob", activityId, dueAt });
  }
}
