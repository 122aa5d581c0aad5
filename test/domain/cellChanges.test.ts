import { describe, expect, test } from "vitest";
import { cellChanger } from "../../shared/domain/cellChanges.ts";

describe("cells of a row that are changed", () => {
  const change = cellChanger(["Id", " Credit limit ", "constructor"]);

  test("are found by the names of their columns in any case, and all others stay", () => {
    expect(change(["1", undefined, "x"], { "CREDIT LIMIT": "5" }, "values")).toEqual({
      cells: ["1", "5", "x"],
      wrong: [],
    });
  });

  test.each([
    [{ nowhere: "1" }, "values.nowhere", "no such column"],
    [{ toString: "1" }, "values.toString", "no such column"],
    [{ id: "1", "Id ": "2" }, "values.Id ", "is there twice"],
    [{ Id: "\ud800" }, "values.Id", "half of a character"],
  ])("are refused by member in %j", (values, path, message) => {
    const { wrong } = change(["1", "2", "3"], values, "values");

    expect(wrong).toEqual([{ path, message: expect.stringContaining(message) }]);
  });
});
