import fc from "fast-check";
import { expect, test } from "vitest";
import { behindTabs, tabsIn, viewOf } from "../../shared/domain/byteWords.ts";

const tab = 0x09;
const byte = fc.oneof(fc.nat(0xff), fc.constantFrom(tab, tab - 1, tab + 1, tab + 0x80));

test("a word's tabs are told from all other bytes", () => {
  fc.assert(
    fc.property(fc.array(byte, { minLength: 4, maxLength: 4 }), (values) => {
      const found = Buffer.alloc(4);
      found.writeInt32LE(tabsIn(Buffer.from(values).readInt32LE(0)));

      expect([...found]).toEqual(values.map((each) => (each === tab ? 1 : 0)));
    }),
    { numRuns: 1_000 },
  );
});

test("what stands behind so many tabs is where they are counted one by one", () => {
  fc.assert(
    fc.property(
      fc.array(byte, { maxLength: 60 }),
      fc.nat(20),
      fc.nat(20),
      fc.nat(8),
      (values, before, behind, count) => {
        const bytes = Buffer.from([...values.slice(0, before), ...values, tab]);
        const start = Math.min(before, bytes.length);
        const end = Math.max(start, bytes.length - behind);
        const places = Array.from({ length: end - start }, (_, index) => start + index);
        const tabs = places.filter((place) => bytes[place] === tab);
        const expected = count === 0 ? start : (tabs[count - 1] ?? end) + 1;

        expect(behindTabs(viewOf(bytes), start, end, count)).toBe(expected);
      },
    ),
    { numRuns: 1_000 },
  );
});
