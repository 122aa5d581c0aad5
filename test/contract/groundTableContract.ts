import { beforeAll, describe, expect, test } from "vitest";
import type { RowChange, Table } from "../../shared/storage/ground.ts";
import { fillTable, freshName, insertRow, keysOf, listAll } from "./groundHarness.ts";
import type { GroundHarness } from "./groundHarness.ts";

export function tableContract(open: () => Promise<GroundHarness>): void {
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
      expect(await table.transact("Søren's p", [{ kind: "remove", rowKey: "O'Neill & sønner + 會社=100" }])).toBe(true);
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

  describe("a transaction", () => {
    test("makes all of its changes", async () => {
      await fillTable(table, "all", ["replaced", "replacedBlindly", "removed", "upserted"]);
      const etag = (await table.find("all", "replaced"))?.etag ?? "";
      const removed = (await table.find("all", "removed"))?.etag ?? "";

      const done = await table.transact("all", [
        insertRow("inserted", 1),
        { kind: "replace", rowKey: "replaced", values: { number: 2 }, etag },
        { kind: "replace", rowKey: "replacedBlindly", values: { other: 3 } },
        { kind: "upsert", rowKey: "upserted", values: { other: 4 } },
        { kind: "upsert", rowKey: "upsertedNew", values: { number: 5 } },
        { kind: "remove", rowKey: "removed", etag: removed },
      ]);

      const rows = (await table.list("all", { limit: 100 })).rows;
      expect(done).toBe(true);
      expect(Object.fromEntries(rows.map((row) => [row.rowKey, row.values]))).toEqual({
        inserted: { number: 1 },
        replaced: { number: 2 },
        replacedBlindly: { other: 3 },
        upserted: { other: 4 },
        upsertedNew: { number: 5 },
      });
    });

    const stale = "W/\"datetime'2020-01-01T00%3A00%3A00.0000000Z'\"";
    for (const [what, conflict] of [
      ["a row stands in the way", insertRow("standing", 9)],
      ["a replaced row is gone", { kind: "replace", rowKey: "absent", values: { number: 9 } }],
      ["a replaced row has another ETag", { kind: "replace", rowKey: "standing", values: { number: 9 }, etag: stale }],
      ["a removed row is gone", { kind: "remove", rowKey: "absent" }],
      ["a removed row has another ETag", { kind: "remove", rowKey: "standing", etag: stale }],
    ] as readonly (readonly [string, RowChange])[]) {
      test(`changes nothing when ${what}`, async () => {
        const partition = freshName();
        await fillTable(table, partition, ["changed", "standing"]);

        const done = await table.transact(partition, [
          insertRow("before", 1),
          { kind: "replace", rowKey: "changed", values: { number: 1 } },
          conflict,
          insertRow("zlast", 1),
        ]);

        const rows = (await table.list(partition, { limit: 100 })).rows;
        expect(done).toBe(false);
        expect(rows.map((row) => [row.rowKey, row.values])).toEqual([
          ["changed", { number: 0 }],
          ["standing", { number: 0 }],
        ]);
      });
    }

    test("of ten with one row in common takes for exactly one of them", async () => {
      const done = await Promise.all(
        Array.from({ length: 10 }, (_, number) =>
          table.transact("common", [insertRow("common", number), insertRow(`own${number}`, number)]),
        ),
      );

      expect(done.filter((took) => took)).toHaveLength(1);
      expect((await table.list("common", { limit: 100 })).rows.map((row) => row.rowKey)).toEqual([
        "common",
        `own${done.indexOf(true)}`,
      ]);
    });

    test("carries a hundred changes, is done when it has none, and refuses more or the same row twice", async () => {
      const hundred = Array.from({ length: 100 }, (_, number) => insertRow(`row${number}`, number));

      expect(await table.transact("hundred", hundred)).toBe(true);
      expect(await table.transact("hundred", [])).toBe(true);
      expect(keysOf(await listAll(table, "hundred", { limit: 1000 }))).toHaveLength(100);
      await expect(table.transact("hundred", [...hundred, insertRow("more")])).rejects.toThrow(RangeError);
      await expect(table.transact("twice", [insertRow("row"), insertRow("row")])).rejects.toThrow(RangeError);
    });
  });

  describe("a list of rows", () => {
    test("is in the order of code units, from its lower bound and below its upper", async () => {
      await fillTable(table, "order", ["b", "B", "10", "9", "a", "_", "a~", "a-", "~"]);

      expect(keysOf(await listAll(table, "order", { limit: 100 }))).toEqual(
        ["b", "B", "10", "9", "a", "_", "a~", "a-", "~"].sort(),
      );
      expect(keysOf(await listAll(table, "order", { from: "B", below: "a~", limit: 100 }))).toEqual([
        "B",
        "_",
        "a",
        "a-",
      ]);
      expect(keysOf(await listAll(table, "order", { from: "b", limit: 100 }))).toEqual(["b", "~"]);
      expect(keysOf(await listAll(table, "order", { below: "9", limit: 100 }))).toEqual(["10"]);
      expect(keysOf(await listAll(table, "order", { from: "c", below: "c", limit: 100 }))).toEqual([]);
    });

    test("keeps to its partition, whatever the bounds say", async () => {
      await table.insert("fence", "row", {});
      await table.insert("fence' or PartitionKey ne '", "row", {});

      const pages = await listAll(table, "fence", { from: "' or RowKey ge '", limit: 100 });

      expect(pages.flat().map((row) => row.partitionKey)).toEqual(["fence"]);
    });

    test("comes in pages of at most the limit that together hold every row once", async () => {
      const rowKeys = Array.from({ length: harness.manyRows }, (_, number) => String(number).padStart(6, "0"));
      await fillTable(table, "many", rowKeys);
      await table.insert("many2", "000000", {});

      const hundreds = await listAll(table, "many", { from: "000010", below: "000333", limit: 100 });
      const whole = await listAll(table, "many", { limit: harness.manyRows });

      expect(hundreds.every((page) => page.length <= 100)).toBe(true);
      expect(keysOf(hundreds)).toEqual(rowKeys.slice(10, 333));
      expect(whole.every((page) => page.length <= 1000)).toBe(true);
      expect(keysOf(whole)).toEqual(rowKeys);
    });

    test("goes on behind rows that were removed between two pages", async () => {
      await fillTable(table, "shrinking", ["a", "b", "c", "d"]);
      const first = await table.list("shrinking", { limit: 2 });
      await table.remove("shrinking", "c");

      const rest = await listAll(table, "shrinking", { limit: 2, continuation: first.continuation ?? "" });

      expect(first.rows.map((row) => row.rowKey)).toEqual(["a", "b"]);
      expect(keysOf(rest)).toEqual(["d"]);
    });

    test("refuses a limit below one", async () => {
      await expect(table.list("order", { limit: 0 })).rejects.toThrow(RangeError);
    });
  });
}

function wide(columns: number, value: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: columns }, (_, number) => [`column${number}`, value]));
}
