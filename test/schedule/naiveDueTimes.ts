import { Temporal } from "temporal-polyfill";
import { type DayKind, type Recurrence, weekdays } from "../../shared/domain/recurrence.ts";

/**
 * The due times from the start up to the moment, found the slow and obvious way: every date (or every minute) is asked
 * whether it fits the rule. It shares nothing with the code under test but the type of a recurrence.
 */
export function naiveDueTimes(recurrence: Recurrence, untilMs: number): readonly number[] {
  const { end, timeZone } = recurrence;
  const found = isAbsolute(recurrence) ? steps(recurrence, untilMs) : dates(recurrence, untilMs);
  const dues = [...new Set(found)].filter((dueAt) => dueAt <= untilMs);
  if (end.kind === "after") return dues.slice(0, end.occurrences);
  if (end.kind === "never") return dues;
  return dues.filter((dueAt) => localTime(dueAt, timeZone).toPlainDate().toString() <= end.date);
}

export function localTime(moment: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(timeZone);
}

export function isAbsolute({ frequency }: Recurrence): boolean {
  return frequency === "minute" || frequency === "hour";
}

function steps({ start, timeZone, frequency, interval }: Recurrence, untilMs: number): number[] {
  const dues: number[] = [];
  const stepMs = interval * (frequency === "minute" ? 60_000 : 3_600_000);
  let dueAt = Temporal.PlainDateTime.from(start).toZonedDateTime(timeZone).epochMilliseconds;
  for (; dueAt <= untilMs; dueAt += stepMs) dues.push(dueAt);
  return dues;
}

function dates(recurrence: Recurrence, untilMs: number): number[] {
  const first = Temporal.PlainDateTime.from(recurrence.start);
  const until = localTime(untilMs, recurrence.timeZone).toPlainDate().add({ days: 1 });
  const dues: number[] = [];
  let date = first.toPlainDate();
  for (; Temporal.PlainDate.compare(date, until) <= 0; date = date.add({ days: 1 })) {
    if (!fits(recurrence, first.toPlainDate(), date)) continue;
    const local = date.toPlainDateTime(first.toPlainTime());
    dues.push(local.toZonedDateTime(recurrence.timeZone, { disambiguation: "compatible" }).epochMilliseconds);
  }
  return dues;
}

function fits(recurrence: Recurrence, start: Temporal.PlainDate, date: Temporal.PlainDate): boolean {
  return periods(recurrence, start, date) % recurrence.interval === 0 && fitsInPeriod(recurrence, start, date);
}

function periods({ frequency }: Recurrence, start: Temporal.PlainDate, date: Temporal.PlainDate): number {
  const monday = (day: Temporal.PlainDate) => day.subtract({ days: day.dayOfWeek - 1 });
  const days = (from: Temporal.PlainDate, to: Temporal.PlainDate) => from.until(to, { largestUnit: "day" }).days;
  if (frequency === "day") return days(start, date);
  if (frequency === "week") return days(monday(start), monday(date)) / 7;
  if (frequency === "year") return date.year - start.year;
  return (date.year - start.year) * 12 + date.month - start.month;
}

function fitsInPeriod(recurrence: Recurrence, start: Temporal.PlainDate, date: Temporal.PlainDate): boolean {
  const { frequency, nthWeekday } = recurrence;
  if (frequency === "day") return true;
  if (frequency === "week") {
    const chosen = recurrence.weekdays?.map((weekday) => weekdays.indexOf(weekday) + 1) ?? [start.dayOfWeek];
    return chosen.includes(date.dayOfWeek);
  }
  if (frequency === "year" && date.month !== (recurrence.month ?? start.month)) return false;
  if (!nthWeekday) return date.day === Math.min(recurrence.monthDay ?? start.day, date.daysInMonth);
  const candidates = Array.from({ length: date.daysInMonth }, (_, index) => date.with({ day: index + 1 })).filter(
    (candidate) => isOfKind(nthWeekday.weekday, candidate.dayOfWeek),
  );
  return candidates.at(nthWeekday.nth === -1 ? -1 : nthWeekday.nth - 1)?.day === date.day;
}

function isOfKind(kind: DayKind, dayOfWeek: number): boolean {
  if (kind === "day") return true;
  if (kind === "weekday") return dayOfWeek <= 5;
  if (kind === "weekendDay") return dayOfWeek >= 6;
  return weekdays.indexOf(kind) + 1 === dayOfWeek;
}
