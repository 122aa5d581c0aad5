import { describe, expect, test } from "vitest";
import type { Recurrence } from "../../shared/domain/recurrence.ts";
import { catchUp, firstDue, nextDue, nextDues, nextDuesMax, progressFrom } from "../../shared/schedule/dueTimes.ts";
import { localTime } from "./naiveDueTimes.ts";

const base: Recurrence = {
  start: "2026-01-31T08:00:00",
  timeZone: "Europe/Copenhagen",
  frequency: "day",
  interval: 1,
  end: { kind: "never" },
};
const beginning = { afterMs: 0, occurrencesSoFar: 0 };

function localDues(members: Partial<Recurrence>, count: number): string[] {
  const recurrence = { ...base, ...members };
  return nextDues(recurrence, beginning, count).map((dueAt) =>
    localTime(dueAt, recurrence.timeZone).toString({ smallestUnit: "minute", timeZoneName: "never" }),
  );
}
const localDates = (members: Partial<Recurrence>, count: number) =>
  localDues(members, count).map((dueAt) => dueAt.slice(0, 10));

describe("a recurrence is due", () => {
  test.each<[string, Partial<Recurrence>, string[]]>([
    ["every third day", { interval: 3 }, ["2026-01-31", "2026-02-03", "2026-02-06"]],
    ["each week on the weekday of its start", { frequency: "week" }, ["2026-01-31", "2026-02-07", "2026-02-14"]],
    [
      "every other week, counted from Monday",
      { frequency: "week", interval: 2, weekdays: ["sunday", "tuesday"] },
      ["2026-02-01", "2026-02-10", "2026-02-15", "2026-02-24"],
    ],
    [
      "on the last day of a month that lacks its day",
      { frequency: "month", monthDay: 31 },
      ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"],
    ],
    ["on the day of its start each month", { frequency: "month" }, ["2026-01-31", "2026-02-28", "2026-03-31"]],
    [
      "on 29 February of a leap year",
      { frequency: "month", monthDay: 30, start: "2028-01-31T08:00:00" },
      ["2028-02-29"],
    ],
    [
      "on 28 February between leap years",
      { frequency: "year", month: 2, monthDay: 29 },
      ["2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"],
    ],
    [
      "on 29 February every fourth year",
      { frequency: "year", interval: 4, start: "2024-02-29T08:00:00" },
      ["2024-02-29", "2028-02-29", "2032-02-29"],
    ],
    [
      "on the fifth Friday where the last is the fifth",
      { frequency: "month", nthWeekday: { nth: -1, weekday: "friday" } },
      ["2026-02-27", "2026-03-27", "2026-04-24", "2026-05-29"],
    ],
    [
      "on the first Tuesday, also when it starts after that",
      { frequency: "month", nthWeekday: { nth: 1, weekday: "tuesday" }, start: "2026-01-07T08:00:00" },
      ["2026-02-03", "2026-03-03"],
    ],
    [
      "on the last day of every other month",
      { frequency: "month", interval: 2, nthWeekday: { nth: -1, weekday: "day" } },
      ["2026-01-31", "2026-03-31", "2026-05-31"],
    ],
    [
      "on the last working day",
      { frequency: "month", nthWeekday: { nth: -1, weekday: "weekday" } },
      ["2026-02-27", "2026-03-31", "2026-04-30", "2026-05-29"],
    ],
    [
      "on the first day of a weekend",
      { frequency: "month", nthWeekday: { nth: 1, weekday: "weekendDay" } },
      ["2026-02-01", "2026-03-01", "2026-04-04"],
    ],
    [
      "on the fourth Thursday of November",
      { frequency: "year", month: 11, nthWeekday: { nth: 4, weekday: "thursday" } },
      ["2026-11-26", "2027-11-25"],
    ],
  ])("%s", (_, members, expected) => {
    expect(localDates(members, expected.length)).toEqual(expected);
  });

  test("in minutes of absolute time, through the hour that a clock change leaves out", () => {
    expect(localDues({ frequency: "minute", interval: 30, start: "2026-03-29T01:00:00" }, 4)).toEqual([
      "2026-03-29T01:00+01:00",
      "2026-03-29T01:30+01:00",
      "2026-03-29T03:00+02:00",
      "2026-03-29T03:30+02:00",
    ]);
  });

  test("in hours of absolute time, in both passes of the hour that comes twice", () => {
    expect(localDues({ frequency: "hour", start: "2026-10-25T01:30:00" }, 4)).toEqual([
      "2026-10-25T01:30+02:00",
      "2026-10-25T02:30+02:00",
      "2026-10-25T02:30+01:00",
      "2026-10-25T03:30+01:00",
    ]);
  });

  test("later by the gap when its time is left out, and back at its time the day after", () => {
    expect(localDues({ start: "2026-03-28T02:30:00" }, 3)).toEqual([
      "2026-03-28T02:30+01:00",
      "2026-03-29T03:30+02:00",
      "2026-03-30T02:30+02:00",
    ]);
  });

  test("once, the first time, when its time comes twice", () => {
    expect(localDues({ start: "2026-10-24T02:30:00" }, 3)).toEqual([
      "2026-10-24T02:30+02:00",
      "2026-10-25T02:30+02:00",
      "2026-10-26T02:30+01:00",
    ]);
  });

  test("once where a zone left out a whole day", () => {
    expect(localDates({ timeZone: "Pacific/Apia", start: "2011-12-28T08:00:00" }, 4)).toEqual([
      "2011-12-28",
      "2011-12-29",
      "2011-12-31",
      "2012-01-01",
    ]);
  });

  test("after any moment inside the shifted hour, not only after a due time", () => {
    const recurrence = { ...base, start: "2026-03-01T02:30:00" };
    const insideTheGap = Date.UTC(2026, 2, 29, 1, 10);

    expect(nextDue(recurrence, { afterMs: insideTheGap, occurrencesSoFar: 0 })).toBe(Date.UTC(2026, 2, 29, 1, 30));
  });
});

describe("a recurrence ends", () => {
  test("after its number of due times, told by the count that the job keeps", () => {
    const recurrence: Recurrence = { ...base, end: { kind: "after", occurrences: 3 } };
    const first = firstDue(recurrence) ?? 0;

    expect(nextDues(recurrence, beginning, 10)).toHaveLength(3);
    expect(nextDue(recurrence, { afterMs: first, occurrencesSoFar: 2 })).toBe(first + 86_400_000);
    expect(nextDue(recurrence, { afterMs: first, occurrencesSoFar: 3 })).toBeUndefined();
  });

  test("with the last minute of its last date in its own zone", () => {
    const lateInTheDay = { timeZone: "America/New_York", start: "2026-01-31T23:59:00" };

    expect(localDates({ ...lateInTheDay, end: { kind: "by", date: "2026-02-02" } }, 10)).toEqual([
      "2026-01-31",
      "2026-02-01",
      "2026-02-02",
    ]);
  });

  test("for minutes with the local date as well, on the day of a clock change", () => {
    const everyHour: Partial<Recurrence> = { frequency: "minute", interval: 60, start: "2026-10-25T00:00:00" };

    expect(localDues({ ...everyHour, end: { kind: "by", date: "2026-10-25" } }, 100)).toHaveLength(25);
  });

  test("before it begins when no date up to its end fits", () => {
    const recurrence: Recurrence = { ...base, frequency: "week", weekdays: ["monday"] };

    expect(firstDue({ ...recurrence, end: { kind: "by", date: "2026-02-01" } })).toBeUndefined();
    expect(firstDue({ ...recurrence, end: { kind: "by", date: "2026-02-02" } })).toBe(Date.UTC(2026, 1, 2, 7));
  });
});

test("a list of due times is bounded, whatever is asked for", () => {
  expect(nextDues(base, beginning, 1_000_000)).toHaveLength(nextDuesMax);
  expect(nextDues(base, beginning, 0)).toEqual([]);
});

test("the widest interval still has due times at the far end of the calendar", () => {
  const recurrence: Recurrence = { ...base, start: "2199-12-31T08:00:00", frequency: "year", interval: 1_440 };

  expect(nextDues(recurrence, beginning, nextDuesMax)).toHaveLength(nextDuesMax);
});

describe("a recurrence that is saved", () => {
  const everyMinute: Recurrence = { ...base, frequency: "minute" };
  const start = Date.UTC(2026, 0, 31, 7);

  test("as it starts is due at its start", () => {
    const progress = progressFrom(base, start + 40_000);

    expect(nextDue(base, progress)).toBe(start);
  });

  test("long after its start owes nothing for the time before", () => {
    const progress = progressFrom(base, start + 3_600_000);

    expect(nextDue(base, progress)).toBe(start + 86_400_000);
  });

  test("between its minutes is due for the latest one alone", () => {
    const progress = progressFrom(everyMinute, start + 100 * 60_000 + 5_000);

    expect(nextDue(everyMinute, progress)).toBe(start + 100 * 60_000);
  });

  test("before its start waits for it", () => {
    expect(nextDue(everyMinute, progressFrom(everyMinute, start - 86_400_000))).toBe(start);
  });
});

test("A recurrence in a zone that is known where it was saved, and not here, is refused with what to do", () => {
  const recurrence: Recurrence = { ...base, timeZone: "Europe/Atlantis", end: { kind: "by", date: "2026-12-31" } };
  const refused = expect.objectContaining({
    code: "invalid",
    message: expect.stringContaining('has the time zone "Europe/Atlantis", which is not known here. Change it'),
  });

  expect(() => nextDue(recurrence, beginning)).toThrow(refused);
  expect(() => catchUp(recurrence, beginning, 0, "once")).toThrow(refused);
});
