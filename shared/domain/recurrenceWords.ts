import { daysInMonth } from "./calendar.ts";
import { type DayKind, type Frequency, type Recurrence, type Weekday, weekdays } from "./recurrence.ts";

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const nthWords = { 1: "first", 2: "second", 3: "third", 4: "fourth", [-1]: "last" } as const;
const leapYear = 2000;
const longestMonthDay = 28;

/**
 * A recurrence without problems as a sentence: "Every 2 weeks on Monday and Friday at 06:00, Europe/Berlin, 10 times".
 * It says the rule alone, and so is the same at any time.
 */
export function recurrenceWords(recurrence: Recurrence): string {
  const { start, timeZone, frequency, interval } = recurrence;
  const every = interval === 1 ? `Every ${frequency}` : `Every ${interval} ${frequency}s`;
  const from = countsFromStart(frequency) ? ` from ${dateWords(start)}` : dayWords(recurrence);
  return `${every}${from} at ${timeWords(start)}, ${timeZone}${endWords(recurrence)}`;
}

/** Minutes and hours are counted from the start; all else keeps to the clock. */
export function countsFromStart(frequency: Frequency): frequency is "minute" | "hour" {
  return frequency === "minute" || frequency === "hour";
}

/** `24 November 2026`, of a local date with or without its time. */
export function dateWords(local: string): string {
  return `${Number(local.slice(8, 10))} ${monthWords(Number(local.slice(5, 7)))} ${local.slice(0, 4)}`;
}

/** `08:00`; with its seconds where it has some. */
export function timeWords(local: string): string {
  const time = local.slice(11, 19);
  return time.endsWith(":00") ? time.slice(0, 5) : time;
}

function monthWords(month: number): string {
  return months[month - 1] ?? String(month);
}

function dayWords(recurrence: Recurrence): string {
  const { frequency, start, nthWeekday, monthDay = Number(start.slice(8, 10)) } = recurrence;
  if (frequency === "day") return "";
  if (frequency === "week") return ` on ${weekdayWords(recurrence.weekdays ?? [weekdayOf(start)])}`;
  const month = recurrence.month ?? Number(start.slice(5, 7));
  const ofMonth = frequency === "year" ? ` of ${monthWords(month)}` : "";
  if (nthWeekday) return ` on the ${nthWords[nthWeekday.nth]} ${kindWords(nthWeekday.weekday)}${ofMonth}`;
  return frequency === "year" ? ` on ${yearDayWords(month, monthDay)}` : ` on ${monthDayWords(monthDay)}`;
}

function weekdayWords(chosen: readonly Weekday[]): string {
  const inOrder = weekdays.filter((weekday) => chosen.includes(weekday));
  if (inOrder.length === weekdays.length) return "every day";
  const names = inOrder.map(capital);
  const isRow = weekdays.indexOf(inOrder.at(-1) ?? "monday") - weekdays.indexOf(inOrder[0] ?? "monday");
  if (names.length > 2 && isRow === names.length - 1) return `${names[0]} to ${names.at(-1)}`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function kindWords(kind: DayKind): string {
  if (kind === "weekendDay") return "weekend day";
  return kind === "day" || kind === "weekday" ? kind : capital(kind);
}

function monthDayWords(day: number): string {
  const shorter = day > longestMonthDay ? ", or the last day of a month without it," : "";
  return `the ${ordinal(day)}${shorter}`;
}

function yearDayWords(month: number, day: number): string {
  if (day > daysInMonth(leapYear, month)) return `the last day of ${monthWords(month)}`;
  const isLeapDay = month === 2 && day === daysInMonth(leapYear, month);
  return `${day} ${monthWords(month)}${isLeapDay ? ", or the 28th of a year without it," : ""}`;
}

function ordinal(day: number): string {
  const isTeen = day >= 11 && day <= 13;
  const ending = isTeen ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th");
  return `${day}${ending}`;
}

function endWords({ end }: Recurrence): string {
  if (end.kind === "never") return "";
  if (end.kind === "by") return `, until ${dateWords(end.date)}`;
  return end.occurrences === 1 ? ", once" : `, ${end.occurrences} times`;
}

function weekdayOf(local: string): Weekday {
  const day = new Date(`${local.slice(0, 10)}T00:00:00Z`).getUTCDay();
  return weekdays[(day + 6) % weekdays.length] ?? "monday";
}

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
