import { finishOccurrence, isFinalOccurrence, skipOccurrence, startOccurrence } from "../domain/occurrence.ts";
import type { Occurrence } from "../domain/occurrence.ts";
import type { RecurringJob } from "../domain/recurringJob.ts";
import type { Ports, Stored } from "../ports.ts";
import { beginExport } from "./beginExport.ts";
import { measureLoad } from "./measureLoad.ts";
import { pruneJob } from "./pruneJob.ts";
import { sendWaiting } from "./sendWaiting.ts";

/**
 * Runs one due time of a job: an import hands its waiting messages to workers, an export begins its one message. May be
 * called again for the same due time, by a doubled pointer or after a crash: whatever it did already it does not repeat.
 */
export async function runJob(ports: Ports, activityId: string, dueAt: number): Promise<void> {
  const stored = await ports.occurrences.find(activityId, dueAt);
  if (!stored || isFinalOccurrence(stored.value)) return;
  const job = await ports.definitions.find("job", activityId);
  if (!job || (!job.value.isEnabled && stored.value.trigger === "recurrence")) {
    await endOccurrence(ports, stored, (occurrence, now) => skip(occurrence, now, "The job is disabled or deleted."));
    return;
  }
  if (job.value.direction === "export") await runExport(ports, job.value, stored);
  else await runImportJob(ports, job.value, stored);
  await pruneJob(ports, activityId);
  if (!job.value.monitoringRecurrence) await showLoad(ports, job.value);
}

/** A job that nobody monitors is measured when it runs, so that its backlog shows. Its run does not depend on that. */
async function showLoad(ports: Ports, job: RecurringJob): Promise<void> {
  try {
    await measureLoad(ports, job, ports.clock.now());
  } catch (error) {
    ports.log.error("sample.failed", { activityId: job.activityId }, error);
  }
}

async function runImportJob(ports: Ports, job: RecurringJob, stored: Stored<Occurrence>): Promise<void> {
  const started = startOccurrence(stored.value, ports.clock.now());
  if (!(await ports.occurrences.replace(stored, started))) return;
  if (job.isOrdered) await ports.work.send({ kind: "drainJob", activityId: job.activityId });
  else await sendWaiting(ports, job.activityId);
  await closeOccurrence(ports, job.activityId, stored.value.dueAt, {});
}

async function runExport(ports: Ports, job: RecurringJob, stored: Stored<Occurrence>): Promise<void> {
  const begun = await beginExport(ports, job, stored.value.dueAt);
  if (begun.kind === "busy") {
    const reason = `The run before it (message ${begun.messageId}) was still going on.`;
    await endOccurrence(ports, stored, (occurrence, now) => skip(occurrence, now, reason));
    return;
  }
  if (stored.value.state === "due")
    await ports.occurrences.replace(stored, startOccurrence(stored.value, ports.clock.now()));
  await ports.work.send({ kind: "exportMessage", activityId: job.activityId, messageId: begun.messageId });
}

/** Ends a run in the ledger; a due time that is not there, or ended before, is left as it is. */
export async function closeOccurrence(
  ports: Ports,
  activityId: string,
  dueAt: number,
  outcome: { readonly messageId?: string; readonly reason?: string },
): Promise<void> {
  const stored = await ports.occurrences.find(activityId, dueAt);
  if (!stored || isFinalOccurrence(stored.value)) return;
  await endOccurrence(ports, stored, (occurrence, now) =>
    occurrence.state === "due"
      ? skipOccurrence(occurrence, now, outcome.reason ?? "It never began.")
      : finishOccurrence(occurrence, now, outcome),
  );
}

async function endOccurrence(
  ports: Ports,
  stored: Stored<Occurrence>,
  end: (occurrence: Occurrence, now: number) => Occurrence,
): Promise<void> {
  await ports.occurrences.replace(stored, end(stored.value, ports.clock.now()));
}

function skip(occurrence: Occurrence, now: number, reason: string): Occurrence {
  return occurrence.state === "due"
    ? skipOccurrence(occurrence, now, reason)
    : finishOccurrence(occurrence, now, { reason });
}
