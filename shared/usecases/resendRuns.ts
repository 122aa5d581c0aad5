import type { Ports } from "../ports.ts";

const pageJobs = 200;
const pagesMax = 500;
/** More than the rows that a job gets between two looks. */
const ledgerRows = 200;

/**
 * Sends every run again that stands in a ledger and was not begun: whoever recorded it may have died before the work was
 * on the queue. A doubled one finds its row begun.
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
  for (const { state, recordedAt, dueAt } of items) {
    if (state !== "due" || recordedAt > before) continue;
    ports.log.warn("run.resent", { activityId, dueAt });
    await ports.work.send({ kind: "runJob", activityId, dueAt });
  }
}
