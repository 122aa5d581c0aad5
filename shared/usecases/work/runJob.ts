import {
  type Occurrence,
  isFinalOccurrence,
  startOccurrence,
  waitingRowsMax,
  whyNotToWait,
} from "../../domain/occurrence.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { beginExport } from "../export/beginExport.ts";
import { closeOccurrence, leaveOutOccurrence } from "../recurrence/closeOccurrence.ts";
import { sendNextRun } from "../recurrence/sendNextRun.ts";
import { sendWaiting } from "../import/sendWaiting.ts";

/**
 * Runs one due time of a job: an import hands its waiting messages to workers, an export begins its one message. May be
 * called again for the same due time, by a doubled pointer or after a crash: whatever it did already it does not repeat.
 */
export async function runJob(ports: Ports, activityId: string, dueAt: number): Promise<void> {
  const stored = await ports.occurrences.find(activityId, dueAt);
  if (!stored || isFinalOccurrence(stored.value)) return;
  const job = await ports.definitions.find("job", activityId);
  if (!job) return leaveOutOfDeleted(ports, stored);
  if (!job.value.isEnabled && stored.value.trigger === "recurrence") {
    await leaveOutOccurrence(ports, stored, "The job is disabled.");
    if (job.value.direction === "export") await sendNextRun(ports, activityId);
    return;
  }
  if (job.value.direction === "export") await runExport(ports, job.value, stored);
  else await runImportJob(ports, job.value, stored);
}

/** Nobody looks at the ledger of a job that is no more, nor clears it away later. Its keys may be a newer job's by now. */
async function leaveOutOfDeleted(ports: Ports, stored: Stored<Occurrence>): Promise<void> {
  const { activityId } = stored.value;
  await leaveOutOccurrence(ports, stored, "The job was deleted.");
  await sendNextRun(ports, activityId);
  await ports.occurrences.removeBefore(activityId, ports.clock.now() + 1, waitingRowsMax);
}

async function runImportJob(ports: Ports, job: RecurringJob, stored: Stored<Occurrence>): Promise<void> {
  if (!(await markStarted(ports, stored.value))) return;
  if (job.isOrdered) await ports.work.send({ kind: "drainJob", activityId: job.activityId });
  else await sendWaiting(ports, job.activityId);
  await closeOccurrence(ports, job.activityId, stored.value.dueAt, {});
}

/**
 * False when the run has ended. Whoever began it in the same moment may die before its work is sent, so this one goes
 * on as well: twice the pointers do no harm, none would.
 */
async function markStarted(ports: Ports, { activityId, dueAt }: Occurrence): Promise<boolean> {
  return untilWon(`A due time of job ${activityId}`, async () => {
    const stored = await ports.occurrences.find(activityId, dueAt);
    if (!stored || isFinalOccurrence(stored.value)) return false;
    return (await ports.occurrences.replace(stored, startOccurrence(stored.value, ports.clock.now()))) || lost;
  });
}

async function runExport(ports: Ports, job: RecurringJob, stored: Stored<Occurrence>): Promise<void> {
  const begun = await beginExport(ports, job, stored.value.dueAt);
  if (begun.kind === "deleted") {
    await leaveOutOccurrence(ports, stored, "The job was deleted.");
    return;
  }
  if (begun.kind === "busy") {
    await waitOrLeaveOut(ports, job, stored, begun.messageId);
    return;
  }
  if (stored.value.state === "due")
    await ports.occurrences.replace(stored, startOccurrence(stored.value, ports.clock.now()));
  await ports.work.send({ kind: "exportMessage", activityId: job.activityId, messageId: begun.messageId });
}

/** A run that waits stays as it is in the ledger: whoever ends the one that goes on points at it again. */
async function waitOrLeaveOut(ports: Ports, job: RecurringJob, stored: Stored<Occurrence>, running: string) {
  const waiting = await ports.occurrences.listWaiting(job.activityId, waitingRowsMax);
  const reason = whyNotToWait(stored.value, waiting, job.misfirePolicy, running);
  if (reason !== null) await leaveOutOccurrence(ports, stored, reason);
}
