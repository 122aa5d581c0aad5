import { beforeEach, describe, expect, test } from "vitest";
import type { Blobs, Table } from "../../shared/storage/ground/ground.ts";
import type { ProxyFault } from "../support/faultProxy.ts";
import { groundBehindProxies, onceTo, openFresh } from "./groundBehindProxies.ts";
import { insertRow, patternBytes, readAll, reusedChunks } from "./groundHarness.ts";

const block = 4 * 1024 * 1024;
const loseAnswer: ProxyFault = { kind: "loseAnswer" };

const behind = groundBehindProxies();
let table: Table;
let blobs: Blobs;
let tableName: string;
let containerName: string;
beforeEach(async () => {
  ({ table, blobs, tableName, containerName } = await openFresh(behind));
});

describe("a row whose answer was lost", () => {
  test("is reported as inserted by us, once", async () => {
    onceTo(behind.tableProxy, loseAnswer);

    const etag = await table.insert("p", "r", { number: 1 });

    expect(behind.tableProxy.requests.map((request) => request.method)).toEqual(["POST", "POST", "GET"]);
    expect(etag).toBeDefined();
    expect(await table.find("p", "r")).toMatchObject({ etag, values: { number: 1 } });
  });

  test("is reported as inserted by us when a middlebox sends the request twice", async () => {
    onceTo(behind.tableProxy, { kind: "repeat" });

    expect(await table.insert("p", "r", { number: 1 })).toBe((await table.find("p", "r"))?.etag);
  });

  test("is not ours when somebody else's stood there before", async () => {
    await behind.other.table(tableName).insert("p", "r", { number: 2 });
    onceTo(behind.tableProxy, loseAnswer);

    expect(await table.insert("p", "r", { number: 1 })).toBeUndefined();
    expect((await table.find("p", "r"))?.values).toEqual({ number: 2 });
  });

  test("is reported as replaced by us", async () => {
    const first = (await table.insert("p", "r", { number: 1 })) ?? "";
    onceTo(behind.tableProxy, loseAnswer);

    const second = await table.replace("p", "r", { number: 2 }, first);

    expect(second).toBeDefined();
    expect(await table.find("p", "r")).toMatchObject({ etag: second, values: { number: 2 } });
  });

  test("is not ours when somebody else replaced it first", async () => {
    const first = (await table.insert("p", "r", { number: 1 })) ?? "";
    await behind.other.table(tableName).replace("p", "r", { number: 3 }, first);
    onceTo(behind.tableProxy, loseAnswer);

    expect(await table.replace("p", "r", { number: 2 }, first)).toBeUndefined();
  });

  test("is reported as written by our transaction, with all that belongs to it", async () => {
    await table.insert("p", "removed", {});
    onceTo(behind.tableProxy, loseAnswer);

    const etags = await table.transact("p", [{ kind: "remove", rowKey: "removed" }, insertRow("a"), insertRow("b")]);

    expect(etags).toEqual([undefined, (await table.find("p", "a"))?.etag, undefined]);
    expect((await table.list("p", { limit: 10 })).rows.map((row) => row.rowKey)).toEqual(["a", "b"]);
  });

  test("is not written by our transaction when somebody else's row stood in its way", async () => {
    await behind.other.table(tableName).insert("p", "b", { number: 2 });
    onceTo(behind.tableProxy, loseAnswer);

    expect(await table.transact("p", [insertRow("a"), insertRow("b")])).toBeUndefined();
    expect((await table.list("p", { limit: 10 })).rows.map((row) => row.rowKey)).toEqual(["b"]);
  });

  test("is gone when it was removed, though the removal cannot tell that it was ours", async () => {
    await table.insert("p", "r", {});
    onceTo(behind.tableProxy, loseAnswer);

    expect(await table.remove("p", "r")).toBe(false);
    expect(await table.find("p", "r")).toBeUndefined();
  });
});

describe("a blob whose answer was lost", () => {
  test("is reported as put by us, new or over the version that we knew", async () => {
    onceTo(behind.blobProxy, loseAnswer, /^PUT/);
    const first = await blobs.put("b", Buffer.from("first"), { condition: "new" });
    onceTo(behind.blobProxy, loseAnswer, /^PUT/);
    const second = await blobs.put("b", Buffer.from("second"), { condition: { etag: first ?? "" } });

    expect(first).toBeDefined();
    expect(second).toBe((await blobs.findFacts("b"))?.etag);
    expect((await readAll(await blobs.read("b")))?.toString()).toBe("second");
  });

  test("is not ours when somebody else's stood there before", async () => {
    await behind.other.blobs(containerName).put("b", Buffer.from("theirs"), { condition: "new" });
    onceTo(behind.blobProxy, loseAnswer, /^PUT/);

    expect(await blobs.put("b", Buffer.from("ours"), { condition: "new" })).toBeUndefined();
    expect((await readAll(await blobs.read("b")))?.toString()).toBe("theirs");
  });

  for (const [what, request] of [
    ["a block", /comp=block&/],
    ["the list of blocks", /comp=blocklist/],
  ] as const) {
    test(`is reported as streamed by us when it was the answer to ${what}`, async () => {
      const bytes = patternBytes(2 * block + 3);
      onceTo(behind.blobProxy, loseAnswer, request);

      const stored = await blobs.putStream("b", reusedChunks(bytes, 65_536), { condition: "new" });

      expect(stored).toEqual({ etag: (await blobs.findFacts("b"))?.etag, sizeBytes: bytes.length });
      expect((await readAll(await blobs.read("b")))?.equals(bytes)).toBe(true);
    });
  }
});
