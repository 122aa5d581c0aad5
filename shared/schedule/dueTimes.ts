import {
  type DueDecision,
  type DueTimes,
  decideDueTimes,
  missedAfterMsDefault,
  missedRunsMax,
} from "../domain/occurrence.ts";
import type { Recurrence } from "../domain/recurrence.ts";
import type { MisfirePolicy } from "../domain/recurringJob.ts";
import { calendarSeries } from "./calendarSeries.ts";
import { type Series, absoluteSeries } from "./series.ts";
import { requireTimeZone } from "./timeZone.ts";
import { endOfDate, instantOf } from "./wallClock.ts";

/** How far a job has come in its recurrence; kept with the job, so that no question goes back to the start. */
export interface Progress {
  /** The last due time that was dealt with. Due times up to and including it are over. */
  readonly afterMs: number;
  /** Due times so far, whether they ran, were skipped or were missed; "end after N" counts them all. */
  readonly occurrencesSoFar: number;
}

export interface CatchUp {
  /** What to record, oldest first; the `dueTimes` of all rows add up to the due times that were dealt with. */
  readonly decisions: readonly DueDecision[];
  /** To be saved with the job once the decisions are recorded. */
  readonly progress: Progress;
  /** When to look again; undefined when the recurrence has ended. */
  readonly nextDueAt: number | undefined;
}

/** How many due times the page may ask for at once. */
export const nextDuesMax = 100;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Clocks of all zones lie within a day of UTC. */
const dayMs = 24 * hourMs;

/**
 * The progress of a recurrence that is saved now: earlier due times never belonged to the job, except the latest one
 * while it is still on time, so that a job that starts "now" runs at once.
 */
export function progressFrom(recurrence: Recurrence, savedAtMs: number): Progress {
  const recent = seriesOf(recurrence).between(savedAtMs - missedAfterMsDefault - 1, savedAtMs);
  const afterMs = recent.count === 0 ? savedAtMs : recent.at(recent.count - 1) - 1;
  return { afterMs, occurrencesSoFar: 0 };
}

/** The very first due time of the rule; undefined when it ends before one. */
export function firstDue(recurrence: Recurrence): number | undefined {
  return nextDue(recurrence, { afterMs: Date.parse(`${recurrence.start}Z`) - 2 * dayMs, occurrencesSoFar: 0 });
}

/** The due time after the progress; undefined when the recurrence has ended. It depends on no clock. */
export function nextDue(recurrence: Recurrence, progress: Progress): number | undefined {
  return nextDues(recurrence, progress, 1)[0];
}

/** The next due times, at most `count` and `nextDuesMax`; fewer when the recurrence ends. */
export function nextDues(recurrence: Recurrence, progress: Progress, count: number): readonly number[] {
  const series = seriesOf(recurrence);
  const lastMs = lastMoment(recurrence);
  const wanted = Math.min(count, nextDuesMax, remaining(recurrence, progress));
  const dues: number[] = [];
  let afterMs = progress.afterMs;
  while (dues.length < wanted) {
    const dueAt = series.next(afterMs);
    if (dueAt === undefined || dueAt > lastMs) break;
    dues.push(dueAt);
    afterMs = dueAt;
  }
  return dues;
}

/**
 * What becomes of every due time after the progress up to now, under the job's misfire policy; nothing when none has
 * come. The rows are bounded, however long the service stood still, and the same call gives the same answer.
 */
export function catchUp(
  recurrence: Recurrence,
  progress: Progress,
  nowMs: number,
  policy: MisfirePolicy,
  runsMax: number = missedRunsMax,
  missedAfterMs: number = missedAfterMsDefault,
): CatchUp {
  const due = dueUntil(recurrence, progress, nowMs);
  const after =
    due.count === 0
      ? progress
      : { afterMs: due.at(due.count - 1), occurrencesSoFar: progress.occurrencesSoFar + due.count };
  return {
    decisions: decideDueTimes(due, nowMs, policy, runsMax, missedAfterMs),
    progress: after,
    nextDueAt: nextDue(recurrence, after),
  };
}

function dueUntil(recurrence: Recurrence, progress: Progress, nowMs: number): DueTimes {
  const series = seriesOf(recurrence);
  const due = series.between(progress.afterMs, Math.min(nowMs, lastMoment(recurrence)));
  return { ...due, count: Math.min(due.count, remaining(recurrence, progress)) };
}

function remaining({ end }: Recurrence, { occurrencesSoFar }: Progress): number {
  return end.kind === "after" ? Math.max(0, end.occurrences - occurrencesSoFar) : Number.POSITIVE_INFINITY;
}

function lastMoment({ end, timeZone }: Recurrence): number {
  return end.kind === "by" ? endOfDate(end.date, timeZone) : Number.POSITIVE_INFINITY;
}

/** A definition is never changed in place, so what was worked out from it holds as long as it does. */
const seriesMemo = new WeakMap<Recurrence, Series>();

/** The due times of the rule, whatever its end; `invalid` where its time zone is not known to this machine. */
export function seriesOf(recurrence: Recurrence): Series {
  const known = seriesMemo.get(recurrence);
  if (known) return known;
  const series = makeSeries(recurrence);
  seriesMemo.set(recurrence, series);
  return series;
}

function makeSeries(recurrence: Recurrence): Series {
  const { frequency, interval, start, timeZone } = recurrence;
  requireTimeZone(timeZone, "A recurrence of the job");
  if (frequency === "minute") return absoluteSeries(instantOf(start, timeZone), interval * minuteMs);
  if (frequency === "hour") return absoluteSeries(instantOf(start, timeZone), interval * hourMs);
  return calendarSeries(recurrence, frequency);
}
