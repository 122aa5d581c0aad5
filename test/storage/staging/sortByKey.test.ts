import fc from "fast-check";
import { expect, test } from "vitest";
import { compareKeys, keyAt, linesOf } from "../../../shared/domain/recordLines.ts";
import { sortedByKey } from "../../../shared/storage/staging/sortByKey.ts";
import { noPace } from "../../support/pace.ts";

/** Keys of one kind: few letters, one beginning, numbers, or anything. */
const keys = fc.oneof(
  fc.array(fc.string({ unit: fc.constantFrom("a", "b", "\u001f"), maxLength: 9 }), { maxLength: 200 }),
  fc
    .tuple(fc.string({ maxLength: 12 }), fc.array(fc.string({ unit: "binary", maxLength: 8 }), { maxLength: 100 }))
    .map(([beginning, ends]) => ends.map((end) => beginning + end)),
  fc.array(fc.nat(3000), { maxLength: 3000 }).map((numbers) => numbers.map((number) => `c-${number + 10_000_000}`)),
  fc.constantFrom(0, 1, 12, 13, 500).map((count) => Array.from({ length: count }, () => "one key of all")),
);

function inPlainOrder(bytes: Buffer, starts: readonly number[]): readonly number[] {
  const order = [...starts.keys()];
  return order.toSorted((one, other) => compareKeys(bytes, starts[one]!, bytes, starts[other]!));
}

test("lines come in the order of their keys, those of one key as they were", async () => {
  await fc.assert(
    fc.asyncProperty(keys, async (drawn) => {
      const { bytes, starts } = linesOf(drawn.map((key, index) => ({ key, number: index, values: [`${index}`] })));

      const sorted = await sortedByKey(bytes, starts, noPace);

      expect([...sorted]).toEqual(inPlainOrder(bytes, [...starts]));
    }),
    { numRuns: 300 },
  );
});

test("keys that differ in their last character alone are told apart, however long they are", async () => {
  const long = "x".repeat(5000);
  const lines = linesOf(["c", "a", "b"].map((end) => ({ key: long + end, number: 1, values: [""] })));

  const sorted = await sortedByKey(lines.bytes, lines.starts, noPace);

  expect([...sorted].map((line) => keyAt(lines.bytes, lines.starts[line]!).at(-1))).toEqual(["a", "b", "c"]);
});

test("keys of which each is the beginning of another are sorted at a cost that follows their bytes", async () => {
  const count = 200;
  const keys = Array.from({ length: count }, (_, index) => `${"x".repeat(6 * ((index * 7919) % count))}y`);
  const { bytes, starts } = linesOf(keys.map((key) => ({ key, number: 1, values: [""] })));
  let looks = 0;
  // Each byte that is looked at asks the memory that holds it.
  const counting = new Proxy(bytes, {
    get(target, name) {
      looks += 1;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });

  const sorted = await sortedByKey(counting, starts, noPace);

  expect([...sorted]).toEqual(inPlainOrder(bytes, [...starts]));
  expect(looks).toBeLessThan(20 * bytes.length);
});

test("rests between the ranges that it sorts again", async () => {
  const records = Array.from({ length: 30_000 }, (_, index) => ({
    key: `${index % 1000}`.padStart(3, "0") + `${index}`.padStart(9, "0"),
    number: 1,
    values: [""],
  }));
  const { bytes, starts } = linesOf(records);
  let asked = 0;

  await sortedByKey(bytes, starts, { isOver: () => asked++ < 0, rest: () => Promise.resolve() });

  expect(asked).toBeGreaterThan(20);
});
