import { describe, expect, test } from "vitest";
import { benchColdStart } from "../../bench/coldStart.ts";
import { benchDequeue } from "../../bench/dequeue.ts";
import { benchEnqueue } from "../../bench/enqueue.ts";
import { benchExportMillion } from "../../bench/exportMillion.ts";
import type { Benchmark } from "../../bench/figure.ts";
import { benchImportMillion } from "../../bench/importMillion.ts";
import { benchTick } from "../../bench/tick.ts";

// Small sizes, to see that the benchmarks still run to their end; how fast they are is no matter of a test.
const scale = 0.002;
const benchmarks: Readonly<Record<string, Benchmark>> = {
  enqueue: benchEnqueue,
  import: benchImportMillion,
  export: benchExportMillion,
  dequeue: benchDequeue,
  tick: benchTick,
  "cold start": benchColdStart,
};

describe("a benchmark", () => {
  test.each(Object.entries(benchmarks))("of %s measures itself and its limit", async (_, benchmark) => {
    const figures = await benchmark(scale);

    expect(figures.flatMap(({ value, limit }) => [value, limit?.value ?? 1]).filter((value) => !(value > 0))).toEqual(
      [],
    );
    expect(figures.some(({ limit }) => limit !== undefined)).toBe(true);
    expect(figures.some(({ target }) => target !== undefined)).toBe(true);
  });
});
