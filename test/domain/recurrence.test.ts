import { describe, expect, test } from "vitest";
import { type Recurrence, recurrenceProblems } from "../../shared/domain/recurrence.ts";

const daily: Recurrence = {
  start: "2026-11-24T08:00:00",
  timeZone: "Europe/Copenhagen",
  frequency: "day",
  interval: 1,
  end: { kind: "never" },
};

describe("a recurrence", () => {
  test.each<[string, Partial<Recurrence>]>([
    ["every minute", { frequency: "minute" }],
    ["every 1,440 minutes", { frequency: "minute", interval: 1_440 }],
    ["every other week on two weekdays", { frequency: "week", interval: 2, weekdays: ["monday", "friday"] }],
    ["on day 31 of a month", { frequency: "month", monthDay: 31 }],
    ["on the last working day of a month", { frequency: "month", nthWeekday: { nth: -1, weekday: "weekday" } }],
    ["on 29 February", { frequency: "year", month: 2, monthDay: 29 }],
    [
      "on the fourth Thursday of November",
      { frequency: "year", month: 11, nthWeekday: { nth: 4, weekday: "thursday" } },
    ],
    ["ten times", { end: { kind: "after", occurrences: 10 } }],
    ["by the day of the start", { end: { kind: "by", date: "2026-11-24" } }],
  ])("%s is possible", (_, members) => {
    expect(recurrenceProblems({ ...daily, ...members })).toEqual([]);
  });

  test.each<[string, Partial<Recurrence>, string, RegExp]>([
    ["a start with an offset", { start: "2026-11-24T08:00:00Z" }, "start", /without offset/],
    ["a start on a day that does not exist", { start: "2026-02-29T08:00:00" }, "start", /no local date/],
    ["a start at hour 24", { start: "2026-02-28T24:00:00" }, "start", /no local date/],
    ["a start in the wrong millennium", { start: "3026-11-24T08:00:00" }, "start", /1970 to 2199/],
    ["an interval of zero", { interval: 0 }, "interval", /every 1 to 1440 days/],
    ["half an interval", { interval: 1.5 }, "interval", /1\.5 is not possible/],
    ["an interval beyond the bound", { interval: 1_441 }, "interval", /1441/],
    ["weekdays of a month", { frequency: "month", weekdays: ["monday"] }, "weekdays", /go.* with frequency week, not/],
    ["a month day of a week", { frequency: "week", monthDay: 1 }, "monthDay", /month or year, not with week/],
    ["an nth weekday of a day", { nthWeekday: { nth: 1, weekday: "day" } }, "nthWeekday", /month or year/],
    ["a month of a month", { frequency: "month", month: 2 }, "month", /frequency year/],
    ["no weekday at all", { frequency: "week", weekdays: [] }, "weekdays", /empty/],
    ["a weekday twice", { frequency: "week", weekdays: ["monday", "monday"] }, "weekdays[1]", /twice/],
    ["day 32", { frequency: "month", monthDay: 32 }, "monthDay", /1 to 31/],
    ["month 13", { frequency: "year", month: 13 }, "month", /1 to 12/],
    ["31 April", { frequency: "year", month: 4, monthDay: 31 }, "monthDay", /no day 31 in any year/],
    ["no occurrences", { end: { kind: "after", occurrences: 0 } }, "end.occurrences", /1 to 1000000/],
    ["an end on no date", { end: { kind: "by", date: "2026-13-01" } }, "end.date", /no date/],
    ["an end before the start", { end: { kind: "by", date: "2026-11-23" } }, "end.date", /before the start/],
  ])("%s is refused, at its member", (_, members, path, message) => {
    expect(recurrenceProblems({ ...daily, ...members })).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  test("has either a month day or an nth weekday", () => {
    const both: Recurrence = { ...daily, frequency: "month", monthDay: 1, nthWeekday: { nth: 1, weekday: "monday" } };

    expect(recurrenceProblems(both).map((found) => found.path)).toEqual(["nthWeekday"]);
  });

  test("with values that no type check saw is refused at each of them", () => {
    const received = JSON.parse(`{
      "start": "2026-11-24T08:00:00", "timeZone": "UTC", "frequency": "month", "interval": 1,
      "nthWeekday": { "nth": 5, "weekday": "mon" }, "end": { "kind": "never" }
    }`);

    expect(recurrenceProblems(received).map((found) => found.path)).toEqual(["nthWeekday.nth", "nthWeekday.weekday"]);
  });

  test("tells all its problems at once", () => {
    const wrong: Recurrence = { ...daily, start: "now", interval: -1, month: 0, end: { kind: "by", date: "soon" } };

    expect(recurrenceProblems(wrong).map((found) => found.path)).toEqual([
      "start",
      "interval",
      "month",
      "month",
      "end.date",
    ]);
  });
});
