import { describe, expect, test } from "vitest";
import { definitionChanges } from "../../shared/domain/definitionChanges.ts";
import { customerGroups, importProject, line } from "../support/definitions.ts";

const field = (name: string, more: object = {}) => ({ name, type: "string", ...more });
const told = (before: object, after: object) => definitionChanges(before, after).changes;
const lines = (...texts: readonly string[]) => texts.join("\n");

describe("the changes between two versions of a definition", () => {
  test("are none where nothing is another, whatever the order of members", () => {
    const { fields, ...rest } = customerGroups;

    expect(definitionChanges(customerGroups, { fields, ...rest })).toEqual({ changes: [], hasMore: false });
  });

  test("name members in words and as a pointer, with what was and what is", () => {
    const before = { name: "A", isPerCompany: false, "a/b~c": 1, gone: null };
    const after = { name: "B", isPerCompany: false, "a/b~c": { x: [] }, came: true };

    expect(told(before, after)).toEqual([
      { kind: "changed", pointer: "/name", path: "name", before: "A", after: "B" },
      { kind: "changed", pointer: "/a~1b~0c", path: "a/b~c", before: "1", after: '{"x":[]}' },
      { kind: "added", pointer: "/came", path: "came", after: "true" },
      { kind: "removed", pointer: "/gone", path: "gone", before: "null" },
    ]);
  });

  test("follow items by their names, in any case, to their new places", () => {
    const before = { fields: [field("A"), field("B", { lengthMax: 10 }), field("C")] };
    const after = { fields: [field("D"), field("A"), field("b", { lengthMax: 20 })] };

    expect(told(before, after)).toEqual([
      { kind: "added", pointer: "/fields/0", path: 'fields "D"', after: '{"name":"D","type":"string"}' },
      { kind: "changed", pointer: "/fields/2/name", path: 'fields "b" › name', before: "B", after: "b" },
      { kind: "changed", pointer: "/fields/2/lengthMax", path: 'fields "b" › lengthMax', before: "10", after: "20" },
      { kind: "removed", pointer: "/fields/2", path: 'fields "C"', before: '{"name":"C","type":"string"}' },
    ]);
  });

  test("tell of another order once, by the items that stayed", () => {
    const before = { fields: [field("A"), field("B"), field("C"), field("D")] };
    const after = { fields: [field("C"), field("A"), field("B")] };

    expect(told(before, after).filter(({ kind }) => kind !== "removed")).toEqual([
      { kind: "reordered", pointer: "/fields", path: "fields", before: "A, B, C", after: "C, A, B" },
    ]);
  });

  test("go into the lines of a project and their maps", () => {
    const map = (column: string) => [{ field: "NAME", column }];
    const before = { ...importProject, lines: [{ ...line, fieldMap: map("Name") }] };
    const after = { ...importProject, lines: [{ ...line, fieldMap: map("Full name"), stylesheets: ["A", "B"] }] };

    expect(told(before, after)).toEqual([
      {
        kind: "changed",
        pointer: "/lines/0/fieldMap/0/column",
        path: 'lines "Customer groups" › fieldMap "NAME" › column',
        before: "Name",
        after: "Full name",
      },
      {
        kind: "added",
        pointer: "/lines/0/stylesheets",
        path: 'lines "Customer groups" › stylesheets',
        after: '["A","B"]',
      },
    ]);
  });

  test("go by places where names are twice, or there are none", () => {
    const entry = (criteria: string) => ({ field: "A", criteria });

    expect(told({ filter: [entry("1"), entry("2")] }, { filter: [entry("1"), entry("3"), entry("4")] })).toEqual([
      { kind: "changed", pointer: "/filter/1/criteria", path: "filter 2 › criteria", before: "2", after: "3" },
      { kind: "added", pointer: "/filter/2", path: "filter 3", after: '{"field":"A","criteria":"4"}' },
    ]);
    expect(told({ weekdays: ["monday"] }, { weekdays: ["monday", "friday"] })).toMatchObject([
      { kind: "changed", path: "weekdays", before: '["monday"]', after: '["monday","friday"]' },
    ]);
  });

  test("go line by line through a long text", () => {
    const before = { content: lines("a", "b", "c", "d", "e", "f") };
    const after = { content: lines("a", "B", "c", "e", "f", "g", "h") };

    expect(told(before, after)).toEqual([
      { kind: "changed", pointer: "/content", path: "content › line 2", before: "b", after: "B" },
      { kind: "removed", pointer: "/content", path: "content › line 4", before: "d" },
      { kind: "added", pointer: "/content", path: "content › lines 6 to 7", after: "g\nh" },
    ]);
  });

  test("are bounded, however much is another", () => {
    const before = { fields: Array.from({ length: 600 }, (_, index) => field(`F${index}`)) };
    const text = Array.from({ length: 3_000 }, (_, index) => `${index}`).join("\n");
    const other = Array.from({ length: 3_000 }, (_, index) => `x${index}`).join("\n");

    const many = definitionChanges(before, { fields: [] });
    const [long] = told({ content: text }, { content: other });

    expect([many.changes.length, many.hasMore]).toEqual([500, true]);
    expect(definitionChanges({ fields: before.fields.slice(0, 500) }, { fields: [] })).toMatchObject({
      hasMore: false,
    });
    expect(long).toMatchObject({ path: "content › lines 1 to 3000", isCut: true });
    expect([long!.before!.length, long!.after!.length, long!.before!.at(-1)]).toEqual([1_000, 1_000, "…"]);
    expect(told({ a: "😀".repeat(600) }, { a: "" })[0]!.before).toBe(`${"😀".repeat(499)}…`);
  });
});
