import { type DueDecision, recordDecision } from "../domain/occurrence.ts";
import type { Recurrence } from "../domain/recurrence.ts";
import type { RecurringJob } from "../domain/recurringJob.ts";
import type { Ports, Schedule, Stored } from "../ports.ts";
import { catchUp } from "../schedule/dueTimes.ts";

const inParallelMax = 8;

/**
 * The processing tick: starts every job that is due. A timer is a hint and may fire twice or late, so what counts is the
 * ledger: a due time is a row that is inserted once, its work is sent after that, and the schedule moves on last. A tick
 * that dies in between is repeated by the next one, without a second run.
 */
export async function startDueJobs(ports: Ports): Promise<number> {
  const due = await ports.schedules.listDue("processing", ports.clock.now(), ports.settings.dueJobsPerTickMax);
  for (let first = 0; first < due.length; first += inParallelMax) {
    await Promise.all(due.slice(first, first + inParallelMax).map((activityId) => startDueJob(ports, activityId)));
  }
  return due.length;
}

async function startDueJob(ports: Ports, activityId: string): Promise<void> {
  try {
    const stored = await ports.schedules.find("processing", activityId);
    if (!stored || stored.value.nextDueAt === undefined) return;
    const job = await ports.definitions.find("job", activityId);
    const recurrence = job?.value.isEnabled ? job.value.processingRecurrence : undefined;
    if (!job || !recurrence) {
      await stopSchedule(ports, stored);
      return;
    }
    await decide(ports, job.value, recurrence, stored);
  } catch (error) {
    // One job's trouble is not the others': the next tick tries it again.
    ports.log.error("tick.failed", { activityId }, error);
  }
}

async function stopSchedule(ports: Ports, stored: Stored<Schedule>): Promise<void> {
  const { nextDueAt: _, ...rest } = stored.value;
  await ports.schedules.save("processing", rest, stored);
}

async function decide(
  ports: Ports,
  job: RecurringJob,
  recurrence: Recurrence,
  stored: Stored<Schedule>,
): Promise<void> {
  const now = ports.clock.now();
  const { missedRunsMax } = ports.settings;
  const { decisions, progress, nextDueAt } = catchUp(recurrence, stored.value, now, job.misfirePolicy, missedRunsMax);
  for (const decision of decisions) await record(ports, job.activityId, decision, now);
  const { activityId } = job;
  await ports.schedules.save("processing", { activityId, ...progress, ...(nextDueAt && { nextDueAt }) }, stored);
}

async function record(ports: Ports, activityId: string, decision: DueDecision, now: number): Promise<void> {
  const { dueAt, outcome } = decision;
  const isNew = await ports.occurrences.insert(recordDecision(activityId, decision, now));
  // Recorded by a tick that died before it sent the work, or by one that runs beside this one: the ledger decides, even
  // when this tick comes so late that it would pass the due time over.
  const isWaiting = !isNew && (await ports.occurrences.find(activityId, dueAt))?.value.state === "due";
  if (isWaiting || (isNew && outcome === "run")) {
    await ports.work.send({ kind: "runJob", activityId, dueAt });
    ports.log.info("job.due", { activityId, dueAt, delayMs: now - dueAt });
  } else if (isNew) {
    ports.log.info("job.passedOver", { activityId, dueAt, outcome, dueTimes: decision.dueTimes });
  }
}
