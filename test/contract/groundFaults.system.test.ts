import { BlobServiceClient } from "@azure/storage-blob";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { azureGround } from "../../shared/storage/azure/azureGround.ts";
import type { Blobs, Ground, Queue, Table } from "../../shared/storage/ground.ts";
import type { Azurite } from "../support/azurite.ts";
import { startAzurite, toConnectionString } from "../support/azurite.ts";
import type { FaultProxy, ProxyFault } from "../support/faultProxy.ts";
import { startFaultProxy } from "../support/faultProxy.ts";
import { failingAfter, freshName, insertRow, patternBytes, readAll, reusedChunks } from "./groundHarness.ts";

const block = 4 * 1024 * 1024;
const tryTimeoutMs = 400;
const loseAnswer: ProxyFault = { kind: "loseAnswer" };

let azurite: Azurite;
let blobProxy: FaultProxy;
let queueProxy: FaultProxy;
let tableProxy: FaultProxy;
/** Behind the proxies, and beside them: another instance. */
let ground: Ground;
let other: Ground;
let table: Table;
let blobs: Blobs;
let queue: Queue;
let names: { readonly table: string; readonly container: string; readonly queue: string };

beforeAll(async () => {
  azurite = await startAzurite();
  blobProxy = await startFaultProxy(azurite.blobPort);
  queueProxy = await startFaultProxy(azurite.queuePort);
  tableProxy = await startFaultProxy(azurite.tablePort);
  const connectionString = toConnectionString(blobProxy.port, queueProxy.port, tableProxy.port);
  ground = azureGround({ connectionString }, { retryDelayMs: 5, triesMax: 3, tryTimeoutMs });
  other = azureGround({ connectionString: azurite.connectionString });
});
afterAll(async () => {
  await Promise.all([blobProxy, queueProxy, tableProxy].map(async (proxy) => proxy.stop()));
  await azurite.stop();
});
beforeEach(async () => {
  for (const proxy of [blobProxy, queueProxy, tableProxy]) proxy.plan(() => undefined);
  names = { table: freshName(), container: freshName(), queue: freshName() };
  table = ground.table(names.table);
  blobs = ground.blobs(names.container);
  queue = ground.queue(names.queue);
  await Promise.all([table.find("p", "r"), blobs.find("b"), queue.receive(1, 1000)]);
});

function onceTo(proxy: FaultProxy, fault: ProxyFault, matches = /./): void {
  let done = false;
  proxy.plan(({ method, url }) => {
    if (done || !matches.test(`${method} ${url}`)) return undefined;
    done = true;
    return fault;
  });
}

describe("a row whose answer was lost", () => {
  test("is reported as inserted by us, once", async () => {
    onceTo(tableProxy, loseAnswer);

    const etag = await table.insert("p", "r", { number: 1 });

    expect(tableProxy.requests.map((request) => request.method)).toEqual(["POST", "POST", "GET"]);
    expect(etag).toBeDefined();
    expect(await table.find("p", "r")).toMatchObject({ etag, values: { number: 1 } });
  });

  test("is reported as inserted by us when a middlebox sends the request twice", async () => {
    onceTo(tableProxy, { kind: "repeat" });

    expect(await table.insert("p", "r", { number: 1 })).toBe((await table.find("p", "r"))?.etag);
  });

  test("is not ours when somebody else's stood there before", async () => {
    await other.table(names.table).insert("p", "r", { number: 2 });
    onceTo(tableProxy, loseAnswer);

    expect(await table.insert("p", "r", { number: 1 })).toBeUndefined();
    expect((await table.find("p", "r"))?.values).toEqual({ number: 2 });
  });

  test("is reported as replaced by us", async () => {
    const first = (await table.insert("p", "r", { number: 1 })) ?? "";
    onceTo(tableProxy, loseAnswer);

    const second = await table.replace("p", "r", { number: 2 }, first);

    expect(second).toBeDefined();
    expect(await table.find("p", "r")).toMatchObject({ etag: second, values: { number: 2 } });
  });

  test("is not ours when somebody else replaced it first", async () => {
    const first = (await table.insert("p", "r", { number: 1 })) ?? "";
    await other.table(names.table).replace("p", "r", { number: 3 }, first);
    onceTo(tableProxy, loseAnswer);

    expect(await table.replace("p", "r", { number: 2 }, first)).toBeUndefined();
  });

  test("is reported as written by our transaction, with all that belongs to it", async () => {
    await table.insert("p", "removed", {});
    onceTo(tableProxy, loseAnswer);

    expect(await table.transact("p", [{ kind: "remove", rowKey: "removed" }, insertRow("a"), insertRow("b")])).toBe(
      true,
    );
    expect((await table.list("p", { limit: 10 })).rows.map((row) => row.rowKey)).toEqual(["a", "b"]);
  });

  test("is not written by our transaction when somebody else's row stood in its way", async () => {
    await other.table(names.table).insert("p", "b", { number: 2 });
    onceTo(tableProxy, loseAnswer);

    expect(await table.transact("p", [insertRow("a"), insertRow("b")])).toBe(false);
    expect((await table.list("p", { limit: 10 })).rows.map((row) => row.rowKey)).toEqual(["b"]);
  });

  test("is gone when it was removed, though the removal cannot tell that it was ours", async () => {
    await table.insert("p", "r", {});
    onceTo(tableProxy, loseAnswer);

    expect(await table.remove("p", "r")).toBe(false);
    expect(await table.find("p", "r")).toBeUndefined();
  });
});

describe("a blob whose answer was lost", () => {
  test("is reported as put by us, new or over the version that we knew", async () => {
    onceTo(blobProxy, loseAnswer, /^PUT/);
    const first = await blobs.put("b", Buffer.from("first"), { condition: "new" });
    onceTo(blobProxy, loseAnswer, /^PUT/);
    const second = await blobs.put("b", Buffer.from("second"), { condition: { etag: first ?? "" } });

    expect(first).toBeDefined();
    expect(second).toBe((await blobs.findFacts("b"))?.etag);
    expect((await readAll(await blobs.read("b")))?.toString()).toBe("second");
  });

  test("is not ours when somebody else's stood there before", async () => {
    await other.blobs(names.container).put("b", Buffer.from("theirs"), { condition: "new" });
    onceTo(blobProxy, loseAnswer, /^PUT/);

    expect(await blobs.put("b", Buffer.from("ours"), { condition: "new" })).toBeUndefined();
    expect((await readAll(await blobs.read("b")))?.toString()).toBe("theirs");
  });

  for (const [what, request] of [
    ["a block", /comp=block&/],
    ["the list of blocks", /comp=blocklist/],
  ] as const) {
    test(`is reported as streamed by us when it was the answer to ${what}`, async () => {
      const bytes = patternBytes(2 * block + 3);
      onceTo(blobProxy, loseAnswer, request);

      const stored = await blobs.putStream("b", reusedChunks(bytes, 65_536), { condition: "new" });

      expect(stored).toEqual({ etag: (await blobs.findFacts("b"))?.etag, sizeBytes: bytes.length });
      expect((await readAll(await blobs.read("b")))?.equals(bytes)).toBe(true);
    });
  }
});

describe("a stream that could not be stored", () => {
  const uncommitted = async (): Promise<string[]> => {
    const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(
      names.container,
    );
    const found: string[] = [];
    for await (const item of container.listBlobsFlat({ includeUncommitedBlobs: true })) found.push(item.name);
    return found;
  };

  test("leaves no uncommitted blocks when its source throws", async () => {
    const storing = blobs.putStream("b", failingAfter(patternBytes(3 * block), 65_536), { condition: "new" });

    await expect(storing).rejects.toThrow("the caller hung up");
    expect(blobProxy.requests.some((request) => request.url.includes("comp=block&"))).toBe(true);
    expect(await uncommitted()).toEqual([]);
  });

  test("leaves no uncommitted blocks when the service stops answering", async () => {
    let staged = 0;
    blobProxy.plan(({ url }) => {
      if (!url.includes("comp=block&")) return undefined;
      staged += 1;
      return staged > 1 ? { kind: "answer", status: 500 } : undefined;
    });

    const storing = blobs.putStream("b", reusedChunks(patternBytes(3 * block), 65_536), { condition: "new" });

    await expect(storing).rejects.toMatchObject({ statusCode: 500 });
    expect(await uncommitted()).toEqual([]);
  });

  test("does not stand in the way of others when it was cut off while it was thrown away", async () => {
    blobProxy.plan(({ method }) => (method === "DELETE" ? { kind: "drop" } : undefined));
    await blobs
      .putStream("b", failingAfter(patternBytes(3 * block), 65_536), { condition: "new" })
      .catch(() => undefined);

    expect(await uncommitted()).toEqual(["b"]);
    expect(await blobs.findFacts("b")).toBeUndefined();
    expect(await blobs.find("b")).toBeUndefined();
    expect(await blobs.read("b", 5, 5)).toBeUndefined();
    expect(await blobs.list("", { limit: 10 })).toEqual({ items: [] });
    expect(await blobs.put("b", Buffer.from("theirs"), { condition: "new" })).toBeDefined();
    expect((await readAll(await blobs.read("b")))?.toString()).toBe("theirs");
  });
});

describe("a read", () => {
  test("whose connection breaks before anybody looks at it harms nobody", async () => {
    const bytes = patternBytes(block);
    await blobs.put("b", bytes, { condition: "new" });
    onceTo(blobProxy, { kind: "cutAnswer", afterBytes: 100_000 }, /^GET/);
    const stream = await blobs.read("b");
    await blobs.list("", { limit: 1 });

    expect((await readAll(stream))?.equals(bytes)).toBe(true);
  });

  for (const fault of [
    { kind: "cutAnswer", afterBytes: 100_000 },
    { kind: "stallAnswer", afterBytes: 100_000 },
    { kind: "cutAnswer", afterBytes: 0 },
  ] as const) {
    test(`goes on where it stopped after ${fault.kind} at ${fault.afterBytes} bytes`, async () => {
      const bytes = patternBytes(block);
      await blobs.put("b", bytes, { condition: "new" });
      onceTo(blobProxy, fault, /^GET/);

      expect((await readAll(await blobs.read("b", 10)))?.equals(bytes.subarray(10))).toBe(true);
      expect(blobProxy.requests).toHaveLength(2);
    });
  }

  test("fails rather than mix two versions", async () => {
    await blobs.put("b", patternBytes(block), { condition: "new" });
    onceTo(blobProxy, { kind: "cutAnswer", afterBytes: 100_000 }, /^GET/);
    const stream = await blobs.read("b");
    await other.blobs(names.container).put("b", Buffer.alloc(block), { condition: "any" });

    await expect(readAll(stream)).rejects.toThrow("replaced or removed while it was read");
  });

  test("fails in the end when every connection breaks at once", async () => {
    await blobs.put("b", patternBytes(1000), { condition: "new" });
    blobProxy.plan(() => ({ kind: "cutAnswer", afterBytes: 0 }));

    await expect(readAll(await blobs.read("b"))).rejects.toThrow(/aborted|ECONNRESET|Data corruption/);
    expect(blobProxy.requests).toHaveLength(6);
  });
});

describe("a request", () => {
  test("waits as long as Retry-After says", async () => {
    const requests: (readonly [FaultProxy, () => Promise<unknown>])[] = [
      [tableProxy, async () => table.insert("p", "r", {})],
      [blobProxy, async () => blobs.put("b", Buffer.from("x"), { condition: "new" })],
      [queueProxy, async () => queue.send("x")],
    ];
    for (const [proxy, run] of requests) {
      onceTo(proxy, { kind: "answer", status: 503, retryAfterSeconds: 1 });
      const startedAt = performance.now();

      await run();

      expect(performance.now() - startedAt).toBeGreaterThan(990);
      expect(proxy.requests).toHaveLength(2);
    }
  });

  for (const fault of [
    { kind: "answer", status: 500 },
    { kind: "answer", status: 503 },
    { kind: "drop" },
    { kind: "delayAnswer", delayMs: 3 * tryTimeoutMs },
    { kind: "cutAnswer", afterBytes: 10 },
  ] as const) {
    test(`is sent again after ${JSON.stringify(fault)}`, async () => {
      await table.insert("p", "r", { number: 1 });
      await blobs.put("b", Buffer.from("x"), { condition: "new" });
      await queue.send("x");
      for (const proxy of [tableProxy, blobProxy, queueProxy]) onceTo(proxy, fault);

      expect((await table.list("p", { limit: 10 })).rows).toHaveLength(1);
      expect((await blobs.list("", { limit: 10 })).items).toHaveLength(1);
      expect(await queue.countAbout()).toBe(1);
    });
  }

  test("fails when the service says no for as long as it is asked", async () => {
    tableProxy.plan(() => ({ kind: "answer", status: 503 }));

    await expect(table.find("p", "r")).rejects.toMatchObject({ statusCode: 503 });
    expect(tableProxy.requests).toHaveLength(3);
  });

  test("that is wrong is sent once", async () => {
    tableProxy.plan(() => ({ kind: "answer", status: 403 }));

    await expect(table.find("p", "r")).rejects.toMatchObject({ statusCode: 403 });
    expect(tableProxy.requests).toHaveLength(1);
  });

  test("makes a missing table once, however many come together", async () => {
    const fresh = ground.table(freshName());
    tableProxy.plan(() => undefined);

    await Promise.all(Array.from({ length: 10 }, async (_, number) => fresh.insert("p", `${number}`, {})));

    expect(tableProxy.requests.filter((request) => request.url.includes("/Tables"))).toHaveLength(1);
    tableProxy.plan(() => undefined);
    await fresh.insert("p", "again", {});
    expect(tableProxy.requests).toHaveLength(1);
  });
});
