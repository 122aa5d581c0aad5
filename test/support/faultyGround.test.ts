import { expect, test } from "vitest";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { readAll } from "../contract/groundHarness.ts";
import { faultyGround, GroundFault } from "./faultyGround.ts";

test("every call is numbered and named, with ids left out of queue names", async () => {
  const { ground, calls } = faultyGround(memoryGround());

  await ground.table("messages").insert("p", "r", {});
  await ground.blobs("inbound").put("b", new Uint8Array(1), { condition: "new" });
  await ground.queue("out-6f9619ff-8b86-4011-b42d-00c04fc964ff").send("x");

  expect(calls).toEqual([
    { index: 0, what: "table messages.insert" },
    { index: 1, what: "blobs inbound.put" },
    { index: 2, what: "queue out-*.send" },
  ]);
});

test("a call that fails before does nothing, and the next one works", async () => {
  const { ground } = faultyGround(memoryGround(), { failBefore: 0 });
  const table = ground.table("messages");

  await expect(table.insert("p", "r", {})).rejects.toThrow(GroundFault);

  expect(await table.find("p", "r")).toBeUndefined();
});

test("a call whose answer is lost is done all the same", async () => {
  const { ground } = faultyGround(memoryGround(), { loseAnswer: 0 });
  const table = ground.table("messages");

  await expect(table.insert("p", "r", {})).rejects.toThrow("Lost the answer: call 0, table messages.insert");

  expect(await table.find("p", "r")).toBeDefined();
});

test("a process that ends before a call neither does it nor anything later", async () => {
  const kept = memoryGround();
  const { ground, isDead } = faultyGround(kept, { dieBefore: 1 });
  await ground.table("messages").insert("p", "first", {});

  await expect(ground.table("messages").insert("p", "second", {})).rejects.toThrow(GroundFault);
  await expect(ground.table("messages").insert("p", "third", {})).rejects.toThrow(GroundFault);

  expect(isDead()).toBe(true);
  expect((await kept.table("messages").list("p", { limit: 10 })).rows.map((row) => row.rowKey)).toEqual(["first"]);
});

test("a process that ends after a call has done it and learns nothing", async () => {
  const kept = memoryGround();
  const { ground } = faultyGround(kept, { dieAfter: 0 });

  await expect(ground.table("messages").insert("p", "first", {})).rejects.toThrow(GroundFault);
  await expect(ground.table("messages").insert("p", "second", {})).rejects.toThrow(GroundFault);

  expect((await kept.table("messages").list("p", { limit: 10 })).rows.map((row) => row.rowKey)).toEqual(["first"]);
});

test("a stream that was opened gives nothing after the process has ended", async () => {
  const kept = memoryGround();
  await kept.blobs("inbound").put("b", new Uint8Array(200_000), { condition: "new" });
  const { ground } = faultyGround(kept, { dieBefore: 1 });
  const stream = await ground.blobs("inbound").read("b");
  await expect(ground.queue("work").send("x")).rejects.toThrow(GroundFault);

  await expect(readAll(stream)).rejects.toThrow(GroundFault);
});

test("callbacks run around every call, before it is done and after", async () => {
  const kept = memoryGround();
  const seen: [string, boolean][] = [];
  const look = (when: string) => async (): Promise<void> => {
    seen.push([when, (await kept.table("messages").find("p", "r")) !== undefined]);
  };
  const { ground } = faultyGround(kept, { before: look("before"), after: look("after") });

  await ground.table("messages").insert("p", "r", {});

  expect(seen).toEqual([
    ["before", false],
    ["after", true],
  ]);
});
