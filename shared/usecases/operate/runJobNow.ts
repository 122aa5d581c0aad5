import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import { manualMoments, manualRunsWaitingMax, recordManual, waitingRowsMax } from "../../domain/occurrence.ts";
import type { Ports } from "../../ports.ts";

/** People who ask within one millisecond. */
const racesMax = 32;

/**
 * Runs a job now, beside its recurrence; the ledger shows it as manual. An export waits there while another run of its
 * job goes on. A disabled job runs too: that is how one tries it. `conflict` when very many runs wait already.
 */
export async function runJobNow(ports: Ports, activityId: string, by: Actor): Promise<{ readonly dueAt: number }> {
  const job = await ports.definitions.find("job", activityId);
  if (!job) throw new DomainError("notFound", `There is no recurring data job ${activityId}.`);
  await refuseTooMany(ports, activityId);
  const now = ports.clock.now();
  // Two runs that are asked for in one millisecond are two runs.
  for (const dueAt of manualMoments(now, racesMax)) {
    if (!(await ports.occurrences.insert(recordManual(activityId, dueAt)))) continue;
    const { name: detail } = job.value;
    await ports.audit.record({ at: now, ...by, action: "run", kind: "job", target: activityId, detail });
    await ports.work.send({ kind: "runJob", activityId, dueAt });
    return { dueAt };
  }
  throw new DomainError("conflict", "The job was started several times in this moment. Its runs are in the ledger.");
}

async function refuseTooMany(ports: Ports, activityId: string): Promise<void> {
  const waiting = await ports.occurrences.listWaiting(activityId, waitingRowsMax);
  if (waiting.filter(({ trigger }) => trigger === "manual").length < manualRunsWaitingMax) return;
  const message = `${manualRunsWaitingMax} runs of the job that were asked for wait already. Its ledger shows them.`;
  throw new DomainError("conflict", message);
}
