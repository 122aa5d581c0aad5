import { beforeEach, describe, expect, test } from "vitest";
import type { Ports } from "../../shared/ports.ts";
import { scheduleJob } from "../../shared/usecases/recurrence/jobSchedule.ts";
import { startDueJobs } from "../../shared/usecases/recurrence/startDueJobs.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { getOverview } from "../../shared/usecases/watch/getOverview.ts";
import { doWork } from "../../shared/usecases/work/doWork.ts";
import { unlessDraining } from "../../shared/usecases/work/unlessDraining.ts";
import { importJob, importJobId, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { define, look, push } from "./world.ts";

// Two hosts of one system: one that drains, and one that still has the old setting.

const good = "CustomerGroupId\r\n10\r\n";
const minute = 60_000;

let old: TestPorts;
let draining: Ports;

beforeEach(async () => {
  old = memoryPorts();
  draining = { ...old, settings: { ...old.settings, isDraining: true } };
  await seed(old, []);
});

const stateOf = async (messageId: string) => (await look(old, messageId)).message.state;

describe("a host that drains", () => {
  test("takes files, and leaves the work on them for whoever does not drain", async () => {
    const messageId = await push(draining as TestPorts, good, {}, importJob);
    await runJobNow(draining, importJobId, operator);
    const pieces = old.countWork();

    await old.drain({ settings: draining.settings });
    expect(old.countWork()).toBe(pieces);
    expect(await stateOf(messageId)).toBe("Enqueued");

    old.advance(2 * minute);
    await old.drain();
    expect(await stateOf(messageId)).toBe("Processed");
  });

  test("leaves each piece as it is, however often", async () => {
    const work = { kind: "importMessage", activityId: importJobId, messageId: "m", timesPutBack: 3 } as const;
    for (let time = 0; time < 20; time += 1) await doWork(draining, work);

    expect(old.countWork()).toBe(20);
    expect(old.logged.filter(({ event }) => event === "work.left").map(({ facts }) => facts)).toEqual(
      Array.from({ length: 20 }, () => work),
    );
  });

  test("starts nothing that is due; it is made up for as after a stop", async () => {
    await define(old, "job", importJobId, importJob);
    await scheduleJob(old, importJob, undefined);
    old.advance(5 * minute);
    await unlessDraining(startDueJobs)(draining);
    await unlessDraining(keepUp)(draining);

    expect(old.countWork()).toBe(0);
    expect((await old.occurrences.list(importJobId, { limit: 10 })).items).toEqual([]);
    await unlessDraining(startDueJobs)(old);
    expect((await old.occurrences.list(importJobId, { limit: 10 })).items.length).toBeGreaterThan(0);
  });

  test("is without messages when no host has one, and knows of one that another host takes", async () => {
    const messageId = await push(old, good, {}, importJob);
    const held = async () => (await getOverview(draining, "UTC")).draining;
    expect(await held()).toEqual({ count: 0, isCut: false });

    const seen: unknown[] = [];
    const upsert: Ports["entities"]["upsert"] = async (...given) => {
      seen.push(await held());
      return old.entities.upsert(...given);
    };
    await importMessage({ ...old, entities: { ...old.entities, upsert } }, importJobId, messageId);

    expect(seen[0]).toEqual({ count: 1, isCut: false });
    expect(await held()).toEqual({ count: 0, isCut: false });
  });

  test("does not wait for a worker that was cut off", async () => {
    const messageId = await push(old, good, {}, importJob);
    const cutOff = Promise.withResolvers<never>();
    const upsert = () => cutOff.promise;
    void importMessage({ ...old, entities: { ...old.entities, upsert } }, importJobId, messageId).catch(
      () => undefined,
    );
    await expect.poll(() => stateOf(messageId)).toBe("Processing");
    expect((await getOverview(draining, "UTC")).draining).toEqual({ count: 1, isCut: false });

    old.advance(old.settings.leaseMs + 1);
    expect(await getOverview(draining, "UTC")).toMatchObject({ draining: { count: 0 }, open: { inProcess: 1 } });
  });
});

test("a host that does not drain says nothing of it", async () => {
  expect((await getOverview(old, "UTC")).draining).toBeUndefined();
});
