import { beforeAll, describe, expect, test } from "vitest";
import type { RowChange, Table } from "../../shared/storage/ground/ground.ts";
import { fillTable, freshName, insertRow, keysOf, listAll } from "./groundHarness.ts";
import type { GroundHarness } from "./groundHarness.ts";

export function tableContract(open: () => Promise<GroundHarness>): void {
  let harness: GroundHarness;
  let table: Table;
  beforeAll(async () => {
    harness = await open();
    table = harness.ground.table(freshName());
  });

  describe("a transaction", () => {
    test("makes all of its changes, and tells the new ETag of each row", async () => {
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
      const written = ["inserted", "replaced", "replacedBlindly", "upserted", "upsertedNew"];
      expect(done).toEqual([...written.map((key) => rows.find((row) => row.rowKey === key)?.etag), undefined]);
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
        expect(done).toBeUndefined();
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
        `own${done.findIndex((took) => took !== undefined)}`,
      ]);
    });

    test("carries a hundred changes, is done when it has none, and refuses more or the same row twice", async () => {
      const hundred = Array.from({ length: 100 }, (_, number) => insertRow(`row${number}`, number));

      expect(await table.transact("hundred", hundred)).toHaveLength(100);
      expect(await table.transact("hundred", [])).toEqual([]);
      expect(keysOf(await listAll(table, "hundred", { limit: 1000 }))).toHaveLength(100);
      await expect(table.transact("hundred", [...hundred, insertRow("more")])).rejects.toThrow(RangeError);
      await expect(table.transact("twice", [insertRow("row"), insertRow("row")])).rejects.toThrow(RangeError);
    });
  });

  test("tells its partitions one after another, in the order of their keys", async () => {
    const whole = harness.ground.table(freshName());
    const partitions = ["b", "10", "a b", "9"];
    for (const key of partitions) await fillTable(whole, key, ["one", "two"]);
    await fillTable(whole, "gone", ["one"]);
    await whole.remove("gone", "one");

    const found: string[] = [];
    for (let key = await whole.nextPartition(""); key !== undefined; key = await whole.nextPartition(key)) {
      found.push(key);
    }

    expect(found).toEqual(partitions.toSorted());
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

    test("leads from partition to partition in the order of their keys, past those that are empty", async () => {
      const several = harness.ground.table(freshName());
      for (const partition of ["b", "a", "c"]) await fillTable(several, partition, ["one", "two"]);
      for (const rowKey of ["one", "two"]) await several.remove("b", rowKey);

      const partitions = [
        await several.nextPartition(""),
        await several.nextPartition("a"),
        await several.nextPartition("c"),
      ];

      expect(partitions).toEqual(["a", "c", undefined]);
    });

    test("refuses a limit below one", async () => {
      await expect(table.list("order", { limit: 0 })).rejects.toThrow(RangeError);
    });
  });
}
