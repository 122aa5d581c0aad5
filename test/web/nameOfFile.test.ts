import { describe, expect, test } from "vitest";
import { nameOfFile } from "../../web/parts/file/nameOfFile.ts";

describe("an entity that is made of a file", () => {
  test.each([
    ["customer_groups-2026 (1).csv", "Customer groups"],
    ["R&D vendors' list.xlsx", "R&D vendors' list"],
    ["Zürich.Läden.csv", "Zürich Läden"],
    ["2026-11-26.csv", "New entity"],
  ])("is called after it: %s", (fileName, name) => {
    expect(nameOfFile(fileName)).toBe(name);
  });
});
