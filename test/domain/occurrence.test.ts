import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Occurrence,
  type OccurrenceState,
  decideDueTimes,
  dueTimesWaitingMax,
  finishOccurrence,
  isFinalOccurrence,
  listedDueTimes,
  missedRunsMax,
  passedOverRowsMax,
  recordDecision,
  recordManual,
  skipOccurrence,
  startOccurrence,
  whyNotToWait,
} from "../../shared/domain/occurrence.ts";

const noon = Date.UTC(2026, 0, 1, 12);
const minuteMs = 60_000;
const conflict = expect.objectContaining({ code: "conflict" });
const due = recordManual("a1", noon);

describe("an occurrence", () => {
  const moves = {
    started: (occurrence: Occurrence) => startOccurrence(occurrence, noon + 1),
    finished: (occurrence: Occurrence) => finishOccurrence(occurrence, noon + 2, { messageId: "m1" }),
    skipped: (occurrence: Occurrence) => skipOccurrence(occurrence, noon + 3, "The run before has not ended."),
  };
  const allowed: Record<OccurrenceState, readonly (keyof typeof moves)[]> = {
    due: ["started", "skipped"],
    started: ["started", "finished"],
    // The end of finished work may be told twice.
    finished: ["finished"],
    skipped: [],
    missed: [],
  };

  const states = ["due", "started", "finished", "skipped", "missed"] as const;
  const targets = ["started", "finished", "skipped"] as const;
  const pairs = states.flatMap((from) => targets.map((to) => [from, to] as const));

  test.each(pairs.filter(([from, to]) => allowed[from].includes(to)))("that is %s may become %s", (from, to) => {
    expect(moves[to]({ ...due, state: from }).state).toBe(to);
  });

  test.each(pairs.filter(([from, to]) => !allowed[from].includes(to)))("that is %s cannot become %s", (from, to) => {
    expect(() => moves[to]({ ...due, state: from })).toThrow(conflict);
  });

  test("keeps when it started and ended, how often it was begun, and what it made", () => {
    const begunTwice = startOccurrence(startOccurrence(due, noon + 1), noon + 2);

    const finished = finishOccurrence(begunTwice, noon + 3, { messageId: "m1", reason: "One file failed." });

    expect(finished).toEqual({
      ...due,
      state: "finished",
      attempts: 2,
      startedAt: noon + 2,
      finishedAt: noon + 3,
      messageId: "m1",
      reason: "One file failed.",
    });
  });

  test("that ended stays as it was when its end is told again", () => {
    const finished = finishOccurrence(startOccurrence(due, noon), noon + 1, { messageId: "m1" });

    expect(finishOccurrence(finished, noon + 9, { messageId: "m2" })).toEqual(finished);
  });

  test("is final once it is finished, skipped or missed", () => {
    expect(states.filter((state) => isFinalOccurrence({ ...due, state }))).toEqual(["finished", "skipped", "missed"]);
  });

  test("names the due time that it refuses to move", () => {
    const missed: Occurrence = { ...due, state: "missed" };

    expect(() => startOccurrence(missed, noon)).toThrow("2026-01-01T12:00:00.000Z is missed and cannot become started");
  });
});

test("a decision is recorded as due when it runs, else as what it decided", () => {
  const decision = { dueAt: noon, lastDueAt: noon + minuteMs, dueTimes: 2, reason: "Late." };

  expect(recordDecision("a1", { ...decision, outcome: "missed" }, noon + 5)).toEqual({
    activityId: "a1",
    trigger: "recurrence",
    state: "missed",
    dueAt: noon,
    lastDueAt: noon + minuteMs,
    dueTimes: 2,
    reason: "Late.",
    recordedAt: noon + 5,
    attempts: 0,
    startedAt: null,
    finishedAt: null,
    messageId: null,
  });
  expect(recordDecision("a1", { ...decision, outcome: "run" }, noon).state).toBe("due");
});

describe("due times that have come", () => {
  const ago = (...minutes: readonly number[]) => listedDueTimes(minutes.map((minute) => noon - minute * minuteMs));
  const decided = (minutes: readonly number[], policy: "skip" | "once" | "all", runsMax = 2) =>
    decideDueTimes(ago(...minutes), noon, policy, runsMax, 2 * minuteMs).map(
      (row) => `${(noon - row.dueAt) / minuteMs} ${row.outcome}`,
    );

  for (const policy of ["skip", "once", "all"] as const) {
    test(`each run when they are on time, with policy ${policy}`, () => {
      expect(decided([2, 1, 0], policy)).toEqual(["2 run", "1 run", "0 run"]);
    });

    test(`need no row when there are none, with policy ${policy}`, () => {
      expect(decided([], policy)).toEqual([]);
    });
  }

  test("are late as soon as they are older than the tolerance", () => {
    const [first] = decideDueTimes(listedDueTimes([noon - 120_001]), noon, "skip", 2, 120_000);

    expect(first?.outcome).toBe("skipped");
  });

  test("are left out with policy skip when they are late", () => {
    expect(decided([9, 6, 3, 0], "skip")).toEqual(["9 skipped", "6 skipped", "3 skipped", "0 run"]);
  });

  test("are made up for by the latest with policy once", () => {
    expect(decided([9, 6, 3], "once")).toEqual(["9 missed", "6 missed", "3 run"]);
  });

  test("are made up for by the one on time with policy once", () => {
    expect(decided([9, 6, 0], "once")).toEqual(["9 missed", "6 missed", "0 run"]);
  });

  test("run oldest first up to the cap with policy all", () => {
    expect(decided([12, 9, 6, 3, 0], "all")).toEqual(["12 run", "9 run", "6 missed", "3 missed", "0 run"]);
  });

  test("cannot be given more runs than the service allows", () => {
    const late = listedDueTimes(Array.from({ length: 500 }, (_, index) => noon - (500 - index) * 10 * minuteMs));

    const rows = decideDueTimes(late, noon, "all", 1_000_000, 2 * minuteMs);

    expect(rows.filter((row) => row.outcome === "run")).toHaveLength(missedRunsMax);
  });

  test("share one row when many were passed over, and the newest keep their own", () => {
    const late = listedDueTimes(Array.from({ length: 100 }, (_, index) => noon - (100 - index) * 10 * minuteMs));

    const rows = decideDueTimes(late, noon, "skip", 0, 2 * minuteMs);

    expect(rows).toHaveLength(passedOverRowsMax);
    expect(rows[0]).toMatchObject({ dueTimes: 81, dueAt: late.at(0), lastDueAt: late.at(80) });
    expect(rows.slice(1).every((row) => row.dueTimes === 1)).toBe(true);
  });

  test("are each in one row, in order, under every policy", () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 300 });
    fc.assert(
      fc.property(gaps, fc.constantFrom("skip", "once", "all"), fc.nat(200), (minutes, policy, runsMax) => {
        let moment = noon - minutes.reduce((sum, gap) => sum + gap, 0) * minuteMs;
        const moments = minutes.map((gap) => (moment += gap * minuteMs));

        const rows = decideDueTimes(listedDueTimes(moments), noon, policy, runsMax, 2 * minuteMs);

        const covered = rows.flatMap((row) => moments.filter((each) => each >= row.dueAt && each <= row.lastDueAt));
        expect(covered).toEqual(moments);
        expect(rows.reduce((sum, row) => sum + row.dueTimes, 0)).toBe(moments.length);
        expect(rows.length).toBeLessThanOrEqual(missedRunsMax + passedOverRowsMax + 3);
      }),
    );
  });
});

describe("a due time that finds a run of its job going on", () => {
  const waiting = (count: number, trigger: "recurrence" | "manual" = "recurrence") =>
    Array.from({ length: count }, (_, index) => ({
      dueAt: noon - (count - index) * minuteMs,
      trigger,
      recordedAt: noon,
    }));
  const ofRecurrence: Occurrence = { ...due, trigger: "recurrence" };

  test.each(["skip", "once", "all"] as const)(
    "waits under policy %s when it is the first, whatever waits behind it",
    (policy) => {
      const later = { dueAt: noon + 1, trigger: "recurrence", recordedAt: noon } as const;

      expect(whyNotToWait(ofRecurrence, [...waiting(3, "manual"), later], policy, "m1")).toBeNull();
    },
  );

  test.each(["skip", "once"] as const)(
    "is left out under policy %s when an earlier one waits, and says which",
    (policy) => {
      expect(whyNotToWait(ofRecurrence, waiting(2), policy, "m1")).toBe(
        "The run before it (message m1) was still going on, and the due time of 2026-01-01T11:58:00.000Z waits for its end already.",
      );
    },
  );

  test("waits under policy all behind every other one, up to a bound", () => {
    expect(whyNotToWait(ofRecurrence, waiting(dueTimesWaitingMax - 1), "all", "m1")).toBeNull();
    expect(whyNotToWait(ofRecurrence, waiting(dueTimesWaitingMax), "all", "m1")).toContain("200 due times wait");
  });

  test("always waits when a person asked for it", () => {
    expect(whyNotToWait(due, waiting(dueTimesWaitingMax), "once", "m1")).toBeNull();
  });
});

test("a due time outside the list is an error, not a moment", () => {
  expect(() => listedDueTimes([noon]).at(1)).toThrow(RangeError);
});
