import { isFinalOccurrence } from "../domain/occurrence.ts";
import type { Ports } from "../ports.ts";

const pageJobs = 200;
const pagesMax = 500;
/** More than the rows that a job gets between two looks. */
const ledgerRows = 200;

/**
 * Sends every run again that stands in a ledger for a while and has not ended: whoever recorded or began it may have died
 * while no work was on the queue. One that goes on finds its work done or held.
 */
export async function resendRuns(ports: Ports): Promise<void> {
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const found = await ports.definitions.list("job", { limit: pageJobs, ...(continuation && { continuation }) });
    for (const { value } of found.items) await resendRunsOf(ports, value.activityId);
    continuation = found.continuation;
    if (!continuation) return;
  }
}

async function resendRunsOf(ports: Ports, activityId: string): Promise<void> {
  const before = ports.clock.now() - ports.settings.resendAfterMs;
  const { items } = await ports.occurrences.list(activityId, { limit: ledgerRows });
  for (const occurrence of items) {
    const { dueAt, startedAt, recordedAt } = occurrence;
    if (isFinalOccurrence(occurrence) || (startedAt ?? recordedAt) > before) continue;
    ports.log.warn("run.resent", { activityId, dueAt });
    await ports.work.send({ kind: "runJob", activityId, dueAt });
  }
}
