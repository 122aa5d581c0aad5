import fc from "fast-check";
import { expect, test } from "vitest";
import type { EntityField } from "../../shared/domain/dataEntity.ts";
import { encodeText } from "../../shared/domain/recordText.ts";
import { canonicalCheckFor, converterFor } from "../../shared/domain/values.ts";

const field = (more: Partial<EntityField>): EntityField => ({
  name: "F",
  type: "string",
  isKey: false,
  isRequired: false,
  ...more,
});
/** Labels and symbols that meant to confuse: one is another's label, one another's number. */
const enumValues = [
  { symbol: "Open", value: 0, label: "Offen" },
  { symbol: "Closed", value: 1, label: "open" },
  { symbol: "0", value: 2, label: "Null" },
  { symbol: "Back\\slash", value: 3, label: "x" },
  { symbol: "Hold", value: 4, label: "Hold" },
];
const fields = [
  field({}),
  field({ lengthMax: 3 }),
  field({ type: "integer" }),
  field({ type: "int64" }),
  field({ type: "real" }),
  field({ type: "boolean" }),
  field({ type: "date" }),
  field({ type: "datetime" }),
  field({ type: "time" }),
  field({ type: "guid" }),
  field({ type: "enum", enumValues }),
];

const digits = fc.string({ unit: fc.constantFrom(...Array.from("0123459-+.eE ")), maxLength: 24 });
const days = fc.tuple(fc.nat(10_000), fc.nat(13), fc.nat(32)).map(([year, month, day]) => {
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
});
const clocks = fc
  .tuple(fc.nat(25), fc.nat(61), fc.nat(61))
  .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
const cell = fc.oneof(
  digits,
  days,
  clocks,
  fc.tuple(days, fc.constantFrom("T", " "), clocks, fc.constantFrom("Z", "", "+02:00")).map((parts) => parts.join("")),
  fc.uuid(),
  fc.uuid().map((guid) => guid.toUpperCase()),
  fc.constantFrom(
    "Yes",
    "No",
    "yes",
    "true",
    "Open",
    "open",
    "Closed",
    "0",
    "Back\\slash",
    "Hold",
    "1900-01-01",
    "-0",
    "0.0",
    "-0.5",
  ),
  fc.string({ unit: "binary", maxLength: 6 }).filter((text) => text.isWellFormed()),
  fc.string({ unit: fc.constantFrom("a", " ", "\t", "\n", "\r", "\\", "\u0001", "\u00a0", "é"), maxLength: 6 }),
);

test("a cell that is canonical as it stands is what its field's converter makes of it, and needs no escape", () => {
  fc.assert(
    fc.property(fc.constantFrom(...fields), cell, (anyField, text) => {
      const bytes = Buffer.from(`#${text}#`);
      const isCanonical = canonicalCheckFor(anyField)?.(bytes, 1, bytes.length - 1) ?? false;

      // A blank cell is judged before.
      const claimed = isCanonical && text.trim() !== "";
      const told = [converterFor(anyField)(text), encodeText(text)];
      expect(claimed ? told : [{ value: text }, text]).toEqual([{ value: text }, text]);
    }),
    { numRuns: 30_000 },
  );
});

test.each([
  [{}, "Wholesale, Ärzte"],
  [{ lengthMax: 3 }, "abc"],
  [{ type: "integer" }, "-1200"],
  [{ type: "int64" }, "5637144576"],
  [{ type: "real" }, "-12.5"],
  [{ type: "real" }, "0"],
  [{ type: "real" }, "0.05"],
  [{ type: "boolean" }, "Yes"],
  [{ type: "date" }, "2024-02-29"],
  [{ type: "datetime" }, "2026-01-31T08:30:00Z"],
  [{ type: "time" }, "23:59:59"],
  [{ type: "guid" }, "0198c1f2-0000-7000-8000-00000000abcd"],
  [{ type: "enum", enumValues }, "Hold"],
] as const)("the usual form of a value is canonical: %j %s", (more, text) => {
  const bytes = Buffer.from(text);

  expect(canonicalCheckFor(field(more))?.(bytes, 0, bytes.length)).toBe(true);
});
