import { type DueDecision, recordDecision } from "../../domain/occurrence.ts";
import type { Recurrence } from "../../domain/recurrence.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports, Schedule } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import { type CatchUp, type Progress, catchUp } from "../../schedule/dueTimes.ts";

const inParallelMax = 8;
/** More than one tick ever writes for one job: the runs that a job makes up for, and the rows that it passes over. */
const ledgerRowsMax = 400;

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
  const { activityId, misfirePolicy } = job;
  const now = ports.clock.now();
  const { missedRunsMax } = ports.settings;
  const plan = (from: Progress): CatchUp => catchUp(recurrence, from, now, misfirePolicy, missedRunsMax);
  let planned = plan(stored.value);
  const [first, ...others] = planned.decisions;
  if (first && !(await record(ports, activityId, first, now))) {
    // A tick that died, or one that runs beside this one, decided a part. That stands, and the rest follows upon it.
    planned = plan(await takeUp(ports, stored.value, first.dueAt));
    for (const decision of planned.decisions) await record(ports, activityId, decision, now);
  } else {
    for (const decision of others) await record(ports, activityId, decision, now);
  }
  const { progress, nextDueAt } = planned;
  await ports.schedules.save("processing", { activityId, ...progress, ...(nextDueAt && { nextDueAt }) }, stored);
}

/** False when the due time is in the ledger already: what stands there decides, and a run that waits is sent again. */
async function record(ports: Ports, activityId: string, decision: DueDecision, now: number): Promise<boolean> {
  const { dueAt, outcome, dueTimes } = decision;
  if (!(await ports.occurrences.insert(recordDecision(activityId, decision, now)))) {
    if ((await ports.occurrences.find(activityId, dueAt))?.value.state === "due")
      await sendRun(ports, activityId, dueAt);
    return false;
  }
  if (outcome === "run") await sendRun(ports, activityId, dueAt);
  else ports.log.info("job.passedOver", { activityId, dueAt, outcome, dueTimes });
  return true;
}

async function sendRun(ports: Ports, activityId: string, dueAt: number): Promise<void> {
  await ports.work.send({ kind: "runJob", activityId, dueAt });
  ports.log.info("job.due", { activityId, dueAt, delayMs: ports.clock.now() - dueAt });
}

/**
 * How far the ledger is ahead of the schedule. Runs in it that have not started are sent once more: the tick that
 * recorded them may have died before it sent them.
 */
async function takeUp(ports: Ports, schedule: Schedule, firstDueAt: number): Promise<Progress> {
  const { activityId, afterMs } = schedule;
  const { items } = await ports.occurrences.list(activityId, { limit: ledgerRowsMax });
  const decided = items.filter(
    (row) => row.dueAt === firstDueAt || (row.dueAt > afterMs && row.trigger === "recurrence"),
  );
  for (const row of decided) if (row.state === "due") await sendRun(ports, activityId, row.dueAt);
  return {
    afterMs: Math.max(firstDueAt, ...decided.map((row) => row.lastDueAt)),
    occurrencesSoFar: schedule.occurrencesSoFar + decided.reduce((sum, row) => sum + row.dueTimes, 0),
  };
}
