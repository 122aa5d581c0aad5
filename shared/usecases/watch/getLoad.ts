import { type IntervalSuggestion, type LoadSample, suggestProcessingInterval } from "../../domain/loadSample.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { nextDues } from "../../schedule/dueTimes.ts";
import { loadJob } from "../definitions/loadJob.ts";

const samplesMax = 200;
const minuteMs = 60_000;

export interface Load extends Page<LoadSample> {
  /** Undefined while the job has no processing recurrence that goes on. */
  readonly suggestion: IntervalSuggestion | undefined;
}

/** The load samples of a job, newest first, and what the latest of them say about its processing interval. */
export async function getLoad(ports: Ports, activityId: string, page: PageRequest): Promise<Load> {
  const job = (await loadJob(ports, activityId)).value;
  const samples = await ports.loadSamples.list(activityId, page);
  const minutes = currentMinutes(job, ports.clock.now());
  if (minutes === undefined) return { ...samples, suggestion: undefined };
  const latest = await ports.loadSamples.list(activityId, { limit: samplesMax });
  return { ...samples, suggestion: suggestProcessingInterval(latest.items, minutes, job.direction) };
}

/** The time between the next two runs. */
function currentMinutes({ processingRecurrence }: RecurringJob, now: number): number | undefined {
  if (!processingRecurrence) return undefined;
  const [first, second] = nextDues(processingRecurrence, { afterMs: now, occurrencesSoFar: 0 }, 2);
  return first === undefined || second === undefined ? undefined : (second - first) / minuteMs;
}
