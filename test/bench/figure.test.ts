import { describe, expect, test } from "vitest";
import { type Figure, isReached, median, toTable } from "../../bench/figure.ts";

const figure: Figure = { what: "import", value: 20_000, unit: "per second", target: { atLeast: 20_000 } };

describe("a figure", () => {
  test("reaches a target that it meets exactly, and none that it misses", () => {
    expect(isReached(figure)).toBe(true);
    expect(isReached({ ...figure, value: 19_999 })).toBe(false);
    expect(isReached({ ...figure, target: { atMost: 20_000 } })).toBe(true);
    expect(isReached({ ...figure, target: { atMost: 19_999 } })).toBe(false);
  });

  test("stands in the table beside its limit and the ratio of the two", () => {
    const [, , row] = toTable([{ ...figure, took: "2 s CPU", limit: { what: "bare", value: 40_000 } }]).split("\n");

    expect(row).toBe("| import | 20,000 per second | 40,000 (bare) | 0.50 | ≥ 20,000 per second | yes | 2 s CPU |");
  });

  test("is the middle of its samples, in whatever order they came", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
  });
});
