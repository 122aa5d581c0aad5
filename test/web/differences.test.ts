import { describe, expect, test } from "vitest";
import { byName, differencesOf, mergedOf } from "../../web/parts/differences.ts";

interface Thing {
  readonly name: string;
  readonly note?: string;
  readonly parts: readonly { readonly size: number; readonly unit: string }[];
}

const base: Thing = { name: "A", note: "old", parts: [{ size: 1, unit: "kg" }] };

describe("two versions of the same thing", () => {
  test("do not differ by the order of members", () => {
    expect(differencesOf(base, base, { ...base, parts: [{ unit: "kg", size: 1 }] })).toEqual([]);
  });

  test("differ in what one of them changed, and the change is suggested", () => {
    const found = differencesOf(base, { ...base, note: "mine" }, { ...base, name: "B" });

    expect(found).toEqual([
      { key: "name", suggested: "theirs" },
      { key: "note", suggested: "mine" },
    ]);
  });

  test("keep what one typed where both changed the same", () => {
    const found = differencesOf(base, { ...base, note: "mine" }, { ...base, note: "theirs" });

    expect(found).toEqual([{ key: "note", suggested: "mine" }]);
  });

  test("become one, member by member", () => {
    const theirs = { ...base, name: "B", note: "theirs" };

    expect(mergedOf({ ...base, note: "mine" }, theirs, new Set(["name"]))).toEqual({
      ...base,
      name: "B",
      note: "mine",
    });
  });

  test("become one without what was taken away", () => {
    const { note: _, ...without } = base;

    expect(mergedOf<Thing>(without, { ...base, name: "B" }, new Set(["name"]))).toEqual({ ...without, name: "B" });
    expect(mergedOf<Thing>(base, without, new Set(["note"]))).toEqual(without);
  });

  test("may name their members as every object names its own", () => {
    const [own, other] = [byName<string>([]), byName([["constructor", "theirs"]])];

    expect(differencesOf(own, own, other)).toEqual([{ key: "constructor", suggested: "theirs" }]);
    expect(own["constructor"]).toBeUndefined();
    expect(mergedOf(own, other, new Set())["constructor"]).toBeUndefined();
  });
});
