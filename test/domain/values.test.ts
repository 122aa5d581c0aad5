import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EntityField, FieldType } from "../../shared/domain/dataEntity.ts";
import { converterFor } from "../../shared/domain/values.ts";
import { valueKind } from "../../shared/domain/values/valueType.ts";

const colours = [
  { symbol: "None", value: 0, label: "No colour" },
  { symbol: "DarkRed", value: 7, label: "Dark red" },
];

function fieldOf(type: FieldType, lengthMax?: number): EntityField {
  return {
    name: "F",
    type,
    isKey: false,
    isRequired: false,
    ...(lengthMax === undefined ? {} : { lengthMax }),
    ...(type === "enum" ? { enumValues: colours } : {}),
  };
}

/** What a text becomes as a value of the type; undefined when it is refused. */
function canonical(type: FieldType, text: string): string | undefined {
  const converted = converterFor(fieldOf(type))(text);
  return "value" in converted ? converted.value : undefined;
}

const accepted: Partial<Record<FieldType, readonly (readonly [string, string])[]>> = {
  string: [
    [" kept as it is ", " kept as it is "],
    ["tab\tand\r\nlines", "tab\tand\r\nlines"],
    ["007", "007"],
  ],
  integer: [
    ["0", "0"],
    ["-0", "0"],
    ["+007", "7"],
    [" 42 ", "42"],
    ["2147483647", "2147483647"],
    ["-2147483648", "-2147483648"],
  ],
  int64: [
    ["9223372036854775807", "9223372036854775807"],
    ["-9223372036854775808", "-9223372036854775808"],
    ["9007199254740993", "9007199254740993"],
  ],
  real: [
    ["012.500", "12.5"],
    [".5", "0.5"],
    ["5.", "5"],
    ["-0.0", "0"],
    ["+1", "1"],
    ["1.25e2", "125"],
    ["1E-3", "0.001"],
    ["123.456e-2", "1.23456"],
    ["0.1", "0.1"],
    ["0.30000000000000004", "0.30000000000000004"],
    ["123456789012345678901234567890.123", "123456789012345678901234567890.123"],
    ["0e0", "0"],
  ],
  boolean: [
    ["Yes", "Yes"],
    ["TRUE", "Yes"],
    ["1", "Yes"],
    ["no", "No"],
    ["False", "No"],
    [" 0 ", "No"],
  ],
  date: [
    ["2026-01-31", "2026-01-31"],
    ["2024-02-29", "2024-02-29"],
    ["2000-02-29", "2000-02-29"],
    ["2026-01-31T00:00:00", "2026-01-31"],
    ["2026-01-31T00:00:00.000Z", "2026-01-31"],
    ["2026-01-31 00:00:00", "2026-01-31"],
    ["2026-01-31 00:00", "2026-01-31"],
    [" 2026-01-31 00:00:00.000 ", "2026-01-31"],
    ["1900-01-01 00:00:00", ""],
    ["1900-01-01", ""],
    ["0001-01-01", "0001-01-01"],
    ["9999-12-31", "9999-12-31"],
  ],
  time: [
    ["08:30", "08:30:00"],
    ["23:59:59", "23:59:59"],
    ["08:30:00.1200000", "08:30:00.12"],
    ["00:00:00.0", "00:00:00"],
  ],
  datetime: [
    ["2026-01-31T08:30:00Z", "2026-01-31T08:30:00Z"],
    ["2026-01-31T08:30:00", "2026-01-31T08:30:00Z"],
    ["2026-01-31 08:30", "2026-01-31T08:30:00Z"],
    ["2026-01-31", "2026-01-31T00:00:00Z"],
    ["2026-01-31T00:30:00+01:00", "2026-01-30T23:30:00Z"],
    ["2026-12-31T23:30:00-05:30", "2027-01-01T05:00:00Z"],
    ["2026-01-31T08:30:00.1230000+01:00", "2026-01-31T07:30:00.123Z"],
    ["2026-01-31T08:30:00.1234567z", "2026-01-31T08:30:00.1234567Z"],
    ["1900-01-01T00:00:00", ""],
    ["1900-01-01T01:00:00+01:00", ""],
    ["1900-01-01T00:00:01", "1900-01-01T00:00:01Z"],
  ],
  guid: [
    ["{9A7E4C1B-0000-4000-8000-00000000ABCD}", "9a7e4c1b-0000-4000-8000-00000000abcd"],
    ["9a7e4c1b-0000-4000-8000-00000000abcd", "9a7e4c1b-0000-4000-8000-00000000abcd"],
  ],
  enum: [
    ["DarkRed", "DarkRed"],
    ["darkred", "DarkRed"],
    ["7", "DarkRed"],
    ["Dark Red", "DarkRed"],
    [" none ", "None"],
  ],
};

const refused: Partial<Record<FieldType, readonly string[]>> = {
  string: ["bell\u0007", "unit\u001f", "nul\u0000"],
  integer: ["2147483648", "-2147483649", "1.0", "1e3", "one", "1 000", "0x10", "--1", "٣"],
  int64: ["9223372036854775808", "-9223372036854775809", "9".repeat(41)],
  real: ["1,5", "1e400", "1e-400", ".", "e5", "1.2.3", "NaN", "Infinity", "0x1", "12.5 EUR", "9".repeat(61), "1e9999"],
  boolean: ["Y", "maybe", "2", "-1"],
  date: [
    "2026-02-29",
    "1900-02-29",
    "2026-04-31",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "0000-01-01",
    "31.01.2026",
    "1/31/2026",
    "2026-1-31",
    "2026-01-31T08:00:00",
    "2026-01-31 08:30:00",
    "2026-01-31  00:00:00",
  ],
  time: ["24:00", "08:60", "08:30:60", "8:30", "08", "08:30:00.12345678"],
  datetime: [
    "2026-02-29T00:00:00",
    "2026-01-31T25:00:00",
    "2026-01-31T08:30:00+25:00",
    "2026-01-31T08:30:00+01:60",
    "2026-01-31T08:30:00 Z Z",
    "2026-01-31T",
    "now",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00",
  ],
  guid: ["9a7e4c1b", "{9a7e4c1b-0000-4000-8000-00000000abcg}", "9a7e4c1b00004000800000000000abcd"],
  enum: ["Blue", "1", "07"],
};

for (const [type, examples] of Object.entries(accepted) as [FieldType, readonly (readonly [string, string])[]][]) {
  describe(`a value of type ${type}`, () => {
    for (const [text, value] of examples) {
      test(`${JSON.stringify(text)} is ${JSON.stringify(value)}, and that is itself`, () => {
        expect(canonical(type, text)).toBe(value);
        // An empty value is no text that anybody converts.
        expect(value === "" ? "" : canonical(type, value)).toBe(value);
      });
    }
    for (const text of refused[type] ?? []) {
      test(`is not ${JSON.stringify(text)}`, () => {
        expect(canonical(type, text)).toBeUndefined();
      });
    }
  });
}

describe("a string with a length", () => {
  const convert = converterFor(fieldOf("string", 5));

  test("may be as long and no longer, and is never cut", () => {
    expect(convert("12345")).toEqual({ value: "12345" });
    expect(convert("123456")).toEqual({ problem: "holds 6 characters, but takes at most 5" });
  });
});

describe("a refusal", () => {
  test("says what is expected and what kind of value is there, never the value", () => {
    const texts = ["SECRET-77", "77,00", "770077007700"];
    const problems = texts.flatMap((text) => {
      const converted = converterFor(fieldOf("date"))(text);
      return "problem" in converted ? [converted.problem] : [];
    });

    expect(problems).toEqual([
      "expects a date such as 2026-01-31, but holds a text of 9 characters",
      "expects a date such as 2026-01-31, but holds a number-like text of 5 characters",
      "expects a date such as 2026-01-31, but holds a whole number of 12 digits",
    ]);
  });

  test("of an enum value lists the first symbols", () => {
    const many = Array.from({ length: 12 }, (_, value) => ({ symbol: `S${value}`, value, label: `L${value}` }));
    const converted = converterFor({ ...fieldOf("enum"), enumValues: many })("x");

    expect(converted).toEqual({
      problem: "expects one of S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, …, but holds a text of 1 characters",
    });
  });

  test("knows an empty value", () => {
    expect(valueKind("  ")).toBe("an empty value");
  });
});

describe("decimals", () => {
  test("keep every digit in any notation", () => {
    const digits = fc.stringMatching(/^[0-9]{1,15}$/);
    fc.assert(
      fc.property(
        digits,
        digits,
        fc.integer({ min: -20, max: 20 }),
        fc.boolean(),
        (whole, fraction, exponent, isNegative) => {
          const sign = isNegative ? "-" : "";
          const plain = canonical("real", `${sign}${whole}.${fraction}`)!;
          const shifted = canonical("real", `${sign}${whole}.${fraction}e${exponent}`)!;

          expect(scaled(shifted)).toBe((scaled(plain) * 10n ** BigInt(exponent + 20)) / 10n ** 20n);
          expect(plain).toMatch(/^(?:0|-?(?:[1-9]\d*|0)(?:\.\d*[1-9])?)$/);
        },
      ),
    );
  });

  /** The decimal as a whole number of 10^-60. */
  function scaled(text: string): bigint {
    const [whole = "", fraction = ""] = text.replace("-", "").split(".");
    return BigInt(whole + fraction.padEnd(60, "0")) * (text.startsWith("-") ? -1n : 1n);
  }

  test("that are equal are equal texts, whatever their zeros", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(8), fc.nat(8), (number, before, after) => {
        const sign = number < 0n ? "-" : "";
        const size = String(number < 0n ? -number : number);

        expect(canonical("real", `${sign}${"0".repeat(before)}${size}.${"0".repeat(after)}`)).toBe(String(number));
      }),
    );
  });
});

describe("moments", () => {
  test("are the same value under every offset", () => {
    const min = Date.UTC(1950, 0, 1);
    fc.assert(
      fc.property(
        fc.integer({ min, max: Date.UTC(2900, 0, 1) }),
        fc.integer({ min: -839, max: 840 }),
        (at, offsetMinutes) => {
          const second = Math.floor(at / 1000) * 1000;
          const local = new Date(second + offsetMinutes * 60_000).toISOString().slice(0, 19);
          const size = Math.abs(offsetMinutes);
          const offset = `${offsetMinutes < 0 ? "-" : "+"}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;

          expect(canonical("datetime", local + offset)).toBe(`${new Date(second).toISOString().slice(0, 19)}Z`);
        },
      ),
    );
  });

  const pad = (number: number): string => String(number).padStart(2, "0");
});
