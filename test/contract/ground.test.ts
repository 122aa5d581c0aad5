import { describe, expect, test } from "vitest";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { groundContract } from "./groundContract.ts";
import { getInMemory, putInMemory, readAll } from "./groundHarness.ts";
import type { GroundHarness } from "./groundHarness.ts";

async function openMemory(pageRowsMax: number): Promise<GroundHarness> {
  let time = Date.UTC(2026, 0, 1, 12) + 345;
  const ground = memoryGround({ now: () => time, pageRowsMax });
  return {
    ground,
    put: putInMemory(ground),
    get: getInMemory(ground),
    advance: async (durationMs) => {
      time += durationMs;
    },
    manyRows: 2345,
  };
}

groundContract("memory", async () => openMemory(1000));
groundContract("memory with pages cut short", async () => openMemory(37));

describe("the ground in memory", () => {
  test("fails a read of a blob that is replaced or removed meanwhile, as Azure may", async () => {
    const blobs = memoryGround().blobs("container");
    await blobs.put("replaced", new Uint8Array(200_000), { condition: "new" });
    const stream = await blobs.read("replaced");
    await blobs.put("replaced", new Uint8Array(1), { condition: "any" });

    await expect(readAll(stream)).rejects.toThrow("replaced or removed");
  });

  test("keeps a message hidden for as long as was asked, to the millisecond", async () => {
    const harness = await openMemory(1000);
    const queue = harness.ground.queue("queue");
    await queue.send("work");
    await queue.receive(1, 1_800_000);

    await harness.advance(1_799_999);
    expect(await queue.receive(1, 1000)).toEqual([]);
    await harness.advance(1);
    expect(await queue.receive(1, 1000)).toHaveLength(1);
  });
});
