import fc from "fast-check";
import { expect, test } from "vitest";
import { type DataEntity, type EntityField, recordKey } from "../../shared/domain/dataEntity.ts";
import { compileMap } from "../../shared/domain/fieldMap.ts";
import type { FieldMap } from "../../shared/domain/fieldMapLine.ts";
import { converterFor } from "../../shared/domain/values.ts";
import { lineBuffer, linesIn } from "../../shared/domain/lineBuffer.ts";
import { recordsIn } from "../../shared/domain/recordLines.ts";
import type { RowBatch } from "../../shared/domain/rowBatch.ts";
import { mapped, type MappedRow } from "../support/rows.ts";

const types = ["string", "integer", "real", "boolean", "date", "datetime", "guid"] as const;
const columns = types.map((type) => `C_${type}`);

const field = fc.record({
  name: fc.constant(""),
  type: fc.constantFrom(...types),
  isKey: fc.boolean(),
  isRequired: fc.boolean(),
});
const entities = fc.array(field, { minLength: 1, maxLength: 5 }).map((fields): DataEntity => {
  const named: EntityField[] = fields.map((each, index) => ({
    ...each,
    name: `F${index}`,
    isKey: index === 0 || each.isKey,
  }));
  return { name: "E", aotName: "E", isPerCompany: false, isChangeTracked: false, fields: named };
});
const lines = fc.array(fc.record({ column: fc.constantFrom(...columns), ignoreBlank: fc.boolean() }), {
  minLength: 5,
  maxLength: 5,
});
const cell = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\u00a0",
    "A",
    "a  ",
    " Ä",
    "ﬁ",
    "\\N",
    "a\tb",
    "1",
    "007",
    "-1",
    "1.50",
    "2026-01-31",
    "1900-01-01",
  ),
  fc.constantFrom(
    "Yes",
    "no",
    "2026-01-31T08:30:00Z",
    "0198C1F2-0000-7000-8000-00000000abcd",
    "\u3000",
    "あ",
    "x".repeat(40),
    "long ".repeat(45),
  ),
  fc.string({ maxLength: 5 }),
);

/** The same on text, as plain as it can be. */
function plainly({ fields }: DataEntity, map: FieldMap, cells: readonly string[]): MappedRow {
  const results = map.map((line, index): string | undefined => {
    const of = fields[index]!;
    const text = cells[columns.indexOf(line.column!)]!;
    const converted = text.trim() === "" ? { value: "" } : converterFor(of)(text);
    if ("problem" in converted) return "wrong";
    if (converted.value !== "") return converted.value;
    if (of.isKey || of.isRequired) return "wrong";
    return line.ignoreBlank ? undefined : "";
  });
  if (results.includes("wrong")) {
    return {
      errors: fields
        .filter((_, index) => results[index] === "wrong")
        .map(({ name }) => ({ field: name, code: "", message: "" })),
    };
  }
  return {
    key: recordKey(results.filter((_, index) => fields[index]!.isKey).map((value) => value ?? "")),
    values: results,
  };
}

test("a row of bytes becomes the record that its text means, or the same fields are wrong", () => {
  fc.assert(
    fc.property(entities, lines, fc.array(cell, { minLength: 7, maxLength: 7 }), (entity, drawn, cells) => {
      const map = entity.fields.map(({ name }, index) => ({ field: name, ...drawn[index]! }));
      const compiled = compileMap(entity, map, columns);
      if ("problems" in compiled) throw new Error("The map fits.");

      const row = mapped(compiled.mapRow, cells);

      const told = (each: MappedRow) => ("errors" in each ? each.errors.map((error) => error.field) : each);
      expect(told(row)).toEqual(told(plainly(entity, map, cells)));
    }),
    { numRuns: 5_000 },
  );
});

/** A row whose cells have so many bytes between them, as in the files that they come from. */
function rowWithGaps(cells: readonly string[], gaps: readonly number[]): RowBatch {
  const bytes = Buffer.from(cells.map((text, cell) => text + ";".repeat(gaps[cell]!)).join(""));
  const [starts, ends] = [new Uint32Array(cells.length), new Uint32Array(cells.length)];
  let at = 0;
  for (const [cell, text] of cells.entries()) {
    starts[cell] = at;
    ends[cell] = at + Buffer.byteLength(text);
    at = ends[cell]! + gaps[cell]!;
  }
  return { bytes, count: 1, width: cells.length, starts, ends, lines: Float64Array.of(7), broken: new Map() };
}

test("a row is the same record wherever its cells lie", () => {
  const gap = fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.constantFrom(0, 2));
  const seven = { minLength: 7, maxLength: 7 };
  fc.assert(
    fc.property(entities, lines, fc.array(cell, seven), fc.array(gap, seven), (entity, drawn, cells, gaps) => {
      // The columns stand in the order of the fields, as they mostly do.
      const map = entity.fields.map(({ name }, index) => ({ field: name, ...drawn[index]!, column: columns[index]! }));
      const texts = { ...entity, fields: entity.fields.map((each) => ({ ...each, type: "string" as const })) };
      const compiled = compileMap(texts, map, columns);
      if ("problems" in compiled) throw new Error("The map fits.");
      const to = lineBuffer();

      const errors = compiled.mapRow(rowWithGaps(cells, gaps), 0, to);

      const record = recordsIn(linesIn(to)).map(({ key, values }) => ({ key, values }));
      expect(errors ? { errors } : record[0]).toEqual(mapped(compiled.mapRow, cells));
    }),
    { numRuns: 1_000 },
  );
});

const keyed = (names: readonly string[]): DataEntity => ({
  name: "E",
  aotName: "E",
  isPerCompany: false,
  isChangeTracked: false,
  fields: ["ONE", "TWO", "COUNT"].map((name) => ({
    name,
    type: name === "COUNT" ? "integer" : "string",
    isKey: names.includes(name),
    isRequired: false,
  })),
});

test.each([
  ["of one value in ASCII", ["ONE"], "k".repeat(4096), ""],
  ["of one value of letters of several bytes", ["ONE"], `k${"漢".repeat(1365)}`, ""],
  ["of two values", ["ONE", "TWO"], "k".repeat(2000), "j".repeat(2095)],
])("a key %s has 4,096 bytes at most, as it is compared", (_what, keys, one, two) => {
  const entity = keyed(keys);
  const map = entity.fields.map(({ name }) => ({ field: name, column: name, ignoreBlank: false }));
  const compiled = compileMap(entity, map, ["ONE", "TWO", "COUNT"]);
  if ("problems" in compiled) throw new Error("The map fits.");

  expect(mapped(compiled.mapRow, [`${one}  `, two, "1"])).toMatchObject({ values: [`${one}  `, two, "1"] });
  const message = "The key is longer than 4096 bytes. Shorten its values, or make other fields the key.";
  const tooLong = { field: "ONE", code: "DMF2018", message };
  expect(mapped(compiled.mapRow, [`${one}x`, two, "1"])).toEqual({ errors: [tooLong] });
  expect(mapped(compiled.mapRow, [`${one}x`, two, "many"])).toMatchObject({ errors: [{ field: "COUNT" }, tooLong] });
});
