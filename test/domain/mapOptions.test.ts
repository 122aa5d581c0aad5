import { describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { type CompiledMap, compileMap, fieldMapProblems } from "../../shared/domain/fieldMap.ts";
import type { FieldMapLine } from "../../shared/domain/fieldMapLine.ts";
import { lineProblems } from "../../shared/usecases/definitions/lineProblems.ts";
import { line as entityLine } from "../support/definitions.ts";
import { mapped } from "../support/rows.ts";

const vendors: DataEntity = {
  name: "Vendors",
  aotName: "VendorEntity",
  isPerCompany: false,
  isChangeTracked: false,
  fields: [
    { name: "ID", type: "string", isKey: true, isRequired: true },
    { name: "NAME", type: "string", lengthMax: 5, isKey: false, isRequired: false },
    { name: "RATE", type: "real", isKey: false, isRequired: false },
    {
      name: "KIND",
      type: "enum",
      isKey: false,
      isRequired: false,
      enumValues: [
        { symbol: "Person", value: 0, label: "A person" },
        { symbol: "Organization", value: 1, label: "A firm" },
      ],
    },
  ],
};

const id = { field: "ID", column: "ID", ignoreBlank: false };
const map = (field: string, options: Partial<FieldMapLine>): readonly FieldMapLine[] => [
  id,
  { field, column: "C", ignoreBlank: false, ...options },
];

function compile(lines: readonly FieldMapLine[], columns = ["ID", "C"]): CompiledMap {
  const compiled = compileMap(vendors, lines, columns);
  if ("problems" in compiled) throw new Error(compiled.problems.map(({ message }) => message).join(" "));
  return compiled;
}

function valueOf(lines: readonly FieldMapLine[], cell: string): unknown {
  const row = mapped(compile(lines).mapRow, ["1", cell]);
  return "errors" in row ? row.errors.map(({ field, code }) => `${field} ${code}`) : row.values[1];
}

describe("a value conversion", () => {
  const kinds = [
    { source: "P", value: "person" },
    { source: "O", value: "1" },
    { source: "n/a", value: "" },
  ];

  test.each([
    ["P", "Person"],
    ["O", "Organization"],
    ["A firm", "Organization"],
    ["n/a", ""],
    ["", ""],
    ["p", ["KIND DMF021"]],
    [" P", ["KIND DMF021"]],
  ])("takes exactly the texts that it names, and leaves the others to the field: %j", (cell, value) => {
    expect(valueOf(map("KIND", { conversions: kinds }), cell)).toEqual(value);
  });

  test("may name a text that is a value of its own, and turn values around", () => {
    const turned = map("KIND", {
      conversions: [
        { source: "Person", value: "Organization" },
        { source: "Organization", value: "Person" },
      ],
    });

    expect(valueOf(turned, "Person")).toBe("Organization");
    expect(valueOf(turned, "Organization")).toBe("Person");
  });

  test("has a fallback for what it does not name, which is not for blank cells", () => {
    const lines = map("RATE", {
      conversions: [{ source: "low", value: "0.50" }],
      fallbackValue: "9",
      defaultValue: "1",
    });

    expect(["low", "high", "2", " "].map((cell) => valueOf(lines, cell))).toEqual(["0.5", "9", "9", "1"]);
  });

  test("to an empty value counts as a blank cell", () => {
    const none = [{ source: "none", value: "" }];

    expect(valueOf(map("NAME", { conversions: none, defaultValue: "?" }), "none")).toBe("?");
    expect(valueOf(map("NAME", { conversions: none, ignoreBlank: true }), "none")).toBeUndefined();
    expect(valueOf(map("NAME", { conversions: none, isRequired: true }), "none")).toEqual(["NAME required"]);
  });
});

describe("a line", () => {
  test("that requires a value rejects a blank cell, unless it has a default value", () => {
    expect(valueOf(map("NAME", { isRequired: true }), " ")).toEqual(["NAME required"]);
    expect(valueOf(map("NAME", { isRequired: true }), "x")).toBe("x");
    expect(valueOf(map("NAME", { isRequired: true, defaultValue: "d" }), "")).toBe("d");
  });

  test("with an automatic default has it in every record, whatever the column holds, and whether there is one", () => {
    const lines = map("NAME", { autoDefault: true, defaultValue: "fixed" });

    expect(valueOf(lines, "other")).toBe("fixed");
    expect(compile(lines).unknownColumns).toEqual([]);
    expect(mapped(compile(lines, ["ID"]).mapRow, ["1"])).toMatchObject({ values: ["1", "fixed"] });
  });
});

describe("a text that is too long", () => {
  test.each([
    ["abcdef", "abcde"],
    ["abcde", "abcde"],
    ["abcde  ", "abcde"],
    ["abcd\u{1f600}", "abcd"],
    ["abc\u{1f600}x", "abc\u{1f600}"],
  ])("is cut where the line says so, between characters: %s", (cell, value) => {
    expect(valueOf(map("NAME", { truncate: true }), cell)).toBe(value);
  });

  test("is an error where the line does not say so", () => {
    expect(valueOf(map("NAME", {}), "abcdef")).toEqual(["NAME DMF2018"]);
  });

  test("is cut with a warning that counts the good records alone", () => {
    const lines = [...map("NAME", { truncate: true }), { field: "RATE", column: "R", ignoreBlank: false }];
    const { mapRow, warnings } = compile(lines, ["ID", "C", "R"]);
    for (const cells of [
      ["1", "too long", "1"],
      ["2", "short", "1"],
      ["3", "too long", "many"],
      ["4", "too long", "2"],
    ]) {
      mapped(mapRow, cells);
    }

    expect(warnings()).toEqual(['Field "NAME": 2 texts were cut to its 5 characters, as the field map says.']);
  });
});

describe("what a line cannot mean is refused when it is saved", () => {
  const both = ["import", "export"] as const;

  function pathsOf(direction: "import" | "export", lines: readonly FieldMapLine[]): readonly string[] {
    return lineProblems({ direction }, { ...entityLine, fieldMap: lines }, vendors, "l").map(({ path }) => path);
  }

  test.each<[string, string, Partial<FieldMapLine>, string]>([
    ["a text that is converted twice", "NAME", { conversions: pairs("a", "b", "a", "c") }, "conversions[1].source"],
    ["a conversion of a blank cell", "NAME", { conversions: pairs(" ", "b") }, "conversions[0].source"],
    ["a value that is too long", "NAME", { conversions: pairs("a", "abcdef") }, "conversions[0].value"],
    ["a value of another type", "RATE", { conversions: pairs("a", "many") }, "conversions[0].value"],
    ["a key that is cut", "ID", { truncate: true }, "truncate"],
    ["a number that is cut", "RATE", { truncate: true }, "truncate"],
    ["labels of what is no enum", "NAME", { useEnumLabel: true }, "useEnumLabel"],
    ["an automatic default without a default value", "NAME", { autoDefault: true }, "autoDefault"],
  ])("%s", (_what, field, options, member) => {
    const lines = field === "ID" ? [{ ...id, ...options }] : map(field, options);
    const at = `l.fieldMap[${lines.length - 1}].${member}`;

    for (const direction of both) expect(pathsOf(direction, lines)).toContain(at);
    expect(compileMap(vendors, lines, ["ID", "C"])).toMatchObject({ problems: [{ field }] });
  });

  test("conversions without a column, and a fallback without conversions", () => {
    const noColumn = [id, { field: "NAME", defaultValue: "d", ignoreBlank: false, conversions: pairs("a", "b") }];

    expect(fieldMapProblems(vendors, noColumn, "m").map(({ path }) => path)).toEqual(["m[1].conversions"]);
    expect(pathsOf("import", map("NAME", { fallbackValue: "f" }))).toEqual(["l.fieldMap[1].fallbackValue"]);
  });

  test.each<[string, Partial<FieldMapLine>, string]>([
    ["two texts for one value", { conversions: pairs("a", "1", "b", "1.0") }, "conversions[1].value"],
    ["a text for an empty value", { conversions: pairs("a", "") }, "conversions[0].value"],
    ["a fallback value", { conversions: pairs("a", "1"), fallbackValue: "2" }, "fallbackValue"],
    ["a required value", { isRequired: true }, "isRequired"],
  ])("of an export: %s", (_what, options, member) => {
    const lines = map("RATE", options);

    expect(pathsOf("export", lines)).toEqual([`l.fieldMap[1].${member}`]);
    expect(pathsOf("import", lines)).toEqual([]);
  });

  test("a text that is cut, of an export", () => {
    expect(pathsOf("export", map("NAME", { truncate: true }))).toEqual(["l.fieldMap[1].truncate"]);
  });
});

function pairs(...texts: readonly string[]): { readonly source: string; readonly value: string }[] {
  return texts.flatMap((source, index) => (index % 2 === 0 ? [{ source, value: texts[index + 1]! }] : []));
}
