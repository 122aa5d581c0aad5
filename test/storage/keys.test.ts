import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  behind,
  beyond,
  nameKey,
  newestFirstIdKey,
  newestFirstTimeKey,
  requireId,
  timeKey,
} from "../../shared/storage/rows/keys.ts";

const time = fc.maxSafeNat();

/** By code point, as UTF-8 sorts; a JavaScript string sorts by code unit. */
function compareNames(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function signOf(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

describe("a key", () => {
  test("of a time sorts as the time does, or against it", () => {
    fc.assert(
      fc.property(time, time, (one, other) => {
        expect(signOf(timeKey(one), timeKey(other))).toBe(Math.sign(one - other));
        expect(signOf(newestFirstTimeKey(one), newestFirstTimeKey(other))).toBe(Math.sign(other - one) + 0);
      }),
    );
  });

  test("of an id sorts against the id", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (one, other) => {
        expect(signOf(newestFirstIdKey(one), newestFirstIdKey(other))).toBe(signOf(other, one));
      }),
    );
  });

  test("of a name is the same in any case, sorts as the name does, and fits a table", () => {
    const name = fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => text.trim().toLowerCase());
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(signOf(nameKey(one), nameKey(other))).toBe(Math.sign(compareNames(one, other)));
        expect(nameKey(` ${one}\t`)).toBe(nameKey(one));
        expect(nameKey(one)).toMatch(/^[0-9a-f]{1,512}$/);
      }),
    );
  });

  test("of a name of any length fits a table and belongs to that name alone", () => {
    const long = "x".repeat(100_000);

    expect(nameKey(long)).toHaveLength(480);
    expect(nameKey(`${long}y`)).not.toBe(nameKey(`${long}z`));
  });

  test("stands behind and beyond exactly what begins with it", () => {
    const key = fc.stringMatching(/^[0-9a-z_-]{1,10}$/);
    fc.assert(
      fc.property(key, key, (one, other) => {
        expect(one + other >= behind(one)).toBe(true);
        expect(one < behind(one)).toBe(true);
        expect(one + other < beyond(one)).toBe(true);
        expect(beyond(one) > one && !beyond(one).startsWith(one)).toBe(true);
      }),
    );
  });

  for (const text of [
    "",
    "m1",
    "019A0000-0000-7000-8000-000000000000",
    "{019a0000-0000-7000-8000-000000000000}",
    "../x",
  ]) {
    test(`is not made of ${text === "" ? "nothing" : text}, which is no lower-case GUID`, () => {
      expect(() => requireId(text)).toThrow(RangeError);
    });
  }

  for (const moment of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    test(`is not made of the time ${moment}`, () => {
      expect(() => timeKey(moment)).toThrow(RangeError);
      expect(() => newestFirstTimeKey(moment)).toThrow(RangeError);
    });
  }
});
