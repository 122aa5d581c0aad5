import { describe, expect, test } from "vitest";
import { type LoadSample, suggestProcessingInterval } from "../../shared/domain/loadSample.ts";

const noon = Date.UTC(2026, 0, 1, 12);
const minuteMs = 60_000;
const quiet: LoadSample = {
  at: noon,
  waiting: 0,
  oldestAgeMs: 0,
  inProcess: 0,
  processedSinceLast: 0,
  failedSinceLast: 0,
  bytesWaiting: 0,
};

/** Seven samples, ten minutes apart: an hour. */
function hourOf(each: (index: number) => Partial<LoadSample>): readonly LoadSample[] {
  return Array.from({ length: 7 }, (_, index) => ({ ...quiet, at: noon + index * 10 * minuteMs, ...each(index) }));
}

const pilingUp = (index: number) => ({ waiting: index * 5, oldestAgeMs: index * 10 * minuteMs, processedSinceLast: 1 });

describe("the suggested processing interval", () => {
  test("waits for enough samples", () => {
    expect(suggestProcessingInterval([], 5, "import")).toMatchObject({ kind: "notEnoughSamples" });
    expect(suggestProcessingInterval(hourOf(() => ({})).slice(2), 5, "import").reason).toMatch(/5 over 40 minutes/);
  });

  test("waits until the samples span an hour", () => {
    const samples = Array.from({ length: 20 }, (_, index) => ({ ...quiet, at: noon + index * minuteMs }));

    expect(suggestProcessingInterval(samples, 5, "import").kind).toBe("notEnoughSamples");
  });

  test("of an import is the time between two messages", () => {
    const samples = hourOf(() => ({ processedSinceLast: 1, failedSinceLast: 1 }));

    expect(suggestProcessingInterval(samples, 30, "import")).toEqual({
      kind: "suggested",
      minutes: 5,
      reason: "12 messages arrived in 60 minutes, one every 5 minutes.",
    });
  });

  test("counts what still waits as arrived", () => {
    const samples = hourOf((index) => ({ waiting: index, oldestAgeMs: minuteMs }));

    expect(suggestProcessingInterval(samples, 30, "import")).toMatchObject({ minutes: 10 });
  });

  test("does not depend on the order of the samples", () => {
    const samples = hourOf(pilingUp);

    expect(suggestProcessingInterval(samples.toReversed(), 8, "import")).toEqual(
      suggestProcessingInterval(samples, 8, "import"),
    );
  });

  test("is halved when messages pile up between the runs", () => {
    const suggestion = suggestProcessingInterval(hourOf(pilingUp), 8, "import");

    expect(suggestion).toMatchObject({ kind: "suggested", minutes: 4 });
    expect(suggestion.reason).toMatch(
      /36 messages arrived and 6 left in 60 minutes, and the oldest of 30 has waited 60 minutes/,
    );
  });

  test("stays when messages pile up behind a run that never pauses", () => {
    const samples = hourOf((index) => ({ ...pilingUp(index), inProcess: 1 }));

    expect(suggestProcessingInterval(samples, 8, "import")).toMatchObject({
      minutes: 8,
      reason: expect.stringMatching(/cannot help/),
    });
  });

  test("is not shortened for a burst that the next run takes away", () => {
    const samples = hourOf((index) => (index === 6 ? { waiting: 4, oldestAgeMs: minuteMs } : {}));

    expect(suggestProcessingInterval(samples, 15, "import")).toMatchObject({ minutes: 15 });
  });

  test("is doubled when nothing arrives", () => {
    expect(
      suggestProcessingInterval(
        hourOf(() => ({})),
        20,
        "import",
      ),
    ).toMatchObject({ minutes: 40 });
  });

  test("lies between a minute and a day", () => {
    const flood = hourOf(() => ({ processedSinceLast: 10_000 }));

    expect(suggestProcessingInterval(flood, 5, "import")).toMatchObject({ minutes: 1 });
    expect(
      suggestProcessingInterval(
        hourOf(() => ({})),
        10_080,
        "import",
      ),
    ).toMatchObject({ minutes: 1_440 });
  });

  test("takes messages that were cleaned up for no arrivals", () => {
    const samples = hourOf((index) => ({ waiting: 60 - index * 10 }));

    expect(suggestProcessingInterval(samples, 10, "import")).toMatchObject({ minutes: 20 });
  });

  test("of an export stays while callers fetch what is made", () => {
    const samples = hourOf(() => ({ processedSinceLast: 1 }));

    expect(suggestProcessingInterval(samples, 10, "export")).toMatchObject({ minutes: 10 });
  });

  test("of an export follows the callers when they fetch less often than it runs", () => {
    const samples = hourOf((index) => ({ ...pilingUp(index), processedSinceLast: index % 3 === 0 ? 1 : 0 }));

    expect(suggestProcessingInterval(samples, 5, "export")).toMatchObject({ minutes: 30 });
  });

  test("of an export that nobody fetches is doubled", () => {
    const samples = hourOf((index) => ({ ...pilingUp(index), processedSinceLast: 0 }));

    expect(suggestProcessingInterval(samples, 5, "export")).toMatchObject({ minutes: 10 });
  });
});
