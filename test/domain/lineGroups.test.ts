import { expect, test } from "vitest";
import { lineGroups } from "../../shared/domain/lineGroups.ts";

const at = (executionUnit: number, level: number, sequence: number, ...uses: string[]) => ({
  line: { executionUnit, level, sequence },
  uses,
});

test("lines that follow one another in one unit, level and sequence are one group", () => {
  const lines = [
    at(1, 1, 1, "a"),
    at(1, 1, 1, "b"),
    at(1, 1, 2, "c"),
    at(1, 2, 2, "d"),
    at(2, 2, 2, "e"),
    at(2, 2, 2, "f"),
  ];

  expect(lineGroups(lines)).toEqual([[0, 1], [2], [3], [4, 5]]);
  expect(lineGroups([])).toEqual([]);
});

test("a line that runs alone, as composite entities do, is a group of its own", () => {
  const lines = [at(1, 1, 1, "a"), { ...at(1, 1, 1, "b"), isAlone: true }, at(1, 1, 1, "c"), at(1, 1, 1, "d")];

  expect(lineGroups(lines)).toEqual([[0], [1], [2, 3]]);
});

test("lines that use one thing, such as the records of one entity, never are in one group", () => {
  const lines = [at(1, 1, 1, "a", "x"), at(1, 1, 1, "b"), at(1, 1, 1, "x"), at(1, 1, 1, "a"), at(1, 1, 1, "a")];

  expect(lineGroups(lines)).toEqual([[0, 1], [2, 3], [4]]);
});
