import { Temporal } from "temporal-polyfill";
import type { Recurrence } from "../domain/recurrence.ts";
import { countsFromStart, dateWords, timeWords } from "../domain/recurrenceWords.ts";
import { firstDue, seriesOf } from "./dueTimes.ts";
import { instantOf, wallOf } from "./wallClock.ts";

/** Names of notes, for programs. */
export const noteCodes = [
  "startNotDue",
  "monthDayMissing",
  "timeLeftOut",
  "timeTwice",
  "clockChange",
  "nothingDue",
] as const;
type NoteCode = (typeof noteCodes)[number];

/** What somebody who reads a recurrence may not expect of it. */
export interface RecurrenceNote {
  readonly code: NoteCode;
  readonly message: string;
  /** The due time that it is about, or the moment at which the clock is changed. */
  readonly at?: number;
}

interface ClockChange {
  readonly at: number;
  /** How far the clock is put forward. */
  readonly byMs: number;
}

const dayMs = 86_400_000;
const aheadMs = 400 * dayMs;
const changesMax = 4;

/** What is out of the ordinary about a recurrence without problems: in its rule, in the next due times, and a year ahead. */
export function recurrenceNotes(
  recurrence: Recurrence,
  next: readonly number[],
  fromMs: number,
  lastMs: number | undefined,
): readonly RecurrenceNote[] {
  if (next.length === 0) {
    return [{ code: "nothingDue", message: "The recurrence has ended: nothing is due any more." }];
  }
  const untilMs = Math.min(fromMs + aheadMs, lastMs ?? Number.POSITIVE_INFINITY);
  const changes = clockChanges(recurrence.timeZone, fromMs, untilMs);
  const ofChange = countsFromStart(recurrence.frequency) ? shiftNotes : wallNotes;
  return [
    ...startNotes(recurrence),
    ...monthDayNotes(recurrence, next),
    ...changes.flatMap((change) => ofChange(recurrence, change)),
  ];
}

function startNotes(recurrence: Recurrence): RecurrenceNote[] {
  const { start, timeZone } = recurrence;
  const first = firstDue(recurrence);
  if (first === undefined || first === instantOf(start, timeZone)) return [];
  const message = `The start, ${dateWords(start)}, is no day of the rule: the first due time is on ${shownDate(first, timeZone)}.`;
  return [{ code: "startNotDue", message, at: first }];
}

/** The first of the due times whose month lacks the day that is asked for. */
function monthDayNotes(recurrence: Recurrence, next: readonly number[]): RecurrenceNote[] {
  const { frequency, nthWeekday, start, timeZone, monthDay = Number(start.slice(8, 10)) } = recurrence;
  if ((frequency !== "month" && frequency !== "year") || nthWeekday) return [];
  const at = next.find((dueAt) => Number(localOf(dueAt, timeZone).slice(8, 10)) < monthDay);
  if (at === undefined) return [];
  const message = `Where a month has no day ${monthDay}, its last day is meant, as on ${shownDate(at, timeZone)}.`;
  return [{ code: "monthDayMissing", message, at }];
}

/** A local time that the change leaves out, or gives twice. */
function wallNotes(recurrence: Recurrence, { at, byMs }: ClockChange): RecurrenceNote[] {
  const { timeZone, start } = recurrence;
  const time = start.slice(11, 19);
  if (byMs > 0) {
    const due = seriesOf(recurrence).between(at - 1, at + byMs);
    const moved = due.count === 0 ? undefined : due.at(0);
    if (moved === undefined || localOf(moved, timeZone).slice(11, 19) === time) return [];
    const message = `On ${shownDate(moved, timeZone)} the clock is put forward and leaves out ${timeWords(start)}: it is due at ${timeWords(localOf(moved, timeZone))}.`;
    return [{ code: "timeLeftOut", message, at: moved }];
  }
  const due = seriesOf(recurrence).between(at + byMs - 1, at - 1);
  if (due.count === 0) return [];
  const message = `On ${shownDate(due.at(0), timeZone)} the clock is put back and shows ${timeWords(start)} twice: it is due the first time only.`;
  return [{ code: "timeTwice", message, at: due.at(0) }];
}

/** Steps that go into a day show the same local times each day, until the clock is changed by no whole step. */
function shiftNotes({ frequency, interval, timeZone }: Recurrence, { at, byMs }: ClockChange): RecurrenceNote[] {
  const stepMs = interval * (frequency === "minute" ? 60_000 : 3_600_000);
  const isDaily = dayMs % stepMs === 0 || stepMs % dayMs === 0;
  if (!isDaily || byMs % stepMs === 0) return [];
  const minutes = Math.abs(byMs) / 60_000;
  const size = minutes === 60 ? "an hour" : `${minutes} minutes`;
  const message = `From ${shownDate(at, timeZone)} its times are ${size} ${byMs > 0 ? "later" : "earlier"} by the clock, since ${frequency}s are counted from the start, whatever the clock does.`;
  return [{ code: "clockChange", message, at }];
}

function clockChanges(timeZone: string, fromMs: number, untilMs: number): readonly ClockChange[] {
  const changes: ClockChange[] = [];
  let zoned: Temporal.ZonedDateTime | null =
    Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone);
  while (changes.length < changesMax) {
    const before = zoned.offsetNanoseconds;
    zoned = zoned.getTimeZoneTransition("next");
    if (!zoned || zoned.epochMilliseconds > untilMs) break;
    const byMs = (zoned.offsetNanoseconds - before) / 1e6;
    if (byMs !== 0) changes.push({ at: zoned.epochMilliseconds, byMs });
  }
  return changes;
}

function localOf(at: number, timeZone: string): string {
  return new Date(wallOf(at, timeZone)).toISOString();
}

function shownDate(at: number, timeZone: string): string {
  return dateWords(localOf(at, timeZone));
}
