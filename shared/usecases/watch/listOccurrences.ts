import type { Occurrence } from "../../domain/occurrence.ts";
import type { Ports } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { nextDues } from "../../schedule/dueTimes.ts";
import { loadJob } from "../definitions/loadJob.ts";

const nextMax = 10;

export interface OccurrencePage extends Page<Occurrence> {
  /** None for a disabled job, fewer than ten when the recurrence ends. */
  readonly next: readonly number[];
}

/** The ledger of a job, newest first, and the due times that come next. */
export async function listOccurrences(ports: Ports, activityId: string, page: PageRequest): Promise<OccurrencePage> {
  const { isEnabled, processingRecurrence } = (await loadJob(ports, activityId)).value;
  const schedule = await ports.schedules.find("processing", activityId);
  const isDue = isEnabled && processingRecurrence && schedule?.value.nextDueAt !== undefined;
  const next = isDue ? nextDues(processingRecurrence, schedule.value, nextMax) : [];
  return { ...(await ports.occurrences.list(activityId, page)), next };
}
