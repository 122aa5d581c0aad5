import type { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import type { DueDecision } from "../../shared/domain/occurrence.ts";
import type { Recurrence } from "../../shared/domain/recurrence.ts";
import type { MisfirePolicy } from "../../shared/domain/recurringJob.ts";
import { catchUp, nextDue, progressFrom } from "../../shared/schedule/dueTimes.ts";
import { localTime, naiveDueTimes } from "./naiveDueTimes.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

interface Year {
  readonly timeZone: string;
  /** Local date on which the year begins; each of them holds both clock changes. */
  readonly from: string;
  readonly timeInGap: string;
  readonly timeInOverlap: string;
  /** The date of the gap and the local time at which the time inside it is due instead. */
  readonly gap: readonly [date: string, time: string];
}

const years: readonly Year[] = [
  {
    timeZone: "Europe/Copenhagen",
    from: "2026-01-01",
    timeInGap: "02:30:00",
    timeInOverlap: "02:15:00",
    gap: ["2026-03-29", "03:30:00"],
  },
  {
    timeZone: "America/New_York",
    from: "2026-01-01",
    timeInGap: "02:30:00",
    timeInOverlap: "01:30:00",
    gap: ["2026-03-08", "03:30:00"],
  },
  // Half an hour only, and the gap lies in October.
  {
    timeZone: "Australia/Lord_Howe",
    from: "2026-01-01",
    timeInGap: "02:15:00",
    timeInOverlap: "01:45:00",
    gap: ["2026-10-04", "02:45:00"],
  },
  // Its last year with daylight saving; the clocks changed at midnight, so the overlap ends the day before.
  {
    timeZone: "Asia/Tehran",
    from: "2022-01-01",
    timeInGap: "00:30:00",
    timeInOverlap: "23:30:00",
    gap: ["2022-03-22", "01:30:00"],
  },
];

/** A year of ticks, a minute apart and each a few seconds off; during a stop none comes. Answers the ledger. */
function liveThroughYear(
  recurrence: Recurrence,
  policy: MisfirePolicy = "once",
  isStopped: (nowMs: number) => boolean = () => false,
): { readonly ledger: readonly DueDecision[]; readonly lastTickMs: number; readonly ticks: number } {
  const beginMs = Date.parse(`${recurrence.start}Z`) - dayMs;
  const ledger = new Map<number, DueDecision>();
  let progress = progressFrom(recurrence, beginMs);
  let nextDueAt = nextDue(recurrence, progress);
  let lastTickMs = beginMs;
  let ticks = 0;
  for (let nowMs = beginMs; nowMs < beginMs + 366 * dayMs; nowMs += minuteMs, ticks++) {
    if (isStopped(nowMs)) continue;
    lastTickMs = nowMs + ((ticks * 7_919) % 20_000);
    // The index of due jobs asks the same: a tick costs what is due.
    if (nextDueAt === undefined || nextDueAt > lastTickMs) continue;
    const tick = catchUp(recurrence, progress, lastTickMs, policy);
    for (const decision of tick.decisions) {
      if (ledger.has(decision.dueAt)) throw new Error(`${new Date(decision.dueAt).toISOString()} was decided twice.`);
      ledger.set(decision.dueAt, decision);
    }
    ({ progress, nextDueAt } = tick);
  }
  return { ledger: [...ledger.values()], lastTickMs, ticks };
}

const dueAts = (decisions: readonly DueDecision[]) => decisions.map((decision) => decision.dueAt);
const ranAmong = (decisions: readonly DueDecision[]) => decisions.filter((decision) => decision.outcome === "run");

describe.each(years)("a year in $timeZone", ({ timeZone, from, timeInGap, timeInOverlap, gap }) => {
  const daily: Recurrence = {
    start: `${from}T${timeInGap}`,
    timeZone,
    frequency: "day",
    interval: 1,
    end: { kind: "never" },
  };

  test.each<[string, Partial<Recurrence>, number]>([
    ["every day", {}, 365],
    ["every second day", { interval: 2 }, 183],
    ["every week on three weekdays", { frequency: "week", weekdays: ["monday", "thursday", "sunday"] }, 156],
    ["every other week", { frequency: "week", interval: 2 }, 27],
    ["every month on the last day", { frequency: "month", monthDay: 31 }, 12],
    ["every month on the second Sunday", { frequency: "month", nthWeekday: { nth: 2, weekday: "sunday" } }, 12],
    ["every hour", { frequency: "hour" }, 8_760],
    ["every 15 minutes", { frequency: "minute", interval: 15 }, 35_040],
  ])("%s gives one run per due time, none twice, none lost", (_, members, aboutCount) => {
    const recurrence: Recurrence = { ...daily, ...members };

    const { ledger, lastTickMs, ticks } = liveThroughYear(recurrence);

    expect(ticks).toBe(366 * 1_440);
    expect(dueAts(ranAmong(ledger))).toEqual(naiveDueTimes(recurrence, lastTickMs));
    expect(ledger.every((decision) => decision.outcome === "run" && decision.dueTimes === 1)).toBe(true);
    expect(Math.abs(ledger.length - aboutCount)).toBeLessThanOrEqual(Math.max(2, aboutCount * 0.003));
  });

  test("keeps the wall clock on every day but that of the gap", () => {
    const elsewhere = liveThroughYear(daily)
      .ledger.map((decision) => localTime(decision.dueAt, timeZone))
      .filter((due) => due.toPlainTime().toString() !== timeInGap)
      .map((due) => [due.toPlainDate().toString(), due.toPlainTime().toString()]);

    expect(elsewhere).toEqual([gap]);
  });

  test("runs once a day at a time that comes twice, the first time", () => {
    const dues = liveThroughYear({ ...daily, start: `${from}T${timeInOverlap}` })
      .ledger.map((decision) => localTime(decision.dueAt, timeZone))
      // In Copenhagen the hour that comes twice in autumn is the one that is left out in spring.
      .filter((due) => due.toPlainDate().toString() !== gap[0]);
    const secondPass = (due: Temporal.ZonedDateTime) =>
      due.toPlainDateTime().toZonedDateTime(timeZone, { disambiguation: "later" });
    const twice = dues.filter((due) => secondPass(due).epochMilliseconds > due.epochMilliseconds);

    expect(new Set(dues.map((due) => due.toPlainDate().toString())).size).toBe(dues.length);
    expect(dues.every((due) => due.toPlainTime().toString() === timeInOverlap)).toBe(true);
    expect(twice).toHaveLength(1);
  });

  test("keeps minutes and hours the same length through both clock changes", () => {
    const dues = dueAts(liveThroughYear({ ...daily, frequency: "hour", interval: 6 }).ledger);

    expect(new Set(dues.slice(1).map((dueAt, index) => dueAt - (dues[index] ?? 0)))).toEqual(new Set([6 * hourMs]));
  });

  test.each(["skip", "once", "all"] as const)(
    "accounts for every due time of a year with stops, policy %s",
    (policy) => {
      // Down from every 17th day for five days and three hours, a clock change among them sooner or later.
      const isStopped = (nowMs: number) => nowMs % (17 * dayMs) < 5 * dayMs + 3 * hourMs;

      const { ledger, lastTickMs } = liveThroughYear(daily, policy, isStopped);

      expect(dueAts(ledger)).toEqual(naiveDueTimes(daily, lastTickMs));
      expect(ledger.some((decision) => decision.outcome !== "run")).toBe(policy !== "all");
    },
  );
});

test("a job of every minute lives through 527,040 ticks, one run each", () => {
  const recurrence: Recurrence = {
    start: "2026-01-01T00:00:00",
    timeZone: "Europe/Copenhagen",
    frequency: "minute",
    interval: 1,
    end: { kind: "never" },
  };

  const { ledger } = liveThroughYear(recurrence);

  const first = ledger[0]?.dueAt ?? 0;
  expect(ledger).toHaveLength(527_040 - 23 * 60);
  expect(ledger.findIndex((run, index) => run.outcome !== "run" || run.dueAt !== first + index * minuteMs)).toBe(-1);
});
