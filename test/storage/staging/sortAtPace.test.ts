import fc from "fast-check";
import { expect, test } from "vitest";
import { sortAtPace } from "../../../shared/storage/staging/sortAtPace.ts";
import { noPace } from "../../support/pace.ts";

const compare = (one: number, other: number): number => Math.floor(one / 8) - Math.floor(other / 8);

test("sorts as the language does, equal items in the order in which they came", async () => {
  const sizes = fc.constantFrom(0, 1, 2, 4095, 4096, 4097, 8192, 13_000);
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 50_000 }), fc.boolean(), async (size, step, isOrdered) => {
      const items = Array.from({ length: size }, (_, index) => (isOrdered ? index : (index * step) % 65_521));

      expect(await sortAtPace(items, compare, noPace)).toEqual(items.toSorted(compare));
    }),
    { numRuns: 40 },
  );
});

test("asks whether to rest all along", async () => {
  const askedFor = async (size: number): Promise<number> => {
    let asked = 0;
    const items = Array.from({ length: size }, (_, index) => (index * 7919) % size);
    await sortAtPace(items, compare, { isOver: () => asked++ < 0, rest: () => Promise.resolve() });
    return asked;
  };

  expect((await askedFor(80_000)) - (await askedFor(40_000))).toBeGreaterThan(20);
});
