import { describe, expect, test } from "vitest";
import { paceBy } from "../../shared/ports/pace.ts";

describe("a pace", () => {
  test("has a stretch over after 20 ms, and begins the next one when it has rested", async () => {
    let now = 100;
    const pace = paceBy(() => now)();

    now += 19;
    expect(pace.isOver()).toBe(false);
    now += 1;
    expect(pace.isOver()).toBe(true);
    await pace.rest();
    expect(pace.isOver()).toBe(false);
    now += 20;
    expect(pace.isOver()).toBe(true);
  });

  test("lets others have their turn when it rests, and then gives its sign of life", async () => {
    const done: string[] = [];
    const pace = paceBy(() => 0)(async () => void done.push("beat"));
    setImmediate(() => done.push("another request"));

    await pace.rest();

    expect(done).toEqual(["another request", "beat"]);
  });

  test("ends the work with what its sign of life throws", async () => {
    const pace = paceBy(() => 0)(() => Promise.reject(new Error("taken over")));

    await expect(pace.rest()).rejects.toThrow("taken over");
  });
});
