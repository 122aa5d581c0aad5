import { isFinalOccurrence, waitingRowsMax } from "../../domain/occurrence.ts";
import type { Ports } from "../../ports.ts";

/** More than the rows that a job gets between two looks. */
const ledgerRows = 200;

/**
 * Sends every run of a job again that stands in the ledger for a while and has not ended: whoever recorded or began it
 * may have died while no work was on the queue. One that goes on finds its work done or held, or waits again.
 */
export async function resendRuns(ports: Ports, activityId: string): Promise<void> {
  const before = ports.clock.now() - ports.settings.resendAfterMs;
  for (const [dueAt, since] of await unendedRuns(ports, activityId)) {
    if (since > before) continue;
    ports.log.warn("run.resent", { activityId, dueAt });
    await ports.work.send({ kind: "runJob", activityId, dueAt });
  }
}

/** Since when each has stood so, by due time: what waits however long, and what was recorded or begun of late. */
async function unendedRuns(ports: Ports, activityId: string): Promise<ReadonlyMap<number, number>> {
  const waiting = await ports.occurrences.listWaiting(activityId, waitingRowsMax);
  const { items } = await ports.occurrences.list(activityId, { limit: ledgerRows });
  const begun = items.filter((occurrence) => !isFinalOccurrence(occurrence));
  return new Map([
    ...waiting.map(({ dueAt, recordedAt }) => [dueAt, recordedAt] as const),
    ...begun.map(({ dueAt, startedAt, recordedAt }) => [dueAt, startedAt ?? recordedAt] as const),
  ]);
}
