import { describe, expect, test } from "vitest";
import { missedRunsMax, passedOverRowsMax } from "../../shared/domain/occurrence.ts";
import type { Recurrence } from "../../shared/domain/recurrence.ts";
import { catchUp } from "../../shared/schedule/dueTimes.ts";

const start = Date.UTC(2026, 0, 1);
const minuteMs = 60_000;
const dayMs = 86_400_000;
const beginning = { afterMs: start - 1, occurrencesSoFar: 0 };
const everyMinute: Recurrence = {
  start: "2026-01-01T00:00:00",
  timeZone: "UTC",
  frequency: "minute",
  interval: 1,
  end: { kind: "never" },
};
const daily: Recurrence = { ...everyMinute, frequency: "day" };

describe("a tick", () => {
  test("before the first due time decides nothing and says when to look again", () => {
    expect(catchUp(daily, beginning, start - 1, "once")).toEqual({
      decisions: [],
      progress: beginning,
      nextDueAt: start,
    });
  });

  test("runs what is due to the millisecond", () => {
    const tick = catchUp(daily, beginning, start, "once");

    expect(tick.decisions).toEqual([{ outcome: "run", dueAt: start, lastDueAt: start, dueTimes: 1, reason: null }]);
    expect(tick.progress).toEqual({ afterMs: start, occurrencesSoFar: 1 });
    expect(tick.nextDueAt).toBe(start + dayMs);
  });

  test("that comes twice finds nothing the second time", () => {
    const first = catchUp(daily, beginning, start, "once");

    const second = catchUp(daily, first.progress, start, "once");

    expect(second).toEqual({ ...first, decisions: [] });
  });

  test("of a clock that was set back decides nothing again", () => {
    const { progress } = catchUp(daily, beginning, start + 3 * dayMs, "once");

    expect(catchUp(daily, progress, start + dayMs, "all").decisions).toEqual([]);
    expect(catchUp(daily, progress, start + dayMs, "all").nextDueAt).toBe(start + 4 * dayMs);
  });

  test("of a clock that was set back far decides nothing either", () => {
    const { progress } = catchUp(daily, beginning, start + 30 * dayMs, "once");

    expect(catchUp(daily, progress, start - 30 * dayMs, "all").decisions).toEqual([]);
  });

  test("computes the next due time from the rule, not from its own lateness", () => {
    const tick = catchUp(daily, beginning, start + 90_000, "once");

    expect(tick.nextDueAt).toBe(start + dayMs);
  });

  test("runs the last due time of an ending recurrence, and there is no next", () => {
    const twice: Recurrence = { ...daily, end: { kind: "after", occurrences: 2 } };

    const tick = catchUp(twice, { afterMs: start, occurrencesSoFar: 1 }, start + 30 * dayMs, "once");

    expect(tick.decisions).toMatchObject([{ outcome: "run", dueAt: start + dayMs, dueTimes: 1 }]);
    expect(tick.progress.occurrencesSoFar).toBe(2);
    expect(tick.nextDueAt).toBeUndefined();
  });

  test("does not look beyond the last date", () => {
    const threeDays: Recurrence = { ...daily, end: { kind: "by", date: "2026-01-03" } };

    const tick = catchUp(threeDays, beginning, start + 30 * dayMs, "skip");

    expect(tick.decisions.map((row) => row.dueAt)).toEqual([start, start + dayMs, start + 2 * dayMs]);
    expect(tick.nextDueAt).toBeUndefined();
  });
});

describe("a tick beside a clock change", () => {
  const nightly: Recurrence = { ...daily, timeZone: "Europe/Copenhagen", start: "2026-01-01T02:30:00" };

  test("finds the due time that moved out of the gap, also from a moment inside the shifted hour", () => {
    const insideTheGap = { afterMs: Date.UTC(2026, 2, 29, 1, 10), occurrencesSoFar: 0 };

    const tick = catchUp(nightly, insideTheGap, Date.UTC(2026, 2, 29, 1, 31), "once");

    expect(tick.decisions.map((row) => row.dueAt)).toEqual([Date.UTC(2026, 2, 29, 1, 30)]);
  });

  test("finds the first pass of its time while the clocks show less for the second time", () => {
    const secondPassOfTwo = Date.UTC(2026, 9, 25, 1, 5);

    const tick = catchUp(nightly, { afterMs: Date.UTC(2026, 9, 24, 12), occurrencesSoFar: 0 }, secondPassOfTwo, "once");

    expect(tick.decisions.map((row) => row.dueAt)).toEqual([Date.UTC(2026, 9, 25, 0, 30)]);
  });

  test("counts once the two dates that fall on one moment where a zone left out a day", () => {
    const apia: Recurrence = { ...daily, timeZone: "Pacific/Apia", start: "2011-12-28T08:00:00" };

    const tick = catchUp(apia, { afterMs: 0, occurrencesSoFar: 0 }, Date.UTC(2012, 0, 1), "skip");

    // 30 December never came there; its due time is the moment at which 31 December is due.
    expect(tick.decisions.map((row) => new Date(row.dueAt).toISOString().slice(0, 13))).toEqual([
      "2011-12-28T18",
      "2011-12-29T18",
      "2011-12-30T18",
      "2011-12-31T18",
    ]);
  });
});

describe("after a year's stop, a job of every minute", () => {
  const year = 365 * dayMs;
  const minutes = year / minuteMs + 1;

  test("gets one run and a few rows that stand for every minute, with policy once", () => {
    const tick = catchUp(everyMinute, beginning, start + year + 10 * minuteMs, "once");

    expect(tick.decisions).toHaveLength(passedOverRowsMax + 3);
    expect(tick.decisions.reduce((sum, row) => sum + row.dueTimes, 0)).toBe(minutes + 10);
    expect(tick.decisions.filter((row) => row.outcome === "run")).toHaveLength(3);
    expect(tick.progress).toEqual({ afterMs: start + year + 10 * minuteMs, occurrencesSoFar: minutes + 10 });
  });

  test("runs its oldest minutes up to the cap, with policy all", () => {
    const tick = catchUp(everyMinute, beginning, start + year, "all");
    const ran = tick.decisions.filter((row) => row.outcome === "run");

    expect(ran.slice(0, missedRunsMax).map((row) => row.dueAt)).toEqual(
      Array.from({ length: missedRunsMax }, (_, index) => start + index * minuteMs),
    );
    expect(ran).toHaveLength(missedRunsMax + 3);
    expect(tick.decisions.reduce((sum, row) => sum + row.dueTimes, 0)).toBe(minutes);
  });

  test("runs nothing but what is on time, with policy skip", () => {
    const tick = catchUp(everyMinute, beginning, start + year, "skip");
    const dueAts = tick.decisions.filter((row) => row.outcome === "run").map((row) => row.dueAt);

    expect(dueAts).toEqual([start + year - 2 * minuteMs, start + year - minuteMs, start + year]);
  });

  test("ends after its number of due times, those that were missed included", () => {
    const thousand: Recurrence = { ...everyMinute, end: { kind: "after", occurrences: 1_000 } };

    const tick = catchUp(thousand, beginning, start + year, "once");

    expect(tick.progress).toEqual({ afterMs: start + 999 * minuteMs, occurrencesSoFar: 1_000 });
    expect(tick.decisions.at(-1)).toMatchObject({ outcome: "run", dueAt: start + 999 * minuteMs });
    expect(tick.nextDueAt).toBeUndefined();
  });
});

test("a job may count a due time as late sooner or later than two minutes", () => {
  const tenMinutesLate = start + 10 * minuteMs;
  const outcome = (missedAfterMs: number) =>
    catchUp(daily, beginning, tenMinutesLate, "skip", 0, missedAfterMs).decisions[0]?.outcome;

  expect(outcome(10 * minuteMs)).toBe("run");
  expect(outcome(10 * minuteMs - 1)).toBe("skipped");
});
