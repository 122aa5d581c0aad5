import { describe, expect, test } from "vitest";
import { meets, spanBy, wantedBy } from "../../../shared/http/odata/filter.ts";
import { parseFilter } from "../../../shared/http/odata/filterParser.ts";
import { choice, type EntityType, keyText, moment, noYes, text, whole } from "../../../shared/http/odata/model.ts";

const type: EntityType = {
  name: "Thing",
  key: ["Name"],
  properties: [keyText("Name"), text("Description"), whole("Count"), moment("At"), choice("IsShared", noYes)],
};
const values = {
  Name: "O'Brien & Söhne",
  Description: null,
  Count: 12,
  At: "2026-03-01T12:00:00Z",
  IsShared: "Yes",
};

const isMet = (filter: string): boolean => meets(values, parseFilter(filter, type));
const problemOf = (filter: string): string => {
  try {
    parseFilter(filter, type);
  } catch (error) {
    return (error as Error).message;
  }
  return "none";
};

describe("a $filter", () => {
  test.each([
    "Name eq 'O''Brien & Söhne'",
    "name eq 'o''brien & SÖHNE'",
    "'O''Brien & Söhne' eq Name",
    "Name ne 'x'",
    "contains(Name,'brien')",
    "startswith(Name, 'o''')",
    "endswith(Name,'söhne') eq true",
    "contains(Name,'x') eq false",
    "contains(tolower(Name),'brien')",
    "tolower(Name) eq 'o''brien & söhne'",
    "contains(tolower(Name),tolower('BRIEN'))",
    "toupper(Name) eq toupper('o''brien & söhne')",
    "tolower('O''Brien & Söhne') eq Name",
    "Name in (tolower('X'),tolower('O''Brien & Söhne'))",
    "Name eq '*brien*'",
    "Name eq 'o*söhne'",
    "Description eq null",
    "Name ne null",
    "Count gt 11 and Count le 12",
    "11 lt Count",
    "Count eq 12 or Name eq 'x' and Name eq 'y'",
    "(Count eq 1 or Count eq 12) and not (Name eq 'x')",
    "not contains(Name,'x')",
    "Count in (1, 12)",
    "Name in ('x','O''Brien & Söhne')",
    "At ge 2026-03-01T13:00:00+01:00",
    "At lt 2026-03-02",
    "IsShared eq Microsoft.Dynamics.DataEntities.NoYes'Yes'",
    "IsShared eq 'yes'",
    "IsShared eq 1",
    "IsShared gt Microsoft.Dynamics.DataEntities.NoYes'No'",
    "  Count   eq 12  AND Name NE 'x' ",
  ])("is met: %s", (filter) => {
    expect(isMet(filter)).toBe(true);
  });

  test.each([
    "Name eq 'O'",
    "Name eq 'O*x'",
    "Name eq 'o*brien*brien & söhne'",
    "startswith(Name,'brien')",
    "endswith(Name,'brien')",
    "contains(Description,'')",
    "Description gt 'a'",
    "Count eq 13 or Count lt 3",
    "(Count eq 1 or Count eq 12) and Name eq 'x'",
    "not (Count eq 12)",
    "At gt 2026-03-01T12:00:00Z",
    "IsShared eq 'No'",
  ])("is not met: %s", (filter) => {
    expect(isMet(filter)).toBe(false);
  });

  test.each([
    ["Title eq 'x'", 'there is no property "Title". A Thing has Name, Description, Count, At, IsShared'],
    ["Name eq x", 'Name is compared with a text in single quotes, not with "x" (character 9)'],
    ["Name eq 'x", 'it cannot be read from "\'x" on (character 8)'],
    ["Name eq", "it ends where a value is due"],
    ["Name eq 'x' Count", '"Count" is one too many (character 13)'],
    ["Name like 'x'", '"like" stands where eq, ne, gt, ge, lt, le or in is due (character 6)'],
    ["length(Name) eq 3", 'there is no function "length" here'],
    ["contains(Count,'1')", "contains looks into texts, and Count is none"],
    ["contains(Name,1)", 'contains takes a text in quotes, not "1"'],
    ["contains(Name 'x')", '"," is missing (character 15)'],
    ["(Name eq 'x'", '")" is missing'],
    ["Count eq '1'", "Count is compared with a whole number"],
    ["Count eq 1.5", 'it cannot be read from "1.5" on'],
    ["At eq 'yesterday'", "At is compared with a time, as 2026-01-31T12:00:00Z"],
    ["At eq 2026-99-99", "At is compared with a time"],
    ["IsShared eq 'Maybe'", "IsShared is compared with one of No, Yes, as Microsoft.Dynamics.DataEntities.NoYes'No'"],
    ["IsShared eq Other'Yes'", "IsShared is compared with one of No, Yes"],
    ["IsShared eq 2", "IsShared is compared with one of No, Yes"],
    ["Name eq '\u001b' or", "it ends where a property is due"],
    ["Name eq \u001b[31m", String.raw`it cannot be read from "\u001b[31m" on`],
  ])("says what is wrong with %s", (filter, problem) => {
    expect(problemOf(filter)).toContain(`$filter: ${problem}`);
  });

  test("is bounded in length, in conditions and in depth", () => {
    const many = (count: number): string => Array.from({ length: count }, () => "Count eq 1").join(" or ");
    const deep = (depth: number): string => `${"(".repeat(depth)}Count eq 1${")".repeat(depth)}`;

    expect(problemOf(deep(20))).toBe("none");
    expect(problemOf(many(100))).toBe("none");
    expect(problemOf(many(101))).toContain("more than 100 conditions");
    expect(problemOf(`Count in (${"1,".repeat(100)}1)`)).toContain("more than 100 conditions");
    expect(problemOf(deep(1_900))).toContain("nested deeper than 32 levels");
    expect(problemOf(`${"not ".repeat(900)}Count eq 1`)).toContain("nested deeper than 32 levels");
    expect(problemOf(`Name eq '${"x".repeat(4_000)}'`)).toContain("longer than 4000 characters");
  });

  test("says what its entities are equal to, where every one is", () => {
    const wanted = (filter: string) => Object.fromEntries(wantedBy(parseFilter(filter, type)));

    expect(wanted("Name eq 'x'")).toEqual({ Name: "x" });
    expect(wanted("Count eq 1 and Name eq 'x' and contains(Name,'y')")).toEqual({ Name: "x" });
    expect(wanted("Name eq 'x' or Count eq 1")).toEqual({});
    expect(wanted("not (Name eq 'x')")).toEqual({});
    expect(wanted("Name eq 'x*'")).toEqual({});
  });

  test("says between which times a time is, where it is of every entity", () => {
    const span = (filter: string) => {
      const { from, to } = spanBy(parseFilter(filter, type), "At");
      return [from, to].map((at) => (at === undefined ? undefined : new Date(at).toISOString()));
    };

    expect(span("At ge 2026-01-01T00:00:00Z and At lt 2026-02-01 and Count eq 1")).toEqual([
      "2026-01-01T00:00:00.000Z",
      "2026-02-01T00:00:01.000Z",
    ]);
    expect(span("2026-01-01 lt At and At gt 2026-01-02")).toEqual(["2026-01-02T00:00:00.000Z", undefined]);
    expect(span("At eq 2026-01-01")).toEqual(["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z"]);
    expect(span("At ne 2026-01-01")).toEqual([undefined, undefined]);
    expect(span("At lt 2026-01-01 or Count eq 1")).toEqual([undefined, undefined]);
  });
});
