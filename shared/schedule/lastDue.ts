import { Temporal } from "temporal-polyfill";
import type { DueTimes } from "../domain/occurrence.ts";
import type { Frequency, Recurrence } from "../domain/recurrence.ts";
import { countsFromStart } from "../domain/recurrenceWords.ts";
import { type Progress, nextDue, seriesOf } from "./dueTimes.ts";
import { endOfDate, instantOfWall, wallOf } from "./wallClock.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
const farthestMs = Date.UTC(9999, 0, 1);

/** No unit is longer. */
const unitMs: Readonly<Record<Frequency, number>> = {
  minute: minuteMs,
  hour: 60 * minuteMs,
  day: dayMs,
  week: 7 * dayMs,
  month: 31 * dayMs,
  year: 366 * dayMs,
};

/**
 * The due time after which none comes; undefined for a recurrence that does not end, that has ended, or that ends behind
 * the year 9999. It is worked out, not counted, so that a million due times cost no more than two.
 */
export function lastDue(recurrence: Recurrence, progress: Progress): number | undefined {
  const { end } = recurrence;
  if (end.kind === "never") return undefined;
  const first = nextDue(recurrence, progress);
  if (first === undefined) return undefined;
  if (end.kind === "by") return lastUntil(recurrence, endOfDate(end.date, recurrence.timeZone)) ?? first;
  return nthFrom(recurrence, first, end.occurrences - progress.occurrencesSoFar);
}

/** Every stretch of one interval, and some more for the clock changes, holds a due time. */
function lastUntil(recurrence: Recurrence, untilMs: number): number | undefined {
  const stretchMs = (recurrence.interval + 1) * unitMs[recurrence.frequency] + dayMs;
  const due = seriesOf(recurrence).between(untilMs - stretchMs, untilMs);
  return due.count === 0 ? undefined : due.at(due.count - 1);
}

/** The due time that is the nth, counted from the first, itself the one. */
function nthFrom(recurrence: Recurrence, first: number, count: number): number | undefined {
  const { frequency, interval, timeZone } = recurrence;
  const steps = (count - 1) * interval;
  if (first + steps * unitMs[frequency] > farthestMs) return undefined;
  if (countsFromStart(frequency)) return first + steps * unitMs[frequency];
  const day = dateOf(wallOf(first, timeZone));
  if (frequency === "week") return nthOfWeeks(recurrence, first, count);
  if (frequency === "day") return onlyOf(recurrence, day.add({ days: steps }), { days: 1 });
  const month = day.with({ day: 1 }).add(frequency === "month" ? { months: steps } : { years: steps });
  return onlyOf(recurrence, month, { months: 1 });
}

function nthOfWeeks(recurrence: Recurrence, first: number, count: number): number | undefined {
  const { timeZone, interval, weekdays = [] } = recurrence;
  const day = dateOf(wallOf(first, timeZone));
  const monday = day.subtract({ days: day.dayOfWeek - 1 });
  const perWeek = Math.max(1, weekdays.length);
  const inFirst = dueFrom(recurrence, first, momentOf(monday.add({ weeks: 1 }), timeZone));
  if (count <= inFirst.count) return inFirst.at(count - 1);
  const rest = count - inFirst.count;
  const week = monday.add({ weeks: Math.ceil(rest / perWeek) * interval });
  const due = dueFrom(recurrence, momentOf(week, timeZone), momentOf(week.add({ weeks: 1 }), timeZone));
  return due.count === 0 ? undefined : due.at((rest - 1) % perWeek);
}

/** The one due time of a stretch of days that holds one. */
function onlyOf(recurrence: Recurrence, from: Temporal.PlainDate, stretch: Temporal.DurationLike): number | undefined {
  const [begin, end] = [from, from.add(stretch)].map((date) => momentOf(date, recurrence.timeZone));
  const due = dueFrom(recurrence, begin ?? 0, end ?? 0);
  return due.count === 0 ? undefined : due.at(0);
}

function dueFrom(recurrence: Recurrence, fromMs: number, belowMs: number): DueTimes {
  return seriesOf(recurrence).between(fromMs - 1, belowMs - 1);
}

function dateOf(wallMs: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO("UTC").toPlainDate();
}

function momentOf(date: Temporal.PlainDate, timeZone: string): number {
  return instantOfWall(date.toZonedDateTime("UTC").epochMilliseconds, timeZone);
}
