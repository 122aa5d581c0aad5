import { beforeEach, describe, expect, test } from "vitest";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { tableNames } from "../../shared/storage/ground/names.ts";
import { openJobs } from "../../shared/storage/messages/openJobs.ts";
import { faultyGround } from "../support/faultyGround.ts";

const minute = 60_000;
const job = "a0000000-0000-4000-8000-000000000001";
let now: number;
let ground: Ground;

beforeEach(() => {
  now = 1_000_000_000;
  ground = memoryGround({ now: () => now });
});

/** A process of its own, which counts what it writes. */
function openProcess() {
  const counted = faultyGround(ground);
  const index = openJobs(counted.ground.table(tableNames.claims), { now: () => now });
  return { ...index, marks: () => counted.calls.filter(({ what }) => what.endsWith("transact")).length };
}

const nothing = async (): Promise<void> => undefined;
const seen = async () => (await openProcess().list({ limit: 10 })).items;
const isIndexed = async (): Promise<boolean> => (await seen()).length > 0;

describe("the index of open jobs", () => {
  test("costs a process one write in some minutes, however many messages come", async () => {
    const process = openProcess();
    for (let minutes = 0; minutes < 15; minutes += 1) {
      for (let messages = 0; messages < 10; messages += 1) await process.marked(job, nothing);
      now += minute;
    }

    expect(process.marks()).toBe(3);
  });

  test("has the job before the message is there, also when the process ends in between", async () => {
    await expect(openProcess().marked(job, () => Promise.reject(new Error("killed")))).rejects.toThrow("killed");

    expect(await isIndexed()).toBe(true);
  });

  test("gives up a job that has nothing, once no process relies on its mark", async () => {
    const measuring = openProcess();
    await openProcess().marked(job, nothing);
    now += 60 * minute;
    for (const marked of await seen()) expect(await measuring.forget(marked)).toBe(false);
    now += 1;
    for (const marked of await seen()) expect(await measuring.forget(marked)).toBe(true);

    expect(await isIndexed()).toBe(false);
  });

  test("has a job whose message comes between the look at it and its removal", async () => {
    const [measuring, enqueuing] = [openProcess(), openProcess()];
    await enqueuing.marked(job, nothing);
    for (const quietMs of [61 * minute, 70 * minute, 3 * minute]) {
      now += quietMs;
      const looked = await seen();
      await enqueuing.marked(job, nothing);
      for (const marked of looked) await measuring.forget(marked);

      expect(await isIndexed()).toBe(true);
    }
  });

  test("has a job whose message comes after its removal, from the same process as the one before", async () => {
    const enqueuing = openProcess();
    await enqueuing.marked(job, nothing);
    now += 61 * minute;
    for (const marked of await seen()) await openProcess().forget(marked);
    await enqueuing.marked(job, nothing);

    expect(await isIndexed()).toBe(true);
  });

  test("has a job whose message was held up for hours between its mark and its commit", async () => {
    const measuring = openProcess();
    await openProcess().marked(job, async () => {
      now += 180 * minute;
      for (const marked of await seen()) expect(await measuring.forget(marked)).toBe(true);
    });

    expect(await isIndexed()).toBe(true);
  });
});
