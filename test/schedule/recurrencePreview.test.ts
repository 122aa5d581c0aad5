import { describe, expect, test } from "vitest";
import type { Recurrence } from "../../shared/domain/recurrence.ts";
import { previewRecurrence } from "../../shared/schedule/recurrencePreview.ts";
import { naiveDueTimes } from "./naiveDueTimes.ts";

const base: Recurrence = {
  start: "2026-11-24T06:00:00",
  timeZone: "Europe/Berlin",
  frequency: "day",
  interval: 1,
  end: { kind: "never" },
};
/** Before any start below. */
const early = Date.UTC(2026, 10, 1);
const at = (text: string): number => Date.parse(text);
const noteOf = (recurrence: Partial<Recurrence>, from = early) =>
  previewRecurrence({ ...base, ...recurrence }, from).notes.map(({ code, at: moment, message }) => {
    return { code, at: moment === undefined ? undefined : new Date(moment).toISOString(), message };
  });

const rules: readonly (readonly [string, Partial<Recurrence>])[] = [
  ["minutes", { frequency: "minute", interval: 7 }],
  ["hours", { frequency: "hour", interval: 5 }],
  ["days in a gap of the clock", { start: "2027-03-26T02:30:00" }],
  ["every third day", { interval: 3 }],
  ["weeks", { frequency: "week", interval: 2, weekdays: ["monday", "friday"] }],
  ["weeks that begin behind their first weekday", { frequency: "week", weekdays: ["monday", "wednesday", "sunday"] }],
  ["weeks by the start's own weekday", { frequency: "week", interval: 3 }],
  ["months without the day", { frequency: "month", monthDay: 31, start: "2026-12-31T23:30:00" }],
  ["months that begin behind their day", { frequency: "month", monthDay: 3, interval: 2 }],
  ["the last weekday of months", { frequency: "month", nthWeekday: { nth: -1, weekday: "weekday" } }],
  ["years", { frequency: "year", month: 2, monthDay: 29 }],
];

describe("the last due time of a recurrence", () => {
  test.each(rules)("is the one that counting comes to: %s", (_, members) => {
    const days = { minute: 1, hour: 10, day: 200, week: 300, month: 1_100, year: 6_000 }[members.frequency ?? "day"];
    const all = naiveDueTimes({ ...base, ...members }, at("2026-11-24T00:00:00Z") + days * 86_400_000);
    for (const occurrences of [1, 2, 3, 5, 8, 11]) {
      const preview = previewRecurrence({ ...base, ...members, end: { kind: "after", occurrences } }, early);
      expect(preview.lastDueAt).toBe(all[occurrences - 1]);
    }
    const date = new Date(all[9]!).toISOString().slice(0, 10);
    const until = previewRecurrence({ ...base, ...members, end: { kind: "by", date } }, early).lastDueAt;
    expect(until).toBe(naiveDueTimes({ ...base, ...members, end: { kind: "by", date } }, all.at(-1)!).at(-1));
  });

  test("is worked out for a million of them as for two", () => {
    const preview = previewRecurrence({ ...base, end: { kind: "after", occurrences: 1_000_000 } }, early);

    expect(new Date(preview.lastDueAt!).toISOString()).toBe("4764-10-20T04:00:00.000Z");
  });

  test("is none where it does not end, nor where that is beyond the calendar", () => {
    const far: Recurrence["end"] = { kind: "after", occurrences: 1_000_000 };

    expect(previewRecurrence(base, early)).not.toHaveProperty("lastDueAt");
    expect(previewRecurrence({ ...base, frequency: "year", end: far }, early)).not.toHaveProperty("lastDueAt");
    expect(previewRecurrence({ ...base, frequency: "week", interval: 1440, end: far }, early)).not.toHaveProperty(
      "lastDueAt",
    );
  });
});

describe("a preview", () => {
  test("holds the next ten due times of a job that is saved now, and fewer when it ends", () => {
    const later = at("2026-11-26T12:00:00Z");
    const { next, words, problems } = previewRecurrence(base, later);

    expect(next).toHaveLength(10);
    expect(new Date(next[0]!).toISOString()).toBe("2026-11-27T05:00:00.000Z");
    expect([words, problems]).toEqual(["Every day at 06:00, Europe/Berlin", []]);
    const ended = previewRecurrence({ ...base, end: { kind: "by", date: "2026-11-28" } }, later);
    expect(ended.next.map((due) => new Date(due).toISOString())).toEqual([
      "2026-11-27T05:00:00.000Z",
      "2026-11-28T05:00:00.000Z",
    ]);
  });

  test("counts the due times of an end from the save, as the job will", () => {
    const { next, lastDueAt } = previewRecurrence(
      { ...base, end: { kind: "after", occurrences: 3 } },
      at("2027-01-01T12:00:00Z"),
    );

    expect(next).toHaveLength(3);
    expect(lastDueAt).toBe(next[2]);
  });

  test("says no more than its problems when it has some", () => {
    const { problems, ...rest } = previewRecurrence({ ...base, start: "soon", timeZone: "Mars" }, early);

    expect(problems.map(({ path }) => path)).toEqual(["start", "timeZone"]);
    expect(rest).toEqual({ next: [], notes: [] });
  });
});

describe("a preview notes", () => {
  test("nothing of a plain recurrence", () => {
    expect(noteOf({})).toEqual([]);
    expect(noteOf({ frequency: "minute", interval: 30 })).toEqual([]);
  });

  test("that a time is left out when the clock is put forward", () => {
    expect(noteOf({ start: "2026-11-24T02:30:00" })).toEqual([
      {
        code: "timeLeftOut",
        at: "2027-03-28T01:30:00.000Z",
        message: "On 28 March 2027 the clock is put forward and leaves out 02:30: it is due at 03:30.",
      },
      {
        code: "timeTwice",
        at: "2027-10-31T00:30:00.000Z",
        message: "On 31 October 2027 the clock is put back and shows 02:30 twice: it is due the first time only.",
      },
    ]);
  });

  test("nothing of a clock change on a day that is not due, or behind the end", () => {
    expect(noteOf({ start: "2026-11-24T02:30:00", frequency: "week" })).toEqual([]);
    expect(noteOf({ start: "2026-11-24T02:30:00", end: { kind: "by", date: "2027-03-27" } })).toEqual([]);
    expect(noteOf({ start: "2026-11-24T03:00:00" })).toEqual([]);
  });

  test("that hours move by the clock, where a step is longer than the change", () => {
    expect(noteOf({ frequency: "hour", interval: 6 })).toMatchObject([
      { code: "clockChange", at: "2027-03-28T01:00:00.000Z", message: expect.stringContaining("an hour later") },
      { code: "clockChange", at: "2027-10-31T01:00:00.000Z", message: expect.stringContaining("an hour earlier") },
    ]);
    expect(noteOf({ frequency: "hour" })).toEqual([]);
    expect(noteOf({ frequency: "hour", interval: 7 })).toEqual([]);
    expect(noteOf({ frequency: "hour", interval: 6, timeZone: "Asia/Tokyo" })).toEqual([]);
  });

  test("that a month lacks the day, with the first date for which it matters", () => {
    expect(noteOf({ frequency: "month", start: "2026-11-30T06:00:00" })).toMatchObject([
      { code: "monthDayMissing", at: "2027-02-28T05:00:00.000Z", message: expect.stringContaining("28 February 2027") },
    ]);
    expect(noteOf({ frequency: "month", start: "2026-11-28T06:00:00" })).toEqual([]);
  });

  test("that the start is not due itself", () => {
    expect(noteOf({ frequency: "week", weekdays: ["monday"] })).toEqual([
      {
        code: "startNotDue",
        at: "2026-11-30T05:00:00.000Z",
        message: "The start, 24 November 2026, is no day of the rule: the first due time is on 30 November 2026.",
      },
    ]);
  });

  test("that nothing is due any more", () => {
    expect(noteOf({ end: { kind: "by", date: "2026-12-01" } }, at("2027-01-01T00:00:00Z"))).toMatchObject([
      { code: "nothingDue" },
    ]);
  });
});
