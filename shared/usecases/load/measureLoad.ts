import { type JobLoad, loadOf } from "../../domain/loadSample.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import { announceLoad } from "./announceLoad.ts";
import { nextDue } from "../../schedule/dueTimes.ts";
import type { Ports } from "../../ports.ts";

/** What is open is counted up to here; beyond it the exact figure tells nobody more. */
const openMax = 10_000;

/** Measures what a job has open, whatever its state and recurrence, puts the figures in the log, and tells webhooks. */
export async function measureLoad(ports: Ports, activityId: string): Promise<JobLoad> {
  const now = ports.clock.now();
  const open = await ports.openMessages.list(activityId, openMax);
  const { waitingSince = now, ...counts } = loadOf(open, now);
  const job = (await ports.definitions.find("job", activityId))?.value;
  const direction = job?.direction ?? open[0]?.direction;
  if (direction !== undefined) {
    const oldestAgeMs = Math.max(0, now - waitingSince);
    const overdueMs = Math.max(0, now - (await expectedAt(ports, job, waitingSince)));
    ports.log.info("job.load", { activityId, direction, ...counts, oldestAgeMs, overdueMs });
    await announceLoad(ports, activityId, { waiting: counts.waiting, oldestAgeMs });
  }
  return { ...counts, waitingSince: counts.waiting === 0 ? undefined : waitingSince };
}

/**
 * When a message that waits since then should have been taken: an import by the first run that is due after it, an export,
 * and whatever no run will take, at once.
 */
async function expectedAt(ports: Ports, job: RecurringJob | undefined, since: number): Promise<number> {
  if (!job?.isEnabled || job.direction === "export" || !job.processingRecurrence) return since;
  const schedule = (await ports.schedules.find("processing", job.activityId))?.value;
  if (schedule?.nextDueAt === undefined) return since;
  // Due times that are over happened, however many there may be; those to come may be the last ones.
  const occurrencesSoFar = since < schedule.afterMs ? 0 : schedule.occurrencesSoFar;
  return nextDue(job.processingRecurrence, { afterMs: since, occurrencesSoFar }) ?? since;
}
