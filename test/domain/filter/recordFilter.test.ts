import { describe, expect, test } from "vitest";
import { compileFilter, filterProblems } from "../../../shared/domain/filter/recordFilter.ts";
import type { FilterMoment } from "../../../shared/domain/filter/relativeDates.ts";
import { cellsOf, entityOf, fieldOf, selected, tuesday } from "../../support/filters.ts";

const text = fieldOf("string");
const names = [
  "Smith",
  "smith",
  "Smyth",
  "Northeast",
  "A",
  "B",
  "Bob",
  "C",
  "Ca",
  "D",
  "",
  "a,b",
  "x..y",
  "!no",
  "Sm*th",
];

describe("criteria on a string", () => {
  test.each([
    ["Smith", ["Smith", "smith"]],
    ["!Smith", names.filter((name) => !/^smith$/i.test(name))],
    ["A..C", ["A", "B", "Bob", "C", "a,b"]],
    ["..A", ["A", "!no"]],
    ["Smyth..", ["Smyth", "x..y"]],
    [">Northeast", ["Smith", "smith", "Smyth", "x..y", "Sm*th"]],
    ["<B", ["A", "a,b", "!no"]],
    ["S*", ["Smith", "smith", "Smyth", "Sm*th"]],
    ["*east", ["Northeast"]],
    ["*th*", ["Smith", "smith", "Smyth", "Northeast", "Sm*th"]],
    ["Sm?th", ["Smith", "smith", "Smyth", "Sm*th"]],
    ['"Sm*th"', ["Sm*th"]],
    ['"Sm*"*', ["Sm*th"]],
    ["*", names],
    ["?", ["A", "B", "C", "D"]],
    ["A, D, F", ["A", "D"]],
    ['S*, !Smyth, !*"*"*', ["Smith", "smith"]],
    ['""', [""]],
    ['!""', names.filter((name) => name !== "")],
    ['"", D', ["D", ""]],
    ['"a,b"', ["a,b"]],
    ['"x..y"', ["x..y"]],
    ['"!no"', ["!no"]],
    [" Smith ,  D ", ["Smith", "smith", "D"]],
    ["!A..C", names.filter((name) => !["A", "B", "Bob", "C", "a,b"].includes(name))],
  ])("%s selects what users of the original expect", (criteria, expected) => {
    expect(selected(text, criteria, names)).toEqual(expected);
  });

  test("compare as keys do: without regard to case, composition, and blanks at the end", () => {
    const values = ["Århus", "århus", "A\u030arhus", "ÅRHUS  ", "Arhus"];

    expect(selected(text, "århus", values)).toEqual(values.slice(0, 4));
    expect(selected(text, "Å*", values)).toEqual(values.slice(0, 4));
    expect(selected(text, "?rhus", values)).toEqual(values);
  });

  test("a question mark is one character, whatever it takes, and never half of one", () => {
    expect(selected(text, "a?b", ["aéb", "a漢b", "a😀b", "a\tb", "a\\b", "ab", "aéeb"])).toEqual([
      "aéb",
      "a漢b",
      "a😀b",
      "a\tb",
      "a\\b",
    ]);
  });

  test("a quote inside of quotes is doubled", () => {
    expect(selected(text, '"a ""b"""', ['a "b"', "a b"])).toEqual(['a "b"']);
  });
});

describe("criteria on other types", () => {
  test("numbers compare by what they are worth, of any number of digits", () => {
    const values = [
      "-1000.5",
      "-2",
      "-1.5",
      "0",
      "1",
      "9",
      "10",
      "1000",
      "1000.01",
      "123456789012345678901234567890",
      "",
    ];

    expect(selected(fieldOf("real"), "1..10", values)).toEqual(["1", "9", "10"]);
    expect(selected(fieldOf("real"), "..-1.5", values)).toEqual(["-1000.5", "-2", "-1.5"]);
    expect(selected(fieldOf("real"), ">1000.00", values)).toEqual(["1000.01", "123456789012345678901234567890"]);
    expect(selected(fieldOf("real"), "123456789012345678901234567889..", values)).toHaveLength(1);
    expect(selected(fieldOf("int64"), "<-1, 9", values)).toEqual(["-1000.5", "-2", "-1.5", "9"]);
    expect(selected(fieldOf("integer"), "!10", values)).toEqual(values.filter((value) => value !== "10"));
  });

  test("an enum is named by symbol, label or number, and ordered by its number", () => {
    const enumValues = [
      { symbol: "Open", value: 0, label: "Open order" },
      { symbol: "Invoiced", value: 3, label: "Done" },
      { symbol: "Blocked", value: 1, label: "Stopped" },
    ];
    const status = fieldOf("enum", { enumValues });
    const values = ["Open", "Invoiced", "Blocked", ""];

    expect(selected(status, "open, done", values)).toEqual(["Open", "Invoiced"]);
    expect(selected(status, "1", values)).toEqual(["Blocked"]);
    expect(selected(status, "Open..Stopped", values)).toEqual(["Open", "Blocked"]);
    expect(selected(status, ">0, !3", values)).toEqual(["Blocked"]);
    expect(selected(status, '""', values)).toEqual([""]);
  });

  test("Yes and No are written as files hold them, a GUID with or without braces", () => {
    const guid = "0123abcd-0000-4000-8000-000000000001";

    expect(selected(fieldOf("boolean"), "true", ["Yes", "No", ""])).toEqual(["Yes"]);
    expect(selected(fieldOf("boolean"), "!Yes", ["Yes", "No", ""])).toEqual(["No", ""]);
    expect(selected(fieldOf("guid"), `{${guid.toUpperCase()}}`, [guid, ""])).toEqual([guid]);
    expect(selected(fieldOf("time"), "08:30..", ["08:29:59.5", "08:30:00", "08:30:00.5", ""])).toEqual([
      "08:30:00",
      "08:30:00.5",
    ]);
  });

  test("a date alone on a datetime is that day in UTC, a datetime the very moment", () => {
    const values = [
      "2026-01-30T23:59:59.9999999Z",
      "2026-01-31T00:00:00Z",
      "2026-01-31T23:59:59.9Z",
      "2026-02-01T00:00:00Z",
    ];
    const on = (criteria: string) =>
      selected(fieldOf("datetime"), criteria, values).map((value) => values.indexOf(value));

    expect(on("2026-01-31")).toEqual([1, 2]);
    expect(on("..2026-01-31")).toEqual([0, 1, 2]);
    expect(on(">2026-01-31")).toEqual([3]);
    expect(on("<2026-01-31")).toEqual([0]);
    expect(on("2026-01-31T01:00:00+01:00")).toEqual([1]);
    expect(on(">2026-01-31T00:00:00Z")).toEqual([2, 3]);
  });
});

describe("relative dates", () => {
  const days = [
    "2025-01-01",
    "2025-12-31",
    "2026-09-01",
    "2026-10-25",
    "2026-11-23",
    "2026-11-24",
    "2026-11-25",
    "2026-12-25",
    "2027-01-01",
    "",
  ];

  test.each([
    ["T", ["2026-11-24"]],
    ["<T", days.slice(0, 5)],
    ["T..", days.slice(5, 9)],
    ["(Day())", ["2026-11-24"]],
    ["( day( -1 ) )", ["2026-11-23"]],
    ["(DayRange(-30,0))", ["2026-10-25", "2026-11-23", "2026-11-24"]],
    ["(GreaterThanDate(30))", ["2026-12-25", "2027-01-01"]],
    ["(GreaterThanDate())", ["2026-11-25", "2026-12-25", "2027-01-01"]],
    ["(LessThanDate(7))", days.slice(0, 7)],
    ["(GreaterThanUtcDate(0))", days.slice(6, 9)],
    ["(LessThanUtcDate(0))", days.slice(0, 5)],
    ["(MonthRange(-2,0))", ["2026-09-01", "2026-10-25", "2026-11-23", "2026-11-24", "2026-11-25"]],
    ["(YearRange(-1,0))", days.slice(0, 8)],
    ["(YearRange(0, 1)), !T", ["2026-09-01", "2026-10-25", "2026-11-23", "2026-11-25", "2026-12-25", "2027-01-01"]],
  ])("%s counts from the day of the moment", (criteria, expected) => {
    expect(selected(fieldOf("date"), criteria, days)).toEqual(expected);
    expect(compileFilter(entityOf(fieldOf("date")), [{ field: "value", criteria }], tuesday).isRelative).toBe(true);
  });

  test("on a datetime a day begins when it begins in the zone, and now is the moment itself", () => {
    // Half past midnight in a zone that is an hour ahead of UTC, where the day before still goes on.
    const moment: FilterMoment = {
      at: Date.UTC(2026, 10, 23, 23, 30),
      today: "2026-11-24",
      startOfDay: (date) => Date.parse(date) - 3_600_000,
    };
    const values = [
      "2026-11-22T23:00:00Z",
      "2026-11-23T22:59:59Z",
      "2026-11-23T23:00:00Z",
      "2026-11-23T23:30:00Z",
      "2026-11-24T23:00:00Z",
    ];
    const on = (criteria: string) =>
      selected(fieldOf("datetime"), criteria, values, moment).map((value) => values.indexOf(value));

    expect(on("T")).toEqual([2, 3]);
    expect(on("(Day(-1))")).toEqual([0, 1]);
    expect(on("(GreaterThanDate(0))")).toEqual([4]);
    expect(on("(GreaterThanUtcDate(0))")).toEqual([4]);
    expect(on("(LessThanUtcDate(0))")).toEqual([0]);
    expect(on("(GreaterThanUtcNow())")).toEqual([4]);
    expect(on("(LessThanUtcNow())")).toEqual([0, 1, 2]);
  });

  test("never lead out of the calendar", () => {
    for (const criteria of ["(YearRange(-99999,99999))", "(MonthRange(-99999,99999))", "(DayRange(-99999,99999))"]) {
      expect(selected(fieldOf("date"), criteria, ["2026-01-01"])).toEqual(["2026-01-01"]);
      expect(selected(fieldOf("datetime"), criteria, ["2026-01-01T00:00:00Z"])).toHaveLength(1);
    }
  });

  test("a criterion without them selects the same at any moment", () => {
    expect(
      compileFilter(entityOf(fieldOf("date")), [{ field: "VALUE", criteria: '2026-01-01, !""' }], tuesday).isRelative,
    ).toBe(false);
    expect(compileFilter(entityOf(text), [{ field: "VALUE", criteria: "T" }], tuesday).isRelative).toBe(false);
  });
});

describe("a filter", () => {
  test("takes entries for one field as alternatives, and asks for all fields", () => {
    const entity = entityOf(fieldOf("string", { name: "CITY" }), fieldOf("integer", { name: "TERMS" }));
    const filter = [
      { field: "city", criteria: "A*" },
      { field: "TERMS", criteria: ">10" },
      { field: "City", criteria: "Bo*" },
    ];
    const { selects, columns } = compileFilter(entity, filter, tuesday);

    expect(columns).toEqual(["CITY", "TERMS"]);
    const rows = [
      ["Aarhus", "30"],
      ["Aarhus", "5"],
      ["Bonn", "11"],
      ["Berlin", "30"],
    ];
    expect(rows.filter((row) => selects(cellsOf(row)))).toEqual([
      ["Aarhus", "30"],
      ["Bonn", "11"],
    ]);
  });

  test("holds every record when it has no entry", () => {
    expect(compileFilter(entityOf(text), [], tuesday).selects(cellsOf([]))).toBe(true);
  });
});

describe("the keys that a filter can select", () => {
  const code = fieldOf("string", { name: "CODE", isKey: true });
  const place = fieldOf("integer", { name: "PLACE", isKey: true });
  const rangesOf = (entity: ReturnType<typeof entityOf>, ...criteria: readonly (readonly [string, string])[]) => {
    const filter = criteria.map(([field, text]) => ({ field, criteria: text }));
    const shown = (bytes: Buffer | undefined) => bytes?.toString("utf8").slice(0, -1);
    return compileFilter(entity, filter, tuesday).keyRanges?.map(({ from, below }) => [shown(from), shown(below)]);
  };

  test("lie in ranges of its first fields", () => {
    const both = entityOf(code, place);

    expect(rangesOf(both, ["CODE", "B..C, A"])).toEqual([
      ["a", "a "],
      ["b", "c "],
    ]);
    expect(rangesOf(both, ["CODE", "S*"])).toEqual([["s", "t"]]);
    expect(rangesOf(both, ["CODE", ">B"], ["CODE", "A"])).toEqual([
      ["a", "a "],
      ["b", undefined],
    ]);
    expect(rangesOf(both, ["CODE", "B, A"])).toEqual([
      ["a\u001f", "a "],
      ["b\u001f", "b "],
    ]);
    expect(rangesOf(both, ["CODE", "B"], ["PLACE", "2, 10"])).toEqual([
      ["b\u001f10", "b\u001f10\n"],
      ["b\u001f2", "b\u001f2\n"],
    ]);
  });

  test("are no range where texts have another order than values, or anything is selected", () => {
    expect(rangesOf(entityOf(place), ["PLACE", "2..10"])).toBeUndefined();
    expect(rangesOf(entityOf(place), ["PLACE", "2, 10"])).toEqual([
      ["10", "10\n"],
      ["2", "2\n"],
    ]);
    expect(rangesOf(entityOf(code, place), ["CODE", "B"], ["PLACE", "2..10"])).toEqual([["b\u001f", "b "]]);
    for (const criteria of ["!B", "*B", 'B, ""', "?"])
      expect(rangesOf(entityOf(code), ["CODE", criteria])).toBeUndefined();
    expect(rangesOf(entityOf(code, place), ["PLACE", "2"])).toBeUndefined();
  });
});

describe("criteria that are none", () => {
  const fields = {
    text,
    number: fieldOf("integer", { name: "NUMBER" }),
    date: fieldOf("date", { name: "DAY" }),
    datetime: fieldOf("datetime", { name: "MOMENT" }),
  };
  test.each([
    ["text", "", 1, "expects a value"],
    ["text", "A, ,B", 4, "expects a value"],
    ["text", "A,", 3, "expects a value"],
    ["text", "!!A", 2, "behind the first exclamation mark"],
    ["text", "..", 1, "in front of the two points"],
    ["text", "A..B..C", 5, "a range has two ends"],
    ["text", "C..A", 1, "ends before it begins"],
    ["text", 'A, "B', 4, "a second quote"],
    ["text", "A*..C*", 1, "no wildcard stands in a range"],
    ["text", '""..C', 1, "a blank value has no place in a range"],
    ["text", ">=5", 2, "at least 5 is written 5.."],
    ["text", "<>5", 2, "not equal is written !5"],
    ["text", "> ", 3, "expects a value"],
    ["text", `${"?".repeat(251)}`, 1, "at most 250 bytes"],
    ["text", '((A LIKE "US*") && (B == 1))', 1, "not supported: use one criterion per field"],
    ["text", "A, (B > 1)", 4, "not supported: use one criterion per field"],
    ["text", "(Day(1))", 1, "Day is for a date or datetime field, and VALUE is string"],
    ["number", "1..x", 4, 'field NUMBER expects a whole number of 32 bits, not "x"'],
    ["number", "1*", 1, "wildcards are for strings alone"],
    ["number", "1.5", 1, "expects a whole number"],
    ["number", "T", 1, "expects a whole number"],
    ["date", "2026-02-30", 1, "expects a date such as 2026-01-31"],
    ["date", "(DayRange(3,1))", 1, "ends before it begins"],
    ["date", "(DayRange(1,2,3))", 1, "takes at most two arguments"],
    ["date", "(Yesterday())", 1, "expects one of the methods Day, DayRange"],
    ["date", "(Day(1.5))", 1, "whole numbers of at most five digits"],
    ["date", "(GreaterThanUtcNow())", 1, "GreaterThanUtcNow is for a datetime field"],
    ["date", "(LessThanUtcNow(1))", 1, "takes no arguments"],
    ["datetime", "2026-01-31T25:00", 1, "expects a datetime"],
  ] as const)("on a %s: %s is refused at character %i", (name, criteria, at, expected) => {
    const field = fields[name];
    const [problem, ...more] = filterProblems(entityOf(field), [{ field: field.name, criteria }], "filter");

    expect(problem).toEqual({ path: "filter[0].criteria", message: expect.stringContaining(expected) });
    expect(problem!.message).toMatch(new RegExp(`^At character ${at}: `));
    expect(more).toEqual([]);
  });

  test("name the entry, and a field that there is not", () => {
    const problems = filterProblems(
      entityOf(text),
      [
        { field: "VALUE", criteria: "A" },
        { field: "OTHER", criteria: "A" },
      ],
      "filter",
    );

    expect(problems).toEqual([{ path: "filter[1].field", message: 'Entity "Things" has no field "OTHER".' }]);
  });

  test.each([
    ["values", Array.from({ length: 3 }, () => Array.from({ length: 7 }, (_, index) => `*${index}`).join(", !"))],
    ["bytes", Array.from({ length: 5 }, () => `*${"?".repeat(220)}`)],
  ])("ask for too many wildcards by all of their entries: %s", (_, entries) => {
    const filter = entries.map((criteria) => ({ field: "VALUE", criteria }));

    expect(filterProblems(entityOf(text), filter, "filter")).toEqual([
      {
        path: `filter[${entries.length - 1}].criteria`,
        message: expect.stringContaining("at most 20 values with wildcards"),
      },
    ]);
    expect(
      filterProblems(entityOf(text), [{ field: "VALUE", criteria: "A*, B*, ".repeat(400) + "C*" }], "filter"),
    ).toEqual([]);
  });

  test("a range that a relative date ends is right today or tomorrow", () => {
    const field = fieldOf("date");

    expect(filterProblems(entityOf(field), [{ field: "VALUE", criteria: "2099-01-01..T" }], "filter")).toEqual([]);
    expect(selected(field, "2099-01-01..T", ["2026-11-24", "2099-01-01"])).toEqual([]);
  });
});

describe("a long value with wildcards", () => {
  const values = ["", "a", "ab", "aéb", "a漢xb", "xaxbx", "ba", "aab", "a?b"];

  test.each(["*", "a*", "*b", "a?b", "*a*b*", "a??b", "?", "*?a*", 'a"?"b'])(
    "fits what a short one fits: %s",
    (pattern) => {
      const before = "word-by-word-".repeat(5);
      const long = values.map((value) => `${before}${value}`);

      expect(selected(text, `"${before}"${pattern}`, long)).toEqual(
        selected(text, pattern, values).map((value) => `${before}${value}`),
      );
    },
  );
});

describe("hostile wildcards", () => {
  test("cost the length of the text, however they are put", () => {
    const long = "a".repeat(1_000_000);
    const started = process.cpuUsage();
    for (const criteria of [`${"*a".repeat(120)}b`, `*${"?".repeat(200)}b*`, `${"a*?".repeat(80)}!`]) {
      expect(selected(text, criteria, [long])).toEqual([]);
    }
    expect(selected(text, `${"*a".repeat(120)}*`, [long])).toEqual([long]);

    // With backtracking it would take longer than anybody waits.
    expect(process.cpuUsage(started).user).toBeLessThan(20_000_000);
  });
});
