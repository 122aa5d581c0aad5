import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";
import { type DueTimes, listedDueTimes } from "../domain/occurrence.ts";
import { type DayKind, type Recurrence, type Weekday, weekdays } from "../domain/recurrence.ts";
import type { Series } from "./series.ts";
import { instantOfWall, wallOf } from "./wallClock.ts";

export type CalendarFrequency = "day" | "week" | "month" | "year";

interface DayParts {
  readonly byDay?: string[];
  readonly byMonth?: number[];
  readonly byMonthDay?: number[];
  readonly bySetPos?: number[];
}

const dayMs = 86_400_000;
/** The library looks through this many periods before it throws; more than lie between the first and the last year. */
const periodsMax = 1_000_000;
/** Local times lie a day apart and a clock change moves them by a day at most: the fourth is always late enough. */
const triesMax = 4;

const frequencyNames = { day: "DAILY", week: "WEEKLY", month: "MONTHLY", year: "YEARLY" } as const;
const weekdayCodes: Record<Weekday, string> = {
  monday: "MO",
  tuesday: "TU",
  wednesday: "WE",
  thursday: "TH",
  friday: "FR",
  saturday: "SA",
  sunday: "SU",
};

/**
 * The due times of days, weeks, months and years, which keep the local wall clock. The library computes them as if the
 * zone were UTC and they are placed in the zone afterwards: left to itself it omits a time that falls into a gap (RFC
 * 5545, section 3.3.10), and one due time would be lost each spring. It is never given COUNT, which it would count out
 * from the start.
 */
export function calendarSeries(recurrence: Recurrence, frequency: CalendarFrequency): Series {
  const { timeZone } = recurrence;
  const rule = new RRuleTemporal({
    ...dayParts(recurrence, frequency),
    freq: frequencyNames[frequency],
    interval: recurrence.interval,
    wkst: "MO",
    tzid: "UTC",
    dtstart: Temporal.PlainDateTime.from(recurrence.start).toZonedDateTime("UTC"),
    maxIterations: periodsMax,
  });

  function next(afterMs: number): number | undefined {
    let wallMs = wallOf(afterMs, timeZone) - dayMs;
    for (let tries = 0; tries < triesMax; tries++) {
      const wall = rule.next(new Date(wallMs));
      if (!wall) return undefined;
      wallMs = wall.epochMilliseconds;
      const dueAt = instantOfWall(wallMs, timeZone);
      if (dueAt > afterMs) return dueAt;
    }
    return undefined;
  }

  function between(afterMs: number, untilMs: number): DueTimes {
    // One day more on either side takes in what a clock change moved; the comparison of moments drops the rest.
    const from = new Date(wallOf(afterMs, timeZone) - dayMs);
    const until = new Date(wallOf(untilMs, timeZone) + dayMs);
    const moments = rule.between(from, until, true).map((wall) => instantOfWall(wall.epochMilliseconds, timeZone));
    return listedDueTimes([...new Set(moments.filter((moment) => moment > afterMs && moment <= untilMs))]);
  }

  return { next, between };
}

function dayParts(recurrence: Recurrence, frequency: CalendarFrequency): DayParts {
  const start = Temporal.PlainDateTime.from(recurrence.start);
  if (frequency === "day") return {};
  if (frequency === "week") {
    return recurrence.weekdays ? { byDay: recurrence.weekdays.map((weekday) => weekdayCodes[weekday]) } : {};
  }
  const day = recurrence.nthWeekday
    ? { byDay: codesOf(recurrence.nthWeekday.weekday), bySetPos: [recurrence.nthWeekday.nth] }
    : monthDayOrLast(recurrence.monthDay ?? start.day);
  return frequency === "year" ? { ...day, byMonth: [recurrence.month ?? start.month] } : day;
}

function codesOf(kind: DayKind): string[] {
  return weekdaysOf(kind).map((weekday) => weekdayCodes[weekday]);
}

function weekdaysOf(kind: DayKind): readonly Weekday[] {
  if (kind === "day") return weekdays;
  if (kind === "weekday") return weekdays.slice(0, 5);
  if (kind === "weekendDay") return weekdays.slice(5);
  return [kind];
}

/** The last of the days from 28 up to the wanted one that the month has. */
function monthDayOrLast(day: number): DayParts {
  if (day <= 28) return { byMonthDay: [day] };
  return { byMonthDay: [28, 29, 30, 31].filter((candidate) => candidate <= day), bySetPos: [-1] };
}
