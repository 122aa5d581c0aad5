import { BlobServiceClient } from "@azure/storage-blob";
import { beforeEach, describe, expect, test } from "vitest";
import type { Blobs, Queue, Table } from "../../shared/storage/ground/ground.ts";
import type { FaultProxy } from "../support/faultProxy.ts";
import { groundBehindProxies, onceTo, openFresh, tryTimeoutMs } from "./groundBehindProxies.ts";
import { failingAfter, freshName, patternBytes, readAll, reusedChunks } from "./groundHarness.ts";

const block = 4 * 1024 * 1024;
const unavailable = (statusCode: number) => ({
  name: "Unavailable",
  message: expect.stringContaining(`failed: ${statusCode}`),
  cause: { statusCode },
});

const behind = groundBehindProxies();
let table: Table;
let blobs: Blobs;
let queue: Queue;
let containerName: string;
beforeEach(async () => {
  ({ table, blobs, queue, containerName } = await openFresh(behind));
});

describe("a stream that could not be stored", () => {
  const uncommitted = async (): Promise<string[]> => {
    const container = BlobServiceClient.fromConnectionString(behind.connectionString).getContainerClient(containerName);
    const found: string[] = [];
    for await (const item of container.listBlobsFlat({ includeUncommitedBlobs: true })) found.push(item.name);
    return found;
  };

  test("leaves no uncommitted blocks when its source throws", async () => {
    const storing = blobs.putStream("b", failingAfter(patternBytes(3 * block), 65_536), { condition: "new" });

    await expect(storing).rejects.toThrow("the caller hung up");
    expect(behind.blobProxy.requests.some((request) => request.url.includes("comp=block&"))).toBe(true);
    expect(await uncommitted()).toEqual([]);
  });

  test("leaves no uncommitted blocks when the service stops answering", async () => {
    let staged = 0;
    behind.blobProxy.plan(({ url }) => {
      if (!url.includes("comp=block&")) return undefined;
      staged += 1;
      return staged > 1 ? { kind: "answer", status: 500 } : undefined;
    });

    const storing = blobs.putStream("b", reusedChunks(patternBytes(3 * block), 65_536), { condition: "new" });

    await expect(storing).rejects.toMatchObject(unavailable(500));
    expect(await uncommitted()).toEqual([]);
  });

  test("does not stand in the way of others when it was cut off while it was thrown away", async () => {
    behind.blobProxy.plan(({ method }) => (method === "DELETE" ? { kind: "drop" } : undefined));
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
    onceTo(behind.blobProxy, { kind: "cutAnswer", afterBytes: 100_000 }, /^GET/);
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
      onceTo(behind.blobProxy, fault, /^GET/);

      expect((await readAll(await blobs.read("b", 10)))?.equals(bytes.subarray(10))).toBe(true);
      expect(behind.blobProxy.requests).toHaveLength(2);
    });
  }

  test("fails rather than mix two versions", async () => {
    await blobs.put("b", patternBytes(block), { condition: "new" });
    onceTo(behind.blobProxy, { kind: "cutAnswer", afterBytes: 100_000 }, /^GET/);
    const stream = await blobs.read("b");
    await behind.other.blobs(containerName).put("b", Buffer.alloc(block), { condition: "any" });

    await expect(readAll(stream)).rejects.toThrow("replaced or removed while it was read");
  });

  test("of a blob that appears behind the answer that there is none finds none", async () => {
    const appear = async () => behind.other.blobs(containerName).put("b", Buffer.from("whole"), { condition: "any" });
    for (const look of [async () => blobs.find("b"), async () => blobs.read("b"), async () => blobs.read("b", 2, 2)]) {
      await blobs.remove("b");
      onceTo(behind.blobProxy, { kind: "meanwhile", act: appear }, /^GET/);

      expect(await look()).toBeUndefined();
    }
    expect(Buffer.from((await blobs.find("b"))?.bytes ?? []).toString()).toBe("whole");
  });

  test("of a range that a blob gets behind the answer that it is too short has its bytes", async () => {
    await blobs.put("b", Buffer.from("abc"), { condition: "new" });
    const grow = async () =>
      behind.other.blobs(containerName).put("b", Buffer.from("0123456789"), { condition: "any" });
    onceTo(behind.blobProxy, { kind: "meanwhile", act: grow }, /^GET/);

    expect((await readAll(await blobs.read("b", 4, 3)))?.toString()).toBe("456");
  });

  test("of a small blob that is replaced while its connection breaks is that of the new version, whole", async () => {
    await blobs.put("b", patternBytes(block), { condition: "new" });
    const act = async () => behind.other.blobs(containerName).put("b", Buffer.from("new"), { condition: "any" });
    onceTo(behind.blobProxy, { kind: "cutAnswer", afterBytes: 100_000, act }, /^GET/);

    const found = await blobs.find("b");

    expect(Buffer.from(found?.bytes ?? []).toString()).toBe("new");
    expect(found?.etag).toBe((await blobs.findFacts("b"))?.etag);
  });

  test("fails in the end when every connection breaks at once", async () => {
    await blobs.put("b", patternBytes(1000), { condition: "new" });
    behind.blobProxy.plan(() => ({ kind: "cutAnswer", afterBytes: 0 }));

    const reading = blobs.read("b").then(readAll);

    await expect(reading).rejects.toMatchObject({
      name: "Unavailable",
      message: expect.stringMatching(/aborted|ECONNRESET|Data corruption/),
    });
    expect(behind.blobProxy.requests).toHaveLength(6);
  });
});

describe("a request", () => {
  test("waits as long as Retry-After says", async () => {
    const requests: (readonly [FaultProxy, () => Promise<unknown>])[] = [
      [behind.tableProxy, async () => table.insert("p", "r", {})],
      [behind.blobProxy, async () => blobs.put("b", Buffer.from("x"), { condition: "new" })],
      [behind.queueProxy, async () => queue.send("x")],
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
      for (const proxy of [behind.tableProxy, behind.blobProxy, behind.queueProxy]) onceTo(proxy, fault);

      expect((await table.list("p", { limit: 10 })).rows).toHaveLength(1);
      expect((await blobs.list("", { limit: 10 })).items).toHaveLength(1);
      await queue.send("x");
      for (const proxy of [behind.tableProxy, behind.blobProxy, behind.queueProxy]) {
        expect(proxy.requests).toHaveLength(2);
      }
    });
  }

  test("fails when the service says no for as long as it is asked", async () => {
    behind.tableProxy.plan(() => ({ kind: "answer", status: 503 }));

    await expect(table.find("p", "r")).rejects.toMatchObject(unavailable(503));
    expect(behind.tableProxy.requests).toHaveLength(3);
  });

  test("that is wrong is sent once", async () => {
    behind.tableProxy.plan(() => ({ kind: "answer", status: 400 }));

    await expect(table.find("p", "r")).rejects.toMatchObject({ statusCode: 400 });
    expect(behind.tableProxy.requests).toHaveLength(1);
  });

  test.each([401, 403])("that is answered %i is sent once, and is no fault of what was asked", async (status) => {
    behind.tableProxy.plan(() => ({ kind: "answer", status }));

    await expect(table.find("p", "r")).rejects.toMatchObject(unavailable(status));
    expect(behind.tableProxy.requests).toHaveLength(1);
  });

  test("makes a missing table once, however many come together", async () => {
    const fresh = behind.ground.table(freshName());
    behind.tableProxy.plan(() => undefined);

    await Promise.all(Array.from({ length: 10 }, async (_, number) => fresh.insert("p", `${number}`, {})));

    expect(behind.tableProxy.requests.filter((request) => request.url.includes("/Tables"))).toHaveLength(1);
    behind.tableProxy.plan(() => undefined);
    await fresh.insert("p", "again", {});
    expect(behind.tableProxy.requests).toHaveLength(1);
  });
});
