import fc from "fast-check";
import { expect, test } from "vitest";
import { addPrint, isStored, meet, printTable } from "../../../shared/storage/segments/printTable.ts";

/** Keys that are sought at either end of a table or next to each other, so that entries lie beside their places. */
const key = fc.constantFrom([0, 0], [0, 2], [1, 3], [0xffffffff, 4], [0xffffffff, 5], [0xfffffffe, 6], [0x7fffffff, 7]);
const print = fc
  .tuple(key, fc.constantFrom(0, 0xffffffff), fc.constantFrom(0, 2, 4))
  .map(([words, one, other]) => [words[0]!, words[1]!, one, other, 0] as const);

test("a table knows each key with the values that came first, and when it was met", () => {
  fc.assert(
    fc.property(fc.array(print, { maxLength: 12 }), fc.array(print, { maxLength: 20 }), (stored, coming) => {
      const table = printTable(stored.length);
      const model = new Map<number, { readonly values: string; isMet: boolean }>();
      for (const words of stored) {
        const [, second, ...values] = words;
        addPrint(table, Uint32Array.from(words), 0);
        if (!model.has(second)) model.set(second, { values: values.join(), isMet: false });
      }
      for (const words of coming) {
        const [, second, ...values] = words;
        const known = model.get(second);
        const isSame = known?.values === values.join();
        expect(isStored(table, Uint32Array.from(words))).toBe(known !== undefined && isSame);
        const expected = !known ? "unknown" : known.isMet ? "again" : isSame ? "stored" : "changed";
        expect(meet(table, Uint32Array.from(words))).toBe(expected);
        if (known) known.isMet = true;
      }
    }),
    { numRuns: 500 },
  );
});
