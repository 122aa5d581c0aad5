import fc from "fast-check";
import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import { type DayKind, type Recurrence, recurrenceProblems, weekdays } from "../../shared/domain/recurrence.ts";
import { catchUp, firstDue, nextDue, nextDues } from "../../shared/schedule/dueTimes.ts";
import { isAbsolute, naiveDueTimes } from "./naiveDueTimes.ts";

const dayMs = 86_400_000;
const beginning = { afterMs: 0, occurrencesSoFar: 0 };
const zones = ["Europe/Copenhagen", "America/New_York", "Australia/Lord_Howe", "Asia/Tehran", "Pacific/Apia", "UTC"];
const dayKinds: readonly DayKind[] = [...weekdays, "day", "weekday", "weekendDay"];

const weekMembers = fc.record({ weekdays: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }) });
const monthDays = fc.record({ monthDay: fc.integer({ min: 1, max: 31 }) });
const nthWeekdays = fc.record({
  nthWeekday: fc.record({
    nth: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const, -1 as const),
    weekday: fc.constantFrom(...dayKinds),
  }),
});
const nothing = fc.constant({});
const members = {
  minute: nothing,
  hour: nothing,
  day: nothing,
  week: fc.oneof(nothing, weekMembers),
  month: fc.oneof(nothing, monthDays, nthWeekdays),
  year: fc
    .tuple(
      fc.oneof(nothing, fc.record({ month: fc.integer({ min: 1, max: 12 }) })),
      fc.oneof(nothing, monthDays, nthWeekdays),
    )
    .map(([month, day]) => ({ ...month, ...day })),
};

/** Night hours, because clocks change then, in years of which some knew daylight saving in each of the zones. */
const starts = fc
  .record({
    day: fc.integer({ min: Date.UTC(2008, 0, 1) / dayMs, max: Date.UTC(2028, 11, 31) / dayMs }),
    minute: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 1_439 })),
  })
  .map(({ day, minute }) => new Date(day * dayMs + minute * 60_000).toISOString().slice(0, 19));

const ends = fc.oneof(
  fc.constant({ kind: "never" as const }),
  fc.integer({ min: 1, max: 40 }).map((occurrences) => ({ kind: "after" as const, occurrences })),
  fc.integer({ min: 0, max: 900 }).map((days) => ({ kind: "days" as const, days })),
);

const recurrences: fc.Arbitrary<Recurrence> = fc
  .record({
    start: starts,
    timeZone: fc.constantFrom(...zones),
    frequency: fc.constantFrom("minute", "hour", "day", "week", "month", "year"),
    interval: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 30 })),
    end: ends,
  })
  .chain((rule) =>
    members[rule.frequency].map((more): Recurrence => {
      const lastDay = Date.parse(`${rule.start}Z`) + (rule.end.kind === "days" ? rule.end.days : 0) * dayMs;
      const date = new Date(lastDay).toISOString().slice(0, 10);
      return { ...rule, ...more, end: rule.end.kind === "days" ? { kind: "by", date } : rule.end };
    }),
  )
  .filter((recurrence) => recurrenceProblems(recurrence).length === 0);

/** A span that holds some due times of the rule, and yet few enough to find them the slow way. */
const spanMs = (recurrence: Recurrence) => (isAbsolute(recurrence) ? 2 * dayMs : 600 * dayMs);
const startMs = ({ start }: Recurrence) => Date.parse(`${start}Z`);

test("due times are those that are found by asking every date", () => {
  fc.assert(
    fc.property(recurrences, (recurrence) => {
      const expected = naiveDueTimes(recurrence, startMs(recurrence) + spanMs(recurrence)).slice(0, 30);

      expect(nextDues(recurrence, beginning, expected.length)).toEqual(expected);
      expect(firstDue(recurrence)).toBe(nextDue(recurrence, beginning));
    }),
    { numRuns: 60 },
  );
});

test("due times strictly increase, and do not depend on where one resumes", () => {
  fc.assert(
    fc.property(recurrences, fc.nat(11), (recurrence, split) => {
      const whole = nextDues(recurrence, beginning, 12);
      const before = whole.slice(0, split);

      const after = nextDues(
        recurrence,
        { afterMs: before.at(-1) ?? 0, occurrencesSoFar: before.length },
        12 - before.length,
      );

      expect([...before, ...after]).toEqual(whole);
      expect(whole.every((dueAt, index) => index === 0 || dueAt > (whole[index - 1] ?? dueAt))).toBe(true);
    }),
  );
});

test("the next due time follows every moment, whether due or not", () => {
  fc.assert(
    fc.property(recurrences, fc.double({ min: 0, max: 1, noNaN: true }), (rule, share) => {
      const recurrence: Recurrence = { ...rule, end: { kind: "never" } };
      const moment = startMs(recurrence) + Math.floor((share * spanMs(recurrence)) / 2);
      const expected = naiveDueTimes(recurrence, startMs(recurrence) + spanMs(recurrence)).find((due) => due > moment);
      fc.pre(expected !== undefined);

      expect(nextDue(recurrence, { afterMs: moment, occurrencesSoFar: 0 })).toBe(expected);
    }),
    { numRuns: 60 },
  );
});

test("catching up in many ticks comes to where one tick does", () => {
  fc.assert(
    fc.property(recurrences, fc.array(fc.nat(400), { minLength: 1, maxLength: 8 }), (recurrence, steps) => {
      const scaleMs = spanMs(recurrence) / 4_000;
      let nowMs = startMs(recurrence);
      let progress = beginning;
      let dueTimes = 0;
      for (const step of steps) {
        nowMs += Math.round(step * scaleMs);
        const tick = catchUp(recurrence, progress, nowMs, "once");
        progress = tick.progress;
        dueTimes += tick.decisions.reduce((sum, row) => sum + row.dueTimes, 0);
      }

      const once = catchUp(recurrence, beginning, nowMs, "once");

      expect(progress).toEqual(once.progress);
      expect(dueTimes).toBe(progress.occurrencesSoFar);
      expect(dueTimes).toBe(naiveDueTimes(recurrence, nowMs).length);
    }),
    { numRuns: 60 },
  );
});

test("away from gaps the due times are those of RFC 5545 with COUNT", () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: 1, max: 40 }), (timeZone, interval) => {
      const start = "2026-01-05T12:00:00";
      const rule = new RRuleTemporal({
        rruleString: `FREQ=WEEKLY;INTERVAL=${interval};BYDAY=MO,WE,SU;COUNT=20`,
        dtstart: Temporal.PlainDateTime.from(start).toZonedDateTime(timeZone),
      });

      const dues = nextDues(
        {
          start,
          timeZone,
          frequency: "week",
          interval,
          weekdays: ["monday", "wednesday", "sunday"],
          end: { kind: "after", occurrences: 20 },
        },
        beginning,
        100,
      );

      expect(dues).toEqual(rule.all().map((due) => due.epochMilliseconds));
    }),
  );
});
