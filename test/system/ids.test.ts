import { describe, expect, test } from "vitest";
import { systemIds } from "../../shared/system/ids.ts";

const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const noon = Date.UTC(2026, 10, 24, 12);

function idsAt(...moments: readonly number[]) {
  let index = 0;
  return systemIds({ now: () => moments[Math.min(index++, moments.length - 1)]! });
}

const timeOf = (id: string): number => Number.parseInt(id.replace("-", "").slice(0, 12), 16);

describe("ids", () => {
  test("are version 7 with their time in front", () => {
    const id = idsAt(noon).next();

    expect(id).toMatch(uuidv7);
    expect(timeOf(id)).toBe(noon);
  });

  test("rise strictly, however many are asked for in a millisecond, and when the clock steps back", () => {
    const ids = idsAt(noon, noon + 5, noon - 60_000);
    const given = Array.from({ length: 20_000 }, () => ids.next());

    expect(given).toEqual([...given].sort());
    expect(new Set(given).size).toBe(given.length);
    expect(timeOf(given.at(-1)!) - noon).toBeLessThan(20);
  });

  test("that are derived follow from time and seed alone, and sort with the others", () => {
    const derived = idsAt(0).derive(noon, "job/1");

    expect(derived).toMatch(uuidv7);
    expect(timeOf(derived)).toBe(noon);
    expect(idsAt(99).derive(noon, "job/1")).toBe(derived);
    expect(idsAt(0).derive(noon, "job/2")).not.toBe(derived);
  });

  test("that are random tell no time", () => {
    expect(idsAt(noon).random()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
  });
});
