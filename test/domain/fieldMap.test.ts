import { lineBuffer, linesIn } from "../../shared/domain/lineBuffer.ts";
import { recordsIn } from "../../shared/domain/recordLines.ts";
import { rowBatchOf } from "../../shared/domain/rowBatch.ts";
import { mapped } from "../support/rows.ts";
import { describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { incompatibleChange } from "../../shared/domain/entityChange.ts";
import {
  type CompiledMap,
  compileMap,
  fieldMapProblems,
  mapByName,
  mapOfEveryField,
} from "../../shared/domain/fieldMap.ts";
import type { FieldMap } from "../../shared/domain/fieldMapLine.ts";
import { lineProblems } from "../../shared/usecases/definitions/lineProblems.ts";
import { line as entityLine } from "../support/definitions.ts";

const orders: DataEntity = {
  name: "Orders",
  aotName: "OrderEntity",
  isPerCompany: false,
  isChangeTracked: false,
  fields: [
    { name: "ORDERID", type: "string", lengthMax: 10, isKey: true, isRequired: true },
    { name: "LINENUMBER", type: "integer", isKey: true, isRequired: true },
    { name: "SHIPDATE", type: "date", isKey: false, isRequired: true },
    { name: "NOTE", type: "string", isKey: false, isRequired: false },
  ],
};

const line = (field: string, changes: Partial<FieldMap[number]> = {}): FieldMap[number] => ({
  field,
  column: field,
  ignoreBlank: false,
  ...changes,
});

function compile(map: FieldMap, columns: readonly string[]): CompiledMap {
  const compiled = compileMap(orders, map, columns);
  if ("problems" in compiled) throw new Error(compiled.problems.map(({ message }) => message).join(" "));
  return compiled;
}

function problemsOf(map: FieldMap, columns: readonly string[]): readonly (readonly [string, string])[] {
  const compiled = compileMap(orders, map, columns);
  return "problems" in compiled ? compiled.problems.map(({ field, code }) => [field, code]) : [];
}

const columns = ["orderid", " LineNumber ", "ShipDate", "Note"];

describe("a map by name", () => {
  test("feeds each field from the column of its name, whatever its case and blanks around it", () => {
    expect(mapByName(orders, [...columns, "Colour"]).map(({ field, column }) => [field, column])).toEqual([
      ["ORDERID", "orderid"],
      ["LINENUMBER", " LineNumber "],
      ["SHIPDATE", "ShipDate"],
      ["NOTE", "Note"],
    ]);
  });

  test("of an export has every field under its name in upper case", () => {
    expect(mapOfEveryField(orders).map(({ column }) => column)).toEqual(["ORDERID", "LINENUMBER", "SHIPDATE", "NOTE"]);
  });
});

describe("a mapped row", () => {
  const { mapRow: mapper, fields, unknownColumns } = compile(mapByName(orders, columns), [...columns, "Colour"]);
  const mapRow = (cells: readonly string[]) => mapped(mapper, cells);

  test("has its values in the order of the entity, and its key from all key fields", () => {
    expect(fields).toEqual(["ORDERID", "LINENUMBER", "SHIPDATE", "NOTE"]);
    expect(mapRow(["A", "007", "2026-01-31", "n", "red"])).toEqual({
      key: "a\u001f7",
      values: ["A", "7", "2026-01-31", "n"],
    });
    expect(unknownColumns).toEqual(["Colour"]);
  });

  test("has one key in every spelling, and its values in its own", () => {
    const spellings = ["Caf\u00e9 1", "CAF\u00c9 1   ", "cafe\u0301 1"];
    const mapped = spellings.map((order) => mapRow([order, "7", "2026-01-31", ""]));

    expect(mapped).toMatchObject(
      spellings.map((order) => ({ key: "caf\u00e9 1\u001f7", values: [order, "7", "2026-01-31", ""] })),
    );
    expect(mapRow([" Caf\u00e9 1", "7", "2026-01-31", ""])).toMatchObject({ key: " caf\u00e9 1\u001f7" });
  });

  test("tells keys apart that would look alike side by side", () => {
    const keys = [
      ["A1", "2"],
      ["A", "12"],
    ].map(([order, number]) => {
      const row = mapRow([order!, number!, "2026-01-31", ""]);
      return "key" in row ? row.key : "";
    });

    expect(new Set(keys).size).toBe(2);
  });

  test("names every field that is wrong, each with its code", () => {
    expect(mapRow(["", "x", "1900-01-01", "\u0000"])).toEqual({
      errors: [
        {
          field: "ORDERID",
          code: "required",
          message: 'Field "ORDERID" is part of the key, but the row holds no value for it.',
        },
        {
          field: "LINENUMBER",
          code: "DMF2018",
          message: expect.stringContaining("a whole number of 32 bits"),
          value: '"x"',
        },
        {
          field: "SHIPDATE",
          code: "required",
          message: 'Field "SHIPDATE" is required, but the row holds no value for it.',
        },
        { field: "NOTE", code: "DMF2018", message: expect.stringContaining("control character"), value: '"\\u{0000}"' },
      ],
    });
  });
});

describe("a blank cell", () => {
  const noteFrom = (changes: Partial<FieldMap[number]>, cell: string) => {
    const map = [line("ORDERID"), line("LINENUMBER"), line("SHIPDATE"), line("NOTE", changes)];
    const row = mapped(compile(map, ["ORDERID", "LINENUMBER", "SHIPDATE", "NOTE"]).mapRow, [
      "A",
      "1",
      "2026-01-31",
      cell,
    ]);
    return "values" in row ? row.values[3] : "failed";
  };

  test("empties its field", () => {
    expect(noteFrom({}, "  ")).toBe("");
  });
  test("keeps what is stored where blanks are ignored", () => {
    expect(noteFrom({ ignoreBlank: true }, "")).toBeUndefined();
  });

  test("says nothing of a field whose cell its row does not have, and has no value for a key without one", () => {
    const { mapRow } = compile([line("ORDERID"), line("LINENUMBER"), line("SHIPDATE"), line("NOTE")], columns);
    const batch = rowBatchOf([{ line: 7, cells: ["A", "1", "2026-01-31", ""] }], columns.length);
    const without = (cell: number) => ({
      ...batch,
      starts: batch.starts.map((start, index) => (index === cell ? batch.ends[index]! + 1 : start)),
    });
    const kept = lineBuffer();

    expect(mapRow(without(3), 0, kept)).toBeUndefined();
    expect(recordsIn(linesIn(kept))[0]?.values.at(-1)).toBeUndefined();
    expect(mapRow(without(1), 0, lineBuffer())).toMatchObject([{ field: "LINENUMBER", code: "required" }]);
  });
  test("takes the default value first of all", () => {
    expect(noteFrom({ ignoreBlank: true, defaultValue: "none" }, "")).toBe("none");
  });
  test("is what a line without a column always has", () => {
    const map = [line("ORDERID"), line("LINENUMBER"), line("SHIPDATE", { defaultValue: "2026-02-01" })].map(
      ({ column, ...rest }) => (rest.defaultValue === undefined ? { column: column!, ...rest } : rest),
    );
    expect(mapped(compile(map, ["ORDERID", "LINENUMBER"]).mapRow, ["A", "1"])).toMatchObject({
      values: ["A", "1", "2026-02-01"],
    });
  });
  test("of a required field is an error also where the default is the empty date", () => {
    const map = [line("ORDERID"), line("LINENUMBER"), line("SHIPDATE", { defaultValue: "1900-01-01" })];
    expect(mapped(compile(map, ["ORDERID", "LINENUMBER", "SHIPDATE"]).mapRow, ["A", "1", ""])).toMatchObject({
      errors: [{ field: "SHIPDATE", code: "required" }],
    });
  });
});

describe("a file that cannot be mapped", () => {
  test("lacks a mapped column", () => {
    expect(problemsOf([line("ORDERID"), line("LINENUMBER"), line("SHIPDATE", { column: "Date" })], columns)).toEqual([
      ["SHIPDATE", "DMF2060"],
    ]);
  });

  test("lacks a column for the key or a required field, and all of them are named at once", () => {
    expect(problemsOf([line("NOTE")], ["Note"])).toEqual([
      ["ORDERID", "DMF2022"],
      ["LINENUMBER", "DMF2022"],
      ["SHIPDATE", "DMF2022"],
    ]);
  });

  test("has a map whose default value does not fit its field", () => {
    const map = [line("ORDERID"), line("LINENUMBER", { defaultValue: "one" }), line("SHIPDATE")];

    expect(problemsOf(map, columns)).toEqual([["LINENUMBER", "DMF2018"]]);
  });

  test("is described in a text of bounded length, however long its header is", () => {
    const compiled = compileMap(orders, [], Array<string>(1000).fill("x".repeat(10_000)));

    expect(JSON.stringify(compiled).length).toBeLessThan(10_000);
  });
});

describe("a map that is saved", () => {
  const cases: readonly (readonly [string, FieldMap, string])[] = [
    ["names an unknown field", [line("COLOUR")], "m[0].field"],
    ["maps a field twice", [line("NOTE"), line("note")], "m[1].field"],
    ["gives neither column nor default", [{ field: "NOTE", ignoreBlank: false }], "m[0]"],
    ["gives an empty default alone", [{ field: "NOTE", defaultValue: "", ignoreBlank: false }], "m[0]"],
    ["gives a default of another type", [line("LINENUMBER", { defaultValue: "1.5" })], "m[0].defaultValue"],
  ];
  for (const [what, map, path] of cases) {
    test(`is refused when it ${what}`, () => {
      expect(fieldMapProblems(orders, map, "m").map((problem) => problem.path)).toEqual([path]);
    });
  }

  test("may feed two fields from one column", () => {
    expect(fieldMapProblems(orders, [line("ORDERID"), line("NOTE", { column: "ORDERID" })], "m")).toEqual([]);
  });
});

test("many fields meet as many lines and columns without a look at each pair", () => {
  let looks = 0;
  const counted = <T extends object, K extends string>(item: T, key: K, text: string): T & Record<K, string> =>
    Object.defineProperty(item, key, { enumerable: true, get: () => (looks += 1) && text }) as T & Record<K, string>;
  const names = Array.from({ length: 1000 }, (_, index) => `Field${index}`);
  const fields = names.map((name, index) =>
    counted({ type: "string" as const, isKey: index === 0, isRequired: true }, "name", name),
  );
  const map = names.map((name) => counted({ column: name.toLowerCase(), ignoreBlank: false }, "field", name));
  const entity = { ...orders, fields };

  expect(compileMap(entity, map, names)).toHaveProperty("mapRow");
  expect(fieldMapProblems(entity, map, "")).toEqual([]);
  expect(mapByName(entity, names)).toHaveLength(1000);
  expect(lineProblems({ direction: "import" }, { ...entityLine, fieldMap: map }, entity, "")).toEqual([]);
  expect(incompatibleChange(entity, entity)).toBeUndefined();
  expect(looks).toBeLessThan(50_000);
});
