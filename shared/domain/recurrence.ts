import { daysInMonth, isDate } from "./calendar.ts";
import type { MemberError } from "./errors.ts";

export type Frequency = "minute" | "hour" | "day" | "week" | "month" | "year";
export type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
/** What an nth weekday may count: one weekday, any day, Monday to Friday, or Saturday and Sunday. */
export type DayKind = Weekday | "day" | "weekday" | "weekendDay";

export type RecurrenceEnd =
  | { readonly kind: "never" }
  /** Counts due times, whether they ran, were skipped or were missed. */
  | { readonly kind: "after"; readonly occurrences: number }
  /** The last local date, inclusive, as `YYYY-MM-DD`. */
  | { readonly kind: "by"; readonly date: string };

/**
 * When a job is due. Minutes and hours are absolute: they count from the start and ignore the clock changes between.
 * Longer units keep the local wall clock: a time that a clock change leaves out moves forward by the length of the
 * gap, a time that comes twice is due the first time only.
 */
export interface Recurrence {
  /** Local date and time without offset, in `timeZone`. Due itself only where it fits the pattern. */
  readonly start: string;
  /** IANA name, such as `Europe/Copenhagen`. */
  readonly timeZone: string;
  readonly frequency: Frequency;
  readonly interval: number;
  /** With week; the start's weekday when absent. Weeks begin on Monday, which matters for intervals above one. */
  readonly weekdays?: readonly Weekday[];
  /**
   * With month and year; the start's day when absent. A month without that day is due on its last day, as in Outlook,
   * so that a monthly job runs every month (RFC 5545 would leave the month out).
   */
  readonly monthDay?: number;
  /** With month and year, instead of `monthDay`; -1 is the last. */
  readonly nthWeekday?: { readonly nth: 1 | 2 | 3 | 4 | -1; readonly weekday: DayKind };
  /** With year; the start's month when absent. */
  readonly month?: number;
  readonly end: RecurrenceEnd;
}

export const weekdays: readonly Weekday[] = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
];
const dayKinds: readonly DayKind[] = [...weekdays, "day", "weekday", "weekendDay"];
const nths: readonly number[] = [1, 2, 3, 4, -1];

/** A day, counted in the smallest unit; the bound keeps every due time inside the calendar's range. */
export const intervalMax = 1_440;
export const occurrencesMax = 1_000_000;
const startYearMin = 1970;
const startYearMax = 2199;

/** Which frequencies each optional member belongs to. */
const frequenciesOf: Record<"weekdays" | "monthDay" | "nthWeekday" | "month", readonly Frequency[]> = {
  weekdays: ["week"],
  monthDay: ["month", "year"],
  nthWeekday: ["month", "year"],
  month: ["year"],
};

/**
 * Everything that is wrong with a recurrence, each with its path inside it; empty when all members fit each other.
 * Whether the time zone exists is asked in `schedule/`, because the domain holds no time zone data.
 */
export function recurrenceProblems(recurrence: Recurrence): readonly MemberError[] {
  return [
    ...startProblems(recurrence),
    ...intervalProblems(recurrence),
    ...misplacedMembers(recurrence),
    ...weekdayProblems(recurrence),
    ...monthProblems(recurrence),
    ...nthWeekdayProblems(recurrence),
    ...endProblems(recurrence),
  ];
}

function startProblems({ start }: Recurrence): MemberError[] {
  const [date = "", time = ""] = start.split("T");
  if (!isDate(date) || !/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(time)) {
    return [problem("start", `"${start}" is no local date and time; write it as 2026-11-24T08:00:00, without offset.`)];
  }
  const year = Number(date.slice(0, 4));
  if (year >= startYearMin && year <= startYearMax) return [];
  return [problem("start", `The year ${year} is out of range; it lies from ${startYearMin} to ${startYearMax}.`)];
}

function intervalProblems({ interval, frequency }: Recurrence): MemberError[] {
  if (isWholeBetween(interval, 1, intervalMax)) return [];
  return [problem("interval", `${interval} is not possible; every 1 to ${intervalMax} ${frequency}s is.`)];
}

function misplacedMembers(recurrence: Recurrence): MemberError[] {
  const found: MemberError[] = [];
  for (const member of ["weekdays", "monthDay", "nthWeekday", "month"] as const) {
    const fitting = frequenciesOf[member];
    if (recurrence[member] === undefined || fitting.includes(recurrence.frequency)) continue;
    const fits = `${member} goes with frequency ${fitting.join(" or ")}`;
    found.push(problem(member, `${fits}, not with ${recurrence.frequency}; leave it out or change the frequency.`));
  }
  if (recurrence.monthDay !== undefined && recurrence.nthWeekday !== undefined) {
    found.push(problem("nthWeekday", "monthDay and nthWeekday exclude each other; keep one of them."));
  }
  return found;
}

function weekdayProblems(recurrence: Recurrence): MemberError[] {
  const chosen = recurrence.weekdays;
  if (chosen === undefined) return [];
  if (chosen.length === 0) {
    return [problem("weekdays", "The list is empty; name at least one weekday, or leave it out for the start's own.")];
  }
  return chosen.flatMap((weekday, index) => {
    const path = `weekdays[${index}]`;
    if (!weekdays.includes(weekday)) return [problem(path, `"${weekday}" is none of ${weekdays.join(", ")}.`)];
    return chosen.indexOf(weekday) < index ? [problem(path, `${weekday} is listed twice.`)] : [];
  });
}

function monthProblems({ month, monthDay, frequency }: Recurrence): MemberError[] {
  const found: MemberError[] = [];
  const monthFits = month === undefined || isWholeBetween(month, 1, 12);
  if (!monthFits) found.push(problem("month", `${month} is no month; it lies from 1 to 12.`));
  if (monthDay === undefined) return found;
  if (!isWholeBetween(monthDay, 1, 31)) {
    found.push(problem("monthDay", `${monthDay} is no day of a month; it lies from 1 to 31.`));
  } else if (frequency === "year" && month !== undefined && monthFits && monthDay > daysInMonth(leapYear, month)) {
    found.push(problem("monthDay", `Month ${month} has no day ${monthDay} in any year.`));
  }
  return found;
}

function nthWeekdayProblems({ nthWeekday }: Recurrence): MemberError[] {
  if (nthWeekday === undefined) return [];
  const found: MemberError[] = [];
  if (!nths.includes(nthWeekday.nth)) {
    const why = "not every month has a fifth, so it would leave months out; -1 is the last";
    found.push(problem("nthWeekday.nth", `${nthWeekday.nth} is none of ${nths.join(", ")} (${why}).`));
  }
  if (!dayKinds.includes(nthWeekday.weekday)) {
    found.push(problem("nthWeekday.weekday", `"${nthWeekday.weekday}" is none of ${dayKinds.join(", ")}.`));
  }
  return found;
}

function endProblems({ end, start }: Recurrence): MemberError[] {
  if (end.kind === "after" && !isWholeBetween(end.occurrences, 1, occurrencesMax)) {
    return [problem("end.occurrences", `${end.occurrences} is not possible; it lies from 1 to ${occurrencesMax}.`)];
  }
  if (end.kind !== "by") return [];
  if (!isDate(end.date)) return [problem("end.date", `"${end.date}" is no date; write it as 2026-12-31.`)];
  const startDate = start.slice(0, 10);
  if (!isDate(startDate) || end.date >= startDate) return [];
  return [problem("end.date", `${end.date} lies before the start, ${startDate}; nothing would ever be due.`)];
}

const leapYear = 2000;

function isWholeBetween(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function problem(path: string, message: string): MemberError {
  return { path, message };
}
