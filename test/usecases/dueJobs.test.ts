import { beforeEach, describe, expect, test } from "vitest";
import type { Occurrence } from "../../shared/domain/occurrence.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { abandonWork } from "../../shared/usecases/work/abandonWork.ts";
import { scheduleJob } from "../../shared/usecases/recurrence/jobSchedule.ts";
import { runJob } from "../../shared/usecases/work/runJob.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { takeLoadSamples } from "../../shared/usecases/load/takeLoadSamples.ts";
import { sendWaiting } from "../../shared/usecases/import/sendWaiting.ts";
import { startDueJobs } from "../../shared/usecases/recurrence/startDueJobs.ts";
import { exportJob, importJob, importJobId, listedApplication, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts, noon, testSettings } from "../support/memoryPorts.ts";
import { define, look, push } from "./world.ts";

const minute = 60_000;
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports, []);
});

/** A job that is due each minute from noon on. */
async function schedule(changes: Partial<RecurringJob> = {}, job = importJob): Promise<RecurringJob> {
  const changed = { ...job, ...changes };
  await define(ports, "job", changed.activityId, changed);
  await scheduleJob(ports, changed, undefined);
  return changed;
}

async function ledger(activityId = importJobId): Promise<readonly Occurrence[]> {
  return (await ports.occurrences.list(activityId, { limit: 500 })).items.toReversed();
}

const states = async (activityId = importJobId) => (await ledger(activityId)).map(({ state }) => state);

describe("a tick", () => {
  test("starts what is due, once, and its run ends in the ledger", async () => {
    await schedule();
    const messageId = await push(ports, "CustomerGroupId\r\n10\r\n");
    await startDueJobs(ports);
    const work = await ports.drain();

    expect(work.map(({ kind }) => kind)).toEqual(["runJob", "importMessage"]);
    expect(await ledger()).toMatchObject([{ dueAt: noon, state: "finished", trigger: "recurrence", attempts: 1 }]);
    expect((await look(ports, messageId)).message.state).toBe("Processed");
    await startDueJobs(ports);
    expect(await ports.drain()).toEqual([]);
  });

  test("that comes twice in one moment runs nothing twice", async () => {
    await schedule({}, exportJob);
    await Promise.all([startDueJobs(ports), startDueJobs(ports)]);
    await ports.drain();

    expect(await states(exportJob.activityId)).toEqual(["finished"]);
    expect((await ports.messages.list(exportJob.activityId, { limit: 10 })).items).toHaveLength(1);
  });

  for (const [where, dying] of [
    ["the ledger and the queue", () => ({ work: { send: () => Promise.reject(new Error("killed")) } })],
    [
      "the queue and the schedule",
      () => ({ schedules: { ...ports.schedules, save: () => Promise.reject(new Error("killed")) } }),
    ],
  ] as const) {
    test(`that dies between ${where} is made up for by the next one, without a second run`, async () => {
      await schedule({}, exportJob);
      await startDueJobs({ ...ports, ...dying() });
      await startDueJobs(ports);
      await ports.drain();

      expect(await states(exportJob.activityId)).toEqual(["finished"]);
      expect((await ports.messages.list(exportJob.activityId, { limit: 10 })).items).toHaveLength(1);
    });
  }

  test("that died with a run in the ledger leaves no due time that never runs, whatever the policy says later", async () => {
    await schedule({ misfirePolicy: "skip" });
    await startDueJobs({ ...ports, work: { send: () => Promise.reject(new Error("killed")) } });
    expect(await states()).toEqual(["due"]);
    ports.advance(10 * minute);
    await startDueJobs(ports);
    await ports.drain();

    expect((await ledger())[0]).toMatchObject({ dueAt: noon, state: "finished" });
    expect(new Set(await states())).toEqual(new Set(["finished", "skipped"]));
  });

  test("goes on with the other jobs when one is in trouble", async () => {
    await schedule();
    await schedule({ activityId: "00000000-0000-4000-8000-00000000000a", name: "Other" });
    const troubled: TestPorts = {
      ...ports,
      occurrences: {
        ...ports.occurrences,
        insert: (occurrence) =>
          occurrence.activityId === importJobId
            ? Promise.reject(new Error("503"))
            : ports.occurrences.insert(occurrence),
      },
    };
    await startDueJobs(troubled);
    await ports.drain();

    expect(await states()).toEqual([]);
    expect(await states("00000000-0000-4000-8000-00000000000a")).toEqual(["finished"]);
    expect(ports.logged).toContainEqual(expect.objectContaining({ event: "tick.failed" }));
  });

  test("starts no job that was disabled since, and looks at it no more", async () => {
    await schedule();
    await define(ports, "job", importJobId, { ...importJob, isEnabled: false });
    await startDueJobs(ports);

    expect(await ledger()).toEqual([]);
    expect(await ports.schedules.listDue("processing", noon + minute, 10)).toEqual([]);
  });
});

describe("due times that passed while nothing ran", () => {
  const cases = [
    ["skip", ["skipped", "skipped", "skipped", "finished", "finished", "finished"]],
    ["once", ["missed", "missed", "missed", "finished", "finished", "finished"]],
    ["all", ["finished", "finished", "finished", "finished", "finished", "finished"]],
  ] as const;
  for (const [misfirePolicy, expected] of cases) {
    test(`are treated as the job's policy ${misfirePolicy} says, and each has a row`, async () => {
      await schedule({ misfirePolicy });
      ports.advance(5 * minute);
      await startDueJobs(ports);
      await ports.drain();

      expect(await states()).toEqual(expected);
    });
  }

  test("are run up to the setting's maximum, and the rows speak for every one of them", async () => {
    ports = memoryPorts({ missedRunsMax: 5 });
    await seed(ports, []);
    await schedule({ misfirePolicy: "all" });
    ports.advance(100 * minute);
    await startDueJobs(ports);
    await ports.drain();

    const rows = await ledger();
    expect(rows.filter(({ state }) => state === "finished")).toHaveLength(5 + 3);
    expect(rows.reduce((sum, { dueTimes }) => sum + dueTimes, 0)).toBe(101);
    expect(rows.length).toBeLessThan(40);
  });
});

describe("a run", () => {
  test("that was asked for runs a disabled job too, and is no due time of the recurrence", async () => {
    await schedule();
    const messageId = await push(ports, "CustomerGroupId\r\n10\r\n");
    await schedule({ isEnabled: false });
    await runJobNow(ports, importJobId, operator);
    await ports.drain();

    expect(await ledger()).toMatchObject([{ trigger: "manual", state: "finished" }]);
    expect((await look(ports, messageId)).message.state).toBe("Processed");
  });

  test("that is asked for twice in one moment is two runs", async () => {
    await schedule();
    const first = await runJobNow(ports, importJobId, operator);
    const second = await runJobNow(ports, importJobId, operator);

    expect(second.dueAt).toBeGreaterThan(first.dueAt);
    expect(await ledger()).toHaveLength(2);
  });

  test("in the moment of a due time leaves it its own run", async () => {
    await schedule();
    ports.advance(minute);
    const { dueAt } = await runJobNow(ports, importJobId, operator);
    await startDueJobs(ports);

    expect((await ledger()).map((row) => [row.dueAt, row.trigger])).toEqual([
      [noon, "recurrence"],
      [dueAt, "manual"],
      [noon + minute, "recurrence"],
    ]);
  });

  test("of an unknown job is not found", async () => {
    await expect(runJobNow(ports, listedApplication, operator)).rejects.toMatchObject({ code: "notFound" });
  });

  test("that is due when its job has been disabled is skipped", async () => {
    await schedule();
    await startDueJobs(ports);
    await define(ports, "job", importJobId, { ...importJob, isEnabled: false });
    await ports.drain();

    expect(await ledger()).toMatchObject([{ state: "skipped", reason: "The job is disabled." }]);
  });

  test("that is due when its job has been deleted leaves nothing in the ledger, nor do those behind it", async () => {
    await schedule({ misfirePolicy: "all" });
    ports.advance(minute);
    await startDueJobs(ports);
    const { etag } = (await ports.definitions.find("job", importJobId))!;
    await ports.definitions.remove("job", importJobId, etag);
    await ports.drain();

    expect(await ledger()).toEqual([]);
    expect(await ports.occurrences.listWaiting(importJobId, 10)).toEqual([]);
  });

  test("whose work came twice is one run", async () => {
    await schedule({}, exportJob);
    await startDueJobs(ports);
    await runJob(ports, exportJob.activityId, noon);
    await ports.drain();

    expect((await ports.messages.list(exportJob.activityId, { limit: 10 })).items).toHaveLength(1);
    expect(await ledger(exportJob.activityId)).toMatchObject([{ state: "finished" }]);
  });

  test("that the host gave up on ends in the ledger, whether it had started or not", async () => {
    await schedule();
    await startDueJobs(ports);
    await abandonWork(ports, { kind: "runJob", activityId: importJobId, dueAt: noon });

    expect(await ledger()).toMatchObject([{ state: "skipped", reason: expect.stringContaining("failed too often") }]);
  });

  test("hands out every message that waits, also more than a page of them, and none again with the next run", async () => {
    await schedule();
    const ids: string[] = [];
    for (let index = 0; index < 205; index += 1) ids.push(await push(ports, "CustomerGroupId\r\n10\r\n"));
    const sent: string[] = [];
    const watched: TestPorts = {
      ...ports,
      work: { send: async (work) => void (work.kind === "importMessage" && sent.push(work.messageId)) },
    };
    await sendWaiting(watched, importJobId);
    await sendWaiting(watched, importJobId);
    expect(sent).toEqual(ids);

    // A pointer may have been lost, so now and then all of them are sent again.
    ports.advance(testSettings.resendAfterMs + 1);
    await sendWaiting(watched, importJobId);
    expect(sent).toHaveLength(2 * ids.length);
  });
});

describe("a monitoring recurrence", () => {
  const monitored = { monitoringRecurrence: importJob.processingRecurrence! };

  test("measures the job's queue each time it is due, and changes no message", async () => {
    await schedule(monitored);
    const messageId = await push(ports, "CustomerGroupId\r\n10\r\n");
    await push(ports, "Wrong\r\n10\r\n");
    ports.advance(minute);
    await takeLoadSamples(ports);
    await takeLoadSamples(ports);

    const before = (await ports.loadSamples.list(importJobId, { limit: 10 })).items;
    expect(before).toEqual([
      {
        at: noon + minute,
        waiting: 2,
        oldestAgeMs: minute,
        inProcess: 0,
        processedSinceLast: 0,
        failedSinceLast: 0,
        bytesWaiting: 21 + 11,
      },
    ]);
    expect((await look(ports, messageId)).message.state).toBe("Enqueued");
    await runJobNow(ports, importJobId, operator);
    ports.advance(1);
    await ports.drain();
    ports.advance(minute);
    await takeLoadSamples(ports);

    const [after] = (await ports.loadSamples.list(importJobId, { limit: 1 })).items;
    expect(after).toMatchObject({ waiting: 0, processedSinceLast: 1, failedSinceLast: 1, bytesWaiting: 0 });
  });

  test("starts no run", async () => {
    await schedule(monitored);
    await takeLoadSamples(ports);

    expect(await ports.drain()).toEqual([]);
    expect(await ledger()).toEqual([]);
  });
});
