import { describe, expect, test } from "vitest";
import type { Recurrence } from "../../shared/domain/recurrence.ts";
import { recurrenceWords } from "../../shared/domain/recurrenceWords.ts";

/** A Tuesday. */
const base: Recurrence = {
  start: "2026-11-24T06:00:00",
  timeZone: "Europe/Berlin",
  frequency: "day",
  interval: 1,
  end: { kind: "never" },
};

const sentences: readonly (readonly [string, Partial<Recurrence>])[] = [
  ["Every day at 06:00, Europe/Berlin", {}],
  ["Every 3 days at 06:30:05, UTC", { interval: 3, start: "2026-11-24T06:30:05", timeZone: "UTC" }],
  [
    "Every 15 minutes from 24 November 2026 at 06:00, Europe/Berlin, once",
    { frequency: "minute", interval: 15, end: { kind: "after", occurrences: 1 } },
  ],
  ["Every hour from 1 March 2027 at 00:10, Europe/Berlin", { frequency: "hour", start: "2027-03-01T00:10:00" }],
  [
    "Every 2 weeks on Monday and Friday at 06:00, Europe/Berlin, 10 times",
    { frequency: "week", interval: 2, weekdays: ["friday", "monday"], end: { kind: "after", occurrences: 10 } },
  ],
  ["Every week on Tuesday at 06:00, Europe/Berlin", { frequency: "week" }],
  ["Every week on Sunday at 06:00, Europe/Berlin", { frequency: "week", start: "2026-11-29T06:00:00" }],
  [
    "Every week on Monday to Friday at 06:00, Europe/Berlin",
    { frequency: "week", weekdays: ["tuesday", "monday", "wednesday", "friday", "thursday"] },
  ],
  [
    "Every week on Monday, Tuesday and Sunday at 06:00, Europe/Berlin",
    { frequency: "week", weekdays: ["sunday", "tuesday", "monday"] },
  ],
  [
    "Every 2 weeks on every day at 06:00, Europe/Berlin",
    {
      frequency: "week",
      interval: 2,
      weekdays: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    },
  ],
  [
    "Every month on the 24th at 06:00, Europe/Berlin, until 31 December 2027",
    { frequency: "month", end: { kind: "by", date: "2027-12-31" } },
  ],
  ["Every month on the 1st at 06:00, Europe/Berlin", { frequency: "month", monthDay: 1 }],
  ["Every month on the 12th at 06:00, Europe/Berlin", { frequency: "month", monthDay: 12 }],
  ["Every month on the 22nd at 06:00, Europe/Berlin", { frequency: "month", monthDay: 22 }],
  [
    "Every 2 months on the 31st, or the last day of a month without it, at 06:00, Europe/Berlin",
    { frequency: "month", interval: 2, monthDay: 31 },
  ],
  [
    "Every month on the last weekday at 06:00, Europe/Berlin",
    { frequency: "month", nthWeekday: { nth: -1, weekday: "weekday" } },
  ],
  [
    "Every month on the first weekend day at 06:00, Europe/Berlin",
    { frequency: "month", nthWeekday: { nth: 1, weekday: "weekendDay" } },
  ],
  ["Every year on 24 November at 06:00, Europe/Berlin", { frequency: "year" }],
  [
    "Every year on the third Monday of May at 06:00, Europe/Berlin",
    { frequency: "year", month: 5, nthWeekday: { nth: 3, weekday: "monday" } },
  ],
  [
    "Every year on 29 February, or the 28th of a year without it, at 06:00, Europe/Berlin",
    { frequency: "year", month: 2, monthDay: 29 },
  ],
  ["Every year on the last day of November at 06:00, Europe/Berlin", { frequency: "year", monthDay: 31 }],
];

describe("a recurrence as a sentence", () => {
  test.each(sentences)("%s", (sentence, members) => {
    expect(recurrenceWords({ ...base, ...members })).toBe(sentence);
  });
});
