import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type EntityField, type FieldType, fieldTypes } from "../../shared/domain/dataEntity.ts";
import { converterFor } from "../../shared/domain/values.ts";
import { fieldOf, selected } from "../support/filters.ts";

const page = readFileSync(path.resolve(import.meta.dirname, "../../docs/filters.md"), "utf8");
const enumValues = [
  { symbol: "Open", value: 0, label: "Open order" },
  { symbol: "OnHold", value: 1, label: "On hold" },
  { symbol: "Closed", value: 2, label: "Done" },
  { symbol: "Lost", value: 3, label: "Lost for good" },
];

const rows = page.split("\n").flatMap((line) => {
  const [, type, criteria, selects, not] = /^\| (\w+) \| `(.+?)` \| (.+?) \| (.+?) \|$/.exec(line) ?? [];
  const known = fieldTypes.find((each) => each === type);
  return known && criteria ? [{ type: known, criteria, selects: codesIn(selects!), not: codesIn(not!) }] : [];
});

function codesIn(cell: string): readonly string[] {
  return Array.from(cell.matchAll(/`(.+?)`/g), ([, code]) => (code === '""' ? "" : code!));
}

const field = (type: FieldType): EntityField => fieldOf(type, type === "enum" ? { enumValues } : {});

/** As an import would store it. */
function stored(type: FieldType, text: string): string {
  const converted = text === "" ? { value: "" } : converterFor(field(type))(text);
  return "value" in converted ? converted.value : `${text} is no ${type}`;
}

describe("the page about filters", () => {
  test("has all of its examples in its tables", () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.every(({ selects, not }) => selects.length > 0 && not.length > 0)).toBe(true);
  });

  test.each(rows)("says of $criteria on a $type what it selects", ({ type, criteria, selects, not }) => {
    const values = [...selects, ...not].map((text) => stored(type, text));

    expect(selected(field(type), criteria, values)).toEqual(selects.map((text) => stored(type, text)));
  });
});
