import { describe, expect, test } from "vitest";
import type { DataEntity, EntityField } from "../../shared/domain/dataEntity.ts";
import { compileMap, fieldMapProblems, mapByName } from "../../shared/domain/fieldMap.ts";
import type { FieldMapLine } from "../../shared/domain/fieldMapLine.ts";
import { ruleProblems } from "../../shared/domain/ruledValues.ts";
import type { ValidationRule } from "../../shared/domain/validationRule.ts";
import { typeConverterFor } from "../../shared/domain/values.ts";
import { mapped } from "../support/rows.ts";

const code: ValidationRule = { kind: "pattern", pattern: "[A-Z]\\d+", message: "A code is a capital and digits." };
const rate: ValidationRule = { kind: "range", from: "0", to: "99.5", message: "A rate is from 0 to 99.5." };

function entityOf(more: Partial<EntityField> = { callValidateField: true }): DataEntity {
  const field = (name: string, type: EntityField["type"], rules: readonly ValidationRule[]): EntityField => {
    return { name, type, isKey: name === "CODE", isRequired: false, rules, ...more };
  };
  const since: ValidationRule = { kind: "range", from: "2020-01-01", message: "Nothing is older than 2020." };
  const fields = [field("CODE", "string", [code]), field("RATE", "real", [rate]), field("SINCE", "date", [since])];
  return { name: "E", aotName: "E", isPerCompany: false, isChangeTracked: false, fields };
}

const columns = ["CODE", "RATE", "SINCE"];

function map(entity: DataEntity, cells: readonly string[], lines = mapByName(entity, columns)) {
  const compiled = compileMap(entity, lines, columns);
  if ("problems" in compiled) throw new Error(compiled.problems.map(({ message }) => message).join(" "));
  return mapped(compiled.mapRow, cells);
}

describe("a rule of a field", () => {
  test("rejects a record with its own text, and the value beside it", () => {
    expect(map(entityOf(), ["a1", "100", "2019-12-31"])).toEqual({
      errors: [
        { field: "CODE", code: "validateField", message: "A code is a capital and digits.", value: '"a1"' },
        { field: "RATE", code: "validateField", message: "A rate is from 0 to 99.5.", value: '"100"' },
        { field: "SINCE", code: "validateField", message: "Nothing is older than 2020.", value: '"2019-12-31"' },
      ],
    });
  });

  test.each(["0", "-0", "99.5", "99.50", "9", "+10"])("takes what is within, bounds included: %s", (cell) => {
    expect(map(entityOf(), ["A1", cell, "2020-01-01"])).toHaveProperty("values");
  });

  test.each(["-0.1", "99.51", "100", "1000"])("takes nothing beyond: %s", (cell) => {
    expect(map(entityOf(), ["A1", cell, "2020-01-01"])).toMatchObject({ errors: [{ field: "RATE" }] });
  });

  test("says nothing of an empty value, nor of one that does not fit its field", () => {
    expect(map(entityOf(), ["A1", "", ""])).toMatchObject({ values: ["A1", "", ""] });
    expect(map(entityOf(), ["A1", "many", ""])).toMatchObject({ errors: [{ field: "RATE", code: "DMF2018" }] });
  });

  test("stands still where the field does not call it", () => {
    expect(map(entityOf({}), ["a1", "100", "2019-12-31"])).toHaveProperty("values");
  });

  test("counts for values of the map as well", () => {
    const lines: readonly FieldMapLine[] = [
      { field: "CODE", column: "CODE", ignoreBlank: false, conversions: [{ source: "x", value: "x" }] },
      { field: "RATE", defaultValue: "100", ignoreBlank: false },
    ];

    expect(fieldMapProblems(entityOf(), lines, "m").map(({ path }) => path)).toEqual([
      "m[0].conversions[0].value",
      "m[1].defaultValue",
    ]);
    expect(compileMap(entityOf(), lines, columns)).toMatchObject({ problems: [{ field: "CODE" }, { field: "RATE" }] });
  });

  test.each<[string, EntityField["type"], ValidationRule, string]>([
    ["a pattern that is none", "string", { ...code, pattern: "(" }, "pattern"],
    ["a pattern of a number", "real", code, "pattern"],
    ["a range of texts", "string", rate, ""],
    ["a range without bounds", "real", { kind: "range", message: "m" }, ""],
    ["a bound that is no value", "date", { kind: "range", from: "soon", message: "m" }, "from"],
    ["a range that ends before it begins", "real", { kind: "range", from: "10", to: "9", message: "m" }, ""],
  ])("is refused when it is saved as %s", (_what, type, rule, member) => {
    const field: EntityField = { name: "F", type, isKey: false, isRequired: false, rules: [rule] };
    const path = member === "" ? "f.rules[0]" : `f.rules[0].${member}`;

    expect(ruleProblems(field, typeConverterFor(field), "f").map((problem) => problem.path)).toEqual([path]);
  });
});
