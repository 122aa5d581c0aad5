import { isDeepStrictEqual } from "node:util";
import type { Recurrence } from "../../domain/recurrence.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports, Schedule, ScheduleKind } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { nextDue, progressFrom } from "../../schedule/dueTimes.ts";

const kinds: readonly ScheduleKind[] = ["processing", "monitoring"];

/**
 * Moves both schedules to what was saved: a recurrence that is new, changed, or of a job that was disabled, starts
 * afresh; one that is as before keeps its progress.
 */
export async function scheduleJob(ports: Ports, job: RecurringJob, before: RecurringJob | undefined): Promise<void> {
  for (const kind of kinds) {
    const recurrence = recurrenceOf(job, kind);
    const isAsBefore = before !== undefined && isDeepStrictEqual(recurrence, recurrenceOf(before, kind));
    await settle(ports, kind, job.activityId, recurrence, isAsBefore ? "keep" : "restart");
  }
}

/**
 * Mends schedules that a save left behind when it was cut off: each is in step when the next due time is the one that
 * the recurrence gives after its progress. Changes nothing otherwise, and is safe at any time.
 */
export async function reconcileSchedule(ports: Ports, job: RecurringJob): Promise<void> {
  for (const kind of kinds) await settle(ports, kind, job.activityId, recurrenceOf(job, kind), "keep");
}

export async function removeSchedules(ports: Ports, activityId: string): Promise<void> {
  for (const kind of kinds) {
    await untilWritten(activityId, async () => {
      const stored = await ports.schedules.find(kind, activityId);
      return !stored || (await ports.schedules.remove(kind, stored));
    });
  }
}

function recurrenceOf(job: RecurringJob, kind: ScheduleKind): Recurrence | undefined {
  if (!job.isEnabled) return undefined;
  return kind === "processing" ? job.processingRecurrence : job.monitoringRecurrence;
}

async function settle(
  ports: Ports,
  kind: ScheduleKind,
  activityId: string,
  recurrence: Recurrence | undefined,
  progress: "keep" | "restart",
): Promise<void> {
  await untilWritten(activityId, async () => {
    const stored = await ports.schedules.find(kind, activityId);
    if (!recurrence) return !stored || stop(ports, kind, stored);
    if (stored && progress === "keep" && isInStep(stored.value, recurrence)) return true;
    return ports.schedules.save(kind, start(activityId, recurrence, ports.clock.now()), stored);
  });
}

async function stop(ports: Ports, kind: ScheduleKind, stored: Stored<Schedule>): Promise<boolean> {
  const { nextDueAt, ...rest } = stored.value;
  return nextDueAt === undefined || ports.schedules.save(kind, rest, stored);
}

function isInStep(schedule: Schedule, recurrence: Recurrence): boolean {
  return schedule.nextDueAt === nextDue(recurrence, schedule);
}

function start(activityId: string, recurrence: Recurrence, now: number): Schedule {
  const progress = progressFrom(recurrence, now);
  const nextDueAt = nextDue(recurrence, progress);
  return { activityId, ...progress, ...(nextDueAt === undefined ? {} : { nextDueAt }) };
}

/** The ticks write schedules too; each write that loses to one looks again. */
async function untilWritten(activityId: string, write: () => Promise<boolean>): Promise<void> {
  await untilWon(`The schedule of job ${activityId}`, async () => (await write()) || lost);
}
