import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EntityField } from "../../../shared/domain/dataEntity.ts";
import { compareKeys, keyLine } from "../../../shared/domain/recordLines.ts";
import { recordKeyIn, sortedCharactersMax, sortKeyOf } from "../../../shared/domain/sort/sortKey.ts";
import { converterFor } from "../../../shared/domain/values.ts";
import { fieldOf } from "../../support/filters.ts";

const orderOf = (field: EntityField, isDescending: boolean) => (one: string, other: string) => {
  const keyOf = (value: string) => keyLine(sortKeyOf([{ field, isDescending }], [value], "key"));
  return Math.sign(compareKeys(keyOf(one), 0, keyOf(other), 0));
};

const sorted = (field: EntityField, values: readonly string[], isDescending = false) =>
  values.toSorted(orderOf(field, isDescending));

describe("a sort key", () => {
  const enumValues = [
    { symbol: "Open", value: 0, label: "a" },
    { symbol: "Closed", value: 12, label: "b" },
    { symbol: "Blocked", value: -1, label: "c" },
  ];
  test.each([
    [fieldOf("string"), ["", "a", "A\rb", "aB", "b", "Ärger", "漢"]],
    [
      fieldOf("real"),
      ["", "-1000.5", "-12.5", "-12.25", "-12", "-1", "-0.5", "0", "0.5", "9", "9.25", "10", "100000000000000000000"],
    ],
    [fieldOf("integer"), ["", "-2147483648", "-9", "0", "2", "10"]],
    [fieldOf("date"), ["", "0999-01-01", "2026-01-31", "2026-11-01"]],
    [fieldOf("datetime"), ["", "2026-01-31T00:00:00Z", "2026-01-31T00:00:00.5Z", "2026-01-31T00:00:01Z"]],
    [fieldOf("enum", { enumValues }), ["", "Blocked", "Open", "Closed"]],
    [fieldOf("boolean"), ["", "No", "Yes"]],
  ] as const)("puts values of type $type in their order, blanks first, and the other way round", (field, values) => {
    expect(sorted(field, values.toReversed())).toEqual(values);
    expect(sorted(field, values, true)).toEqual(values.toReversed());
  });

  test("orders all numbers by what they are worth", () => {
    const canonical = fc
      .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat(99))
      .map(([whole, hundredths]) => converterFor(fieldOf("real"))(`${whole}.${String(hundredths).padStart(2, "0")}`))
      .map((converted) => ("value" in converted ? converted.value : ""));
    const worth = (text: string): bigint => {
      const [whole = "", fraction = ""] = text.split(".");
      return BigInt(`${whole}${fraction.padEnd(2, "0")}`);
    };
    const expected = (one: string, other: string) =>
      Number(worth(one) > worth(other)) - Number(worth(one) < worth(other));

    fc.assert(
      fc.property(canonical, canonical, fc.boolean(), (one, other, isDescending) => {
        const order = orderOf(fieldOf("real"), isDescending)(one, other);
        expect(order + 0).toBe((isDescending ? -1 : 1) * expected(one, other) + 0);
      }),
    );
  });

  test("orders by the first field first, then by the next, and last by the record's key", () => {
    const by = [
      { field: fieldOf("string", { name: "A" }), isDescending: true },
      { field: fieldOf("integer", { name: "B" }), isDescending: false },
    ];
    const rows = [
      ["b", "2", "k1"],
      ["b", "10", "k1"],
      ["ab", "1", "k1"],
      ["ab", "1", "k2"],
      ["a", "0", "k1"],
      ["", "0", "k1"],
    ];
    const keys = rows.map(([a, b, key]) => keyLine(sortKeyOf(by, [a!, b!], key!)));

    expect(keys.map((key, index) => index === 0 || compareKeys(keys[index - 1]!, 0, key, 0) < 0)).toEqual(
      keys.map(() => true),
    );
    expect(recordKeyIn(sortKeyOf(by, ["b", "2"], "k\u001f1"))).toBe("k\u001f1");
    expect(recordKeyIn("k\u001f1")).toBe("k\u001f1");
  });

  test("is no longer than a part of a long text", () => {
    const key = sortKeyOf([{ field: fieldOf("string"), isDescending: false }], ["a".repeat(1_000_000)], "key");

    expect(key.length).toBeLessThan(sortedCharactersMax + 10);
  });
});
