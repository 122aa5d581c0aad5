import { beforeAll, describe, expect, test } from "vitest";
import type { Table } from "../../shared/storage/ground/ground.ts";
import { freshName } from "./groundHarness.ts";
import type { GroundHarness } from "./groundHarness.ts";

export function rowContract(open: () => Promise<GroundHarness>): void {
  let harness: GroundHarness;
  let table: Table;
  beforeAll(async () => {
    harness = await open();
    table = harness.ground.table(freshName());
  });

  describe("a row", () => {
    test("is not there before it is inserted, in a table that was never used", async () => {
      const unused = harness.ground.table(freshName());

      expect(await unused.find("p", "r")).toBeUndefined();
      expect((await unused.list("p", { limit: 10 })).rows).toEqual([]);
      expect(await unused.replace("p", "r", {}, 'W/"1"')).toBeUndefined();
      expect(await unused.remove("p", "r")).toBe(false);
    });

    test("comes back exactly as it went in", async () => {
      const values = {
        text: "Ærø 🚢 'quoted' \"double\" \u2028 line\r\nend ",
        empty: "",
        long: "é".repeat(32_768),
        yes: true,
        no: false,
        zero: 0,
        small: -1,
        int32: 2 ** 31 - 1,
        beyondInt32: 2 ** 31,
        time: Date.UTC(2026, 10, 24),
        largest: Number.MAX_SAFE_INTEGER,
        smallest: Number.MIN_SAFE_INTEGER,
        fraction: 0.1,
        tiny: 5e-324,
        other_Name1: "a name",
      };

      const etag = await table.insert("values", "row", values);

      expect(await table.find("values", "row")).toEqual({ partitionKey: "values", rowKey: "row", etag, values });
      expect((await table.list("values", { limit: 1 })).rows).toEqual([
        { partitionKey: "values", rowKey: "row", etag, values },
      ]);
    });

    test("has no columns when it was written with none", async () => {
      await table.insert("values", "bare", {});

      expect((await table.find("values", "bare"))?.values).toEqual({});
    });

    test("may have a quote, a space and letters of any alphabet in its keys", async () => {
      const etag = await table.insert("Søren's p", "O'Neill & sønner + 會社=100", { number: 1 });

      const found = await table.find("Søren's p", "O'Neill & sønner + 會社=100");
      expect(found?.etag).toBe(etag);
      expect(found?.rowKey).toBe("O'Neill & sønner + 會社=100");
      expect(await table.transact("Søren's p", [{ kind: "remove", rowKey: "O'Neill & sønner + 會社=100" }])).toEqual([
        undefined,
      ]);
    });

    test("is not shared with the caller that wrote or read it", async () => {
      const values = { number: 1 };
      await table.insert("shared", "row", values);
      values.number = 2;
      const found = await table.find("shared", "row");
      Object.assign(found?.values ?? {}, { number: 3 });

      expect((await table.find("shared", "row"))?.values).toEqual({ number: 1 });
    });

    test("is inserted by exactly one of twenty that try at once", async () => {
      const fresh = harness.ground.table(freshName());

      const etags = await Promise.all(
        Array.from({ length: 20 }, (_, number) => fresh.insert("race", "row", { number })),
      );

      const winner = etags.findIndex((etag) => etag !== undefined);
      expect(etags.filter((etag) => etag !== undefined)).toHaveLength(1);
      expect(await fresh.find("race", "row")).toMatchObject({ etag: etags[winner], values: { number: winner } });
    });

    test("is replaced whole, by exactly one of ten that hold the same ETag", async () => {
      const first = (await table.insert("race", "replaced", { old: 1, number: -1 })) ?? "";

      const etags = await Promise.all(
        Array.from({ length: 10 }, (_, number) => table.replace("race", "replaced", { number }, first)),
      );

      const winner = etags.findIndex((etag) => etag !== undefined);
      expect(etags.filter((etag) => etag !== undefined)).toHaveLength(1);
      expect(etags[winner]).not.toBe(first);
      expect((await table.find("race", "replaced"))?.values).toEqual({ number: winner });
      expect(await table.find("race", "replaced")).toMatchObject({ etag: etags[winner] });
    });

    test("that is gone can be neither replaced nor removed", async () => {
      const etag = (await table.insert("gone", "row", { number: 1 })) ?? "";

      expect(await table.remove("gone", "row", etag)).toBe(true);
      expect(await table.replace("gone", "row", { number: 2 }, etag)).toBeUndefined();
      expect(await table.remove("gone", "row", etag)).toBe(false);
      expect(await table.remove("gone", "row")).toBe(false);
      expect(await table.find("gone", "row")).toBeUndefined();
    });

    test("is removed only at the ETag that is asked for", async () => {
      const first = (await table.insert("removed", "row", { number: 1 })) ?? "";
      const second = (await table.replace("removed", "row", { number: 2 }, first)) ?? "";

      expect(await table.remove("removed", "row", first)).toBe(false);
      expect((await table.find("removed", "row"))?.etag).toBe(second);
      expect(await table.remove("removed", "row", second)).toBe(true);
    });

    test("gets a new ETag when it is written again with equal values", async () => {
      const first = (await table.insert("again", "row", { number: 1 })) ?? "";
      const second = await table.replace("again", "row", { number: 1 }, first);

      expect(second).not.toBe(first);
      expect(await table.replace("again", "row", { number: 1 }, first)).toBeUndefined();
    });

    for (const [what, write] of [
      ["a slash in its row key", () => table.insert("p", "a/b", {})],
      ["a control character in its partition key", () => table.insert("p\n", "a", {})],
      ["half a surrogate pair in its row key", () => table.insert("p", "\ud800", {})],
      ["an empty row key", () => table.insert("p", "", {})],
      ["a string of more than 32,768 characters", () => table.insert("p", "r", { long: "x".repeat(32_769) })],
      ["half a surrogate pair", () => table.insert("p", "r", { half: "\ud800" })],
      ["an integer beyond 2^53", () => table.insert("p", "r", { number: 2 ** 53 })],
      ["a number that is none", () => table.insert("p", "r", { number: Number.NaN })],
      ["a reserved column", () => table.insert("p", "r", { etag: "x" })],
      ["a column that every object has", () => table.insert("p", "r", { constructor: "x" })],
      ["a column that is no identifier", () => table.insert("p", "r", { "a b": "x" })],
      ["more than a mebibyte", () => table.insert("p", "r", wide(20, "x".repeat(32_000)))],
      ["more than 251 columns", () => table.insert("p", "r", wide(252, "x"))],
    ] as const) {
      test(`is refused with ${what}`, async () => {
        await expect(write()).rejects.toThrow(RangeError);
      });
    }
  });
}

function wide(columns: number, value: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: columns }, (_, number) => [`column${number}`, value]));
}
