import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cultureNames, findCulture, unknownCulture } from "../../shared/domain/cultures.ts";
import type { FieldType } from "../../shared/domain/dataEntity.ts";
import { type Region, regionOf } from "../../shared/domain/region.ts";
import { canonicalCheckFor, converterFor } from "../../shared/domain/values.ts";
import { zoneClock } from "../../shared/schedule/zoneClock.ts";

function region(language: string | undefined, timeZone?: string): Region {
  const culture = language === undefined ? undefined : findCulture(language);
  return regionOf(culture, timeZone === undefined ? undefined : zoneClock(timeZone))!;
}

const fieldOf = (type: FieldType) => ({ name: "F", type, isKey: false, isRequired: false });

/** The canonical text, or why there is none. */
function read(type: FieldType, text: string, of: Region): string {
  const converted = converterFor(fieldOf(type), of)(text);
  return "value" in converted ? converted.value : `refused: ${converted.problem}`;
}

const refused = expect.stringMatching(/^refused: expects/);

describe("numbers", () => {
  test.each([
    ["de-DE", "1.234", "1234"],
    ["de-DE", "1.234,56", "1234.56"],
    ["de-DE", "1234,56", "1234.56"],
    ["de-DE", "12.345.678,9", "12345678.9"],
    ["de-DE", "-1.234,50", "-1234.5"],
    ["de-DE", "1.234,50-", "-1234.5"],
    ["de-DE", "\u22121,5", "-1.5"],
    ["de-DE", "+7", "7"],
    ["de-DE", ",5", "0.5"],
    ["de-DE", "1,5E+2", "150"],
    ["de-DE", "1,234", "1.234"],
    ["de-DE", "007", "7"],
    ["de-DE", " 1\u00a0234,5 ", "1234.5"],
    ["de-DE", "1'234,5", "1234.5"],
    ["en-US", "1,234.56", "1234.56"],
    ["en-US", "1.234", "1.234"],
    ["en-US", "1,234", "1234"],
    ["en-US", "1 234.5", "1234.5"],
    ["fr-FR", "1\u202f234,56", "1234.56"],
    ["fr-FR", "1\u00a0234,56", "1234.56"],
    ["fr-FR", "1 234,56", "1234.56"],
    ["fr-FR", "1\u2009234\u2009567", "1234567"],
    ["de-CH", "1'234.56", "1234.56"],
    ["de-CH", "1\u2019234\u2019567.5", "1234567.5"],
    ["en-IN", "12,34,567.5", "1234567.5"],
    ["en-IN", "1,234,567.5", "1234567.5"],
    ["sv-SE", "\u221212 345,6", "-12345.6"],
  ])("in %s: %j is %s", (language, text, value) => {
    expect(read("real", text, region(language))).toBe(value);
  });

  test.each([
    ["de-DE", "1234.56"],
    ["de-DE", "12.5"],
    ["de-DE", "0.500"],
    ["de-DE", "12.34.567"],
    ["de-DE", "1.234.56"],
    ["de-DE", "1234.567"],
    ["de-DE", "1.234'567"],
    ["de-DE", "1,234,567"],
    ["de-DE", "1.234E3"],
    ["de-DE", "-5-"],
    ["de-DE", "\u20ac 5"],
    ["de-DE", ","],
    ["de-DE", "-"],
    ["en-US", "1.234,56"],
    ["en-US", "12,5"],
    ["en-US", "12,34,567"],
    ["en-US", "1,,234"],
    ["fr-FR", "1.234"],
    ["fr-FR", "12.5"],
    ["sv-SE", "1 23"],
    ["de-DE", "1".repeat(200)],
    ["de-DE", `${"1.".repeat(60_000)}x`],
  ])("in %s: %j is refused rather than guessed", (language, text) => {
    expect(read("real", text, region(language))).toEqual(refused);
  });

  test("that are whole are read with groups, and keep the rule of their type", () => {
    expect(read("integer", "1.234.567", region("de-DE"))).toBe("1234567");
    expect(read("int64", "9.223.372.036.854.775.807", region("de-DE"))).toBe("9223372036854775807");
    expect(read("integer", "9.223.372.036", region("de-DE"))).toMatch(/^refused: expects a whole number of 32 bits/);
    expect(read("integer", "5,00", region("de-DE"))).toMatch(/^refused: expects a whole number of 32 bits/);
  });

  test("that are refused say how the language writes them", () => {
    expect(read("real", "12.5", region("de-DE"))).toContain("a number as de-DE writes it, such as 1.234,56 or 1234,56");
  });
});

describe("dates", () => {
  test.each([
    ["de-DE", "31.01.2026", "2026-01-31"],
    ["de-DE", "1.2.2026", "2026-02-01"],
    ["de-DE", "2026-02-01", "2026-02-01"],
    ["de-DE", "2026-02-01 00:00:00", "2026-02-01"],
    ["de-DE", "31.01.2026 00:00", "2026-01-31"],
    ["de-DE", "01.01.1900", ""],
    ["en-US", "8/25/2020", "2020-08-25"],
    ["en-US", "8/25/2020 12:00:00 AM", "2020-08-25"],
    ["en-US", "1/1/1900", ""],
    ["en-GB", "02/01/2026", "2026-01-02"],
    ["nl-NL", "3-1-2026", "2026-01-03"],
    ["da-DK", "31.01.2026", "2026-01-31"],
    ["da-DK", "31-01-2026", "2026-01-31"],
    ["sv-SE", "2026-01-31", "2026-01-31"],
    ["ja-JP", "2026/1/31", "2026-01-31"],
    ["hu-HU", "2026. 01. 31.", "2026-01-31"],
    ["cs-CZ", "31. 1. 2026", "2026-01-31"],
    ["sk-SK", "31.\u00a01.\u00a02026", "2026-01-31"],
    ["bg-BG", "31.01.2026 \u0433.", "2026-01-31"],
    ["ar-AE", "31\u200f/1\u200f/2026", "2026-01-31"],
    ["ko-KR", "2026. 1. 31.", "2026-01-31"],
  ])("in %s: %j is %j", (language, text, value) => {
    expect(read("date", text, region(language))).toBe(value);
  });

  test.each([
    ["de-DE", "31.02.2026"],
    ["de-DE", "31.01.26"],
    ["de-DE", "31/01/2026"],
    ["de-DE", "31. Januar 2026"],
    ["de-DE", "31.01.2026 08:30"],
    ["de-DE", "20260131"],
    ["de-DE", "31.01.2026 x"],
    ["en-US", "25/8/2020"],
    ["en-US", "8/25/20"],
    ["en-GB", "8/25/2020"],
    ["en-CA", "8/25/2020"],
  ])("in %s: %j is refused rather than guessed", (language, text) => {
    expect(read("date", text, region(language))).toMatch(
      /^refused: expects a date as .* with four digits for the year/,
    );
  });
});

describe("times of day", () => {
  test.each([
    ["de-DE", "8:30", "08:30:00"],
    ["de-DE", "08:30:15.5", "08:30:15.5"],
    ["en-US", "8:30 PM", "20:30:00"],
    ["en-US", "12:05 am", "00:05:00"],
    ["en-US", "12:05:00\u202fPM", "12:05:00"],
    ["en-US", "13:03", "13:03:00"],
    ["es-MX", "8:30 p. m.", "20:30:00"],
    ["fi-FI", "8.30.15", "08:30:15"],
    ["fi-FI", "8:30", "08:30:00"],
    ["ko-KR", "\uc624\ud6c4 8:30", "20:30:00"],
    ["el-GR", "8:30 \u03bc.\u03bc.", "20:30:00"],
  ])("in %s: %j is %s", (language, text, value) => {
    expect(read("time", text, region(language))).toBe(value);
  });

  test.each([
    ["en-US", "13:03 PM"],
    ["en-US", "0:30 AM"],
    ["en-US", "8:30 XM"],
    ["de-DE", "8.30"],
    ["de-DE", "24:00"],
    ["de-DE", "8:60"],
    ["fi-FI", "8.30:15"],
  ])("in %s: %j is refused", (language, text) => {
    expect(read("time", text, region(language))).toEqual(refused);
  });
});

describe("dates with a time", () => {
  const german = region("de-DE", "Europe/Berlin");

  test.each([
    ["31.01.2026 08:30", "2026-01-31T07:30:00Z"],
    ["01.07.2026 00:30:00", "2026-06-30T22:30:00Z"],
    ["01.07.2026, 00:30:00.25", "2026-06-30T22:30:00.25Z"],
    ["01.07.2026", "2026-06-30T22:00:00Z"],
    ["2026-07-01 00:30:00", "2026-06-30T22:30:00Z"],
    ["2026-07-01T00:30", "2026-06-30T22:30:00Z"],
    ["2026-07-01T00:30:00Z", "2026-07-01T00:30:00Z"],
    ["2026-07-01T00:30:00+05:30", "2026-06-30T19:00:00Z"],
    ["01.01.1900 00:00:00", ""],
    ["01.01.1900", ""],
    ["25.10.2026 01:59:59", "2026-10-24T23:59:59Z"],
    ["25.10.2026 03:00:00", "2026-10-25T02:00:00Z"],
    ["29.03.2026 03:00:00", "2026-03-29T01:00:00Z"],
  ])("in German, in Berlin: %j is %j", (text, value) => {
    expect(read("datetime", text, german)).toBe(value);
  });

  test("that the clocks showed twice, or never, are refused with what to write", () => {
    expect(read("datetime", "25.10.2026 02:30", german)).toMatch(
      /Europe\/Berlin showed twice.*UTC, such as 2026-10-25T01:30:00Z/,
    );
    expect(read("datetime", "29.03.2026 02:30", german)).toMatch(/Europe\/Berlin left out.*UTC, such as/);
  });

  test.each(["31.02.2026 08:30", "31.01.2026 25:00", "31.01.2026 08:30 +01:00", "31.01.26 08:30", "2026-01-31 8:30"])(
    "that are none are refused with an example: %s",
    (text) => {
      expect(read("datetime", text, german)).toMatch(
        /a date and time as de-DE writes it, such as 31\.01\.2026 08:30:00/,
      );
    },
  );

  test("are in UTC without a time zone, and in invariant form without a language", () => {
    expect(read("datetime", "8/25/2020 13:03", region("en-US"))).toBe("2020-08-25T13:03:00Z");
    expect(read("datetime", "12/31/2154 23:59", region("en-US"))).toBe("2154-12-31T23:59:00Z");
    expect(read("datetime", "2026-01-31 08:30:00", region(undefined, "Europe/Berlin"))).toBe("2026-01-31T07:30:00Z");
    expect(read("datetime", "31.01.2026 08:30", region(undefined, "Europe/Berlin"))).toEqual(refused);
    expect(read("real", "12.5", region(undefined, "Europe/Berlin"))).toBe("12.5");
  });

  test("that their local time does not tell are written in UTC", () => {
    const write = german("datetime")!.write;

    expect(write("2026-06-30T22:30:00Z")).toBe("01.07.2026 00:30:00");
    expect(write("2026-10-25T01:30:00Z")).toBe("2026-10-25T01:30:00Z");
    expect(write("2026-10-25T02:30:00.5Z")).toBe("25.10.2026 03:30:00.5");
    expect(write("1899-12-31T23:00:00Z")).toBe("1899-12-31T23:00:00Z");
    expect(write("9999-12-31T23:59:59Z")).toBe("9999-12-31T23:59:59Z");
  });
});

// By a pattern that goes back and forth, each of these would take longer than any test may.
test("a cell of a million characters is refused without a search through all of its parts", () => {
  const long = ":".repeat(1_000_000);
  for (const [type, text] of [
    ["time", `1${long}x5`],
    ["date", `31.01.2026 1${long}x5`],
    ["datetime", `31.01.2026 1${long}x5`],
    ["real", `1${" ".repeat(1_000_000)}x`],
    ["real", `${"1.".repeat(500_000)}x`],
  ] as const) {
    expect(read(type, text, region("de-DE", "Europe/Berlin"))).toEqual(refused);
  }
});

const zones = [
  undefined,
  "UTC",
  "Europe/Berlin",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Asia/Tehran",
];
const two = (number: number): string => String(number).padStart(2, "0");
const days = fc.date({ min: new Date("0001-01-02"), max: new Date("9999-12-30"), noInvalidDate: true });
const near = fc.date({ min: new Date("2026-01-01"), max: new Date("2027-01-01"), noInvalidDate: true });
const fractions = fc.constantFrom("", ".5", ".1234567");
const canonicals: readonly (readonly [FieldType, fc.Arbitrary<string>])[] = [
  ["integer", fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(String)],
  ["int64", fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)],
  ["real", fc.tuple(fc.integer(), fc.nat(9_999)).map(([whole, part]) => `${whole}.${part}1`)],
  ["date", days.map((day) => day.toISOString().slice(0, 10))],
  [
    "time",
    fc
      .tuple(fc.nat(23), fc.nat(59), fc.nat(59), fractions)
      .map(([hour, minute, second, rest]) => `${two(hour)}:${two(minute)}:${two(second)}${rest}`),
  ],
  [
    "datetime",
    fc.tuple(fc.oneof(days, near), fractions).map(([day, rest]) => `${day.toISOString().slice(0, 19)}${rest}Z`),
  ],
];

test("whatever is written in a language and a time zone is read as the same again", () => {
  const anyCanonical = fc.oneof(...canonicals.map(([type, texts]) => texts.map((text) => [type, text] as const)));
  const languages = fc.constantFrom(undefined, ...cultureNames);
  fc.assert(
    fc.property(languages, fc.constantFrom(...zones), anyCanonical, (language, zone, [type, text]) => {
      const canonical = read(type, text, () => undefined);
      const of = region(language, zone) as Region | undefined;
      fc.pre(of !== undefined && canonical !== "");
      const written = of!(type)?.write(canonical) ?? canonical;

      expect(read(type, written, of!)).toBe(canonical);
      expect(read(type, ` ${written} `, of!)).toBe(canonical);
    }),
    { numRuns: 3_000 },
  );
});

test("the look at bytes takes nothing for canonical that a language reads otherwise", () => {
  const cells = fc.oneof(
    fc.string({ unit: fc.constantFrom(...Array.from("0123-.,:/TZ '")), maxLength: 12 }),
    ...canonicals.map(([, texts]) => texts),
  );
  const types = fc.constantFrom<FieldType>("integer", "int64", "real", "date", "time", "datetime", "boolean", "string");
  fc.assert(
    fc.property(fc.constantFrom(...cultureNames), types, cells, (language, type, text) => {
      const of = region(language, "Europe/Berlin");
      const bytes = Buffer.from(text);
      const isTaken = text !== "" && canonicalCheckFor(fieldOf(type), of)?.(bytes, 0, bytes.length) === true;
      expect(isTaken ? read(type, text, of) : text).toBe(text);
    }),
    { numRuns: 3_000 },
  );
});

describe("the table of cultures", () => {
  /** How Unicode orders year, month and day, and marks decimals: what does not change between versions. */
  function ofMachine(name: string): string {
    const date = new Intl.DateTimeFormat(name, { dateStyle: "short", timeZone: "UTC" }).formatToParts(0);
    const order = date.flatMap(({ type }) => (/year|month|day/.test(type) ? [type.charAt(0)] : [])).join("");
    const decimal = new Intl.NumberFormat(name).formatToParts(1.5).find(({ type }) => type === "decimal")!.value;
    return `${order} ${decimal}`;
  }

  test.each(cultureNames)("agrees with Unicode about %s", (name) => {
    const { datePatterns, decimalSign } = findCulture(name)!;
    const orders = datePatterns.map((pattern) => pattern.match(/[dMy]+/g)!.map((part) => part.charAt(0).toLowerCase()));

    expect([...new Set(orders.map((order) => `${order.join("")} ${decimalSign}`))]).toEqual([ofMachine(name)]);
  });

  test("finds a name in any case, and says what to write for one that is none", () => {
    expect(findCulture("DE-de")?.name).toBe("de-DE");
    expect(unknownCulture("de")).toMatch(/^Name language and country: de-AT, de-CH, de-DE,/);
    expect(unknownCulture("en_US")).toContain("en-US");
    expect(unknownCulture("th-TH")).toMatch(/^Years of another calendar/);
    expect(unknownCulture("xx-XX")).toMatch(/^This language is not known.*de-DE/);
  });
});
