import { beforeEach, describe, expect, test } from "vitest";
import type { Recurrence } from "../../shared/domain/recurrence.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { drainJob } from "../../shared/usecases/import/drainJob.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { measureLoad } from "../../shared/usecases/load/measureLoad.ts";
import { takeLoadSamples } from "../../shared/usecases/load/takeLoadSamples.ts";
import { watchLoad } from "../../shared/usecases/load/watchLoad.ts";
import { releaseMessage } from "../../shared/usecases/operate/releaseMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { scheduleJob } from "../../shared/usecases/recurrence/jobSchedule.ts";
import { startDueJobs } from "../../shared/usecases/recurrence/startDueJobs.ts";
import {
  exportJob,
  exportJobId,
  importJob,
  importJobId,
  operator,
  packageJobId,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts, noon } from "../support/memoryPorts.ts";
import { define, importFile, push, runNow, takeDelivery, upkeep } from "./world.ts";

const minute = 60_000;
const hour = 60 * minute;
const body = "CustomerGroupId\r\n10\r\n";
const everyDay: Recurrence = { ...importJob.processingRecurrence!, frequency: "day", start: "2026-11-20T02:00:00" };
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

/** Stores an import job whose recurrence is on, and hands nothing over. */
async function schedule(changes: Partial<RecurringJob>): Promise<void> {
  const job = { ...importJob, ...changes };
  await define(ports, "job", importJobId, job);
  await scheduleJob(ports, job, undefined);
}

/** What the log said of the job since the last look. */
function measured(activityId = importJobId): readonly Readonly<Record<string, unknown>>[] {
  const lines = ports.logged.splice(0).filter(({ event }) => event === "job.load");
  return lines.map(({ facts }) => facts).filter((facts) => facts["activityId"] === activityId);
}

async function park(messageId: string): Promise<void> {
  const failing = { ...ports, entities: { ...ports.entities, upsert: () => Promise.reject(new Error("503")) } };
  for (let attempt = 0; attempt < importJob.attemptsMax; attempt += 1) {
    await importMessage(failing, importJobId, messageId).catch(() => undefined);
  }
}

async function measureAfter(ms: number): Promise<readonly Readonly<Record<string, unknown>>[]> {
  ports.advance(ms);
  await watchLoad(ports);
  return measured();
}

describe("the load of a job", () => {
  test("counts what waits, is in process and is parked, and costs nothing for what has ended", async () => {
    await importFile(ports, body);
    await importFile(ports, body);
    await park(await push(ports, body));
    await push(ports, body);
    const blind: Ports = {
      ...ports,
      messages: { ...ports.messages, list: () => Promise.reject(new Error("history")) },
    };
    ports.advance(minute);
    await measureLoad(blind, importJobId);

    const facts = { activityId: importJobId, direction: "import", waiting: 1, bytesWaiting: body.length };
    expect(measured()).toEqual([
      { ...facts, inProcess: 0, parked: 1, released: 0, oldestAgeMs: minute, overdueMs: minute },
    ]);
  });

  test("counts an export as waiting from when it is offered, but for the time in which a client has it", async () => {
    await importFile(ports, body);
    ports.advance(minute);
    await runNow(ports, exportJob);
    const seen: unknown[] = [];
    const look = async (afterMs: number) => {
      ports.advance(afterMs);
      await measureLoad(ports, exportJobId);
      seen.push(...measured(exportJobId).map(({ waiting, inProcess, overdueMs }) => [waiting, inProcess, overdueMs]));
    };
    await look(minute);
    const delivered = (await dequeueMessage(ports, exportJob))!;
    await look(minute);
    await look(exportJob.visibilityMinutes * minute);
    await takeDelivery(ports, exportJob, delivered);
    await look(minute);

    expect(seen).toEqual([
      [1, 0, minute],
      [0, 1, 0],
      [1, 0, (2 + exportJob.visibilityMinutes) * minute],
      [0, 0, 0],
    ]);
  });
});

describe("the age of the message that waits longest", () => {
  test("counts from the run that should have taken it, so that a nightly job is quiet until then", async () => {
    await schedule({ processingRecurrence: everyDay });
    await push(ports, body);
    const beforeDue = await measureAfter(14 * hour - minute);
    const afterDue = await measureAfter(11 * minute);

    expect(beforeDue).toMatchObject([{ waiting: 1, oldestAgeMs: 14 * hour - minute, overdueMs: 0 }]);
    expect(afterDue).toMatchObject([{ waiting: 1, overdueMs: 10 * minute }]);
  });

  test("is that of a message which no run took, however many runs have passed since", async () => {
    await schedule({ processingRecurrence: everyDay });
    await push(ports, body);
    ports.advance(14 * hour);
    await startDueJobs(ports);
    await push(ports, body);

    expect(await measureAfter(20 * hour)).toMatchObject([{ waiting: 2, overdueMs: 20 * hour }]);
  });

  test.each([
    ["that is disabled", { isEnabled: false, processingRecurrence: everyDay }],
    ["whose recurrence has ended", { processingRecurrence: { ...everyDay, end: { kind: "by", date: "2026-11-23" } } }],
  ] as const)("counts from the arrival of a message in a job %s", async (_, changes) => {
    await schedule(changes);
    await push(ports, body);

    expect(await measureAfter(hour)).toMatchObject([{ waiting: 1, overdueMs: hour }]);
  });

  test("counts from the arrival of a message that came after the last of a number of runs", async () => {
    const twice = { ...importJob.processingRecurrence!, interval: 10, end: { kind: "after", occurrences: 2 } as const };
    await schedule({ processingRecurrence: twice });
    await startDueJobs(ports);
    ports.advance(minute);
    await push(ports, body);
    expect(await measureAfter(minute)).toMatchObject([{ overdueMs: 0 }]);
    ports.advance(8 * minute);
    await startDueJobs(ports);
    await ports.drain();
    ports.advance(minute);
    await push(ports, body);

    expect(await measureAfter(hour)).toMatchObject([{ waiting: 1, overdueMs: hour }]);
  });

  test("counts from the arrival of a message whose job was deleted", async () => {
    await push(ports, body);
    const { etag } = (await ports.definitions.find("job", importJobId))!;
    await ports.definitions.remove("job", importJobId, etag);

    expect(await measureAfter(hour)).toMatchObject([{ direction: "import", waiting: 1, overdueMs: hour }]);
  });

  test("goes on while attempts fail one after another", async () => {
    await define(ports, "job", importJobId, { ...importJob, isEnabled: false });
    const messageId = await push(ports, body);
    const failing = { ...ports, entities: { ...ports.entities, upsert: () => Promise.reject(new Error("503")) } };
    ports.advance(hour);
    await importMessage(failing, importJobId, messageId).catch(() => undefined);

    expect(await measureAfter(minute)).toMatchObject([{ waiting: 1, overdueMs: hour + minute }]);
  });

  test("begins anew when somebody retries a message", async () => {
    await define(ports, "job", importJobId, { ...importJob, isEnabled: false });
    const messageId = await push(ports, body);
    await park(messageId);
    ports.advance(48 * hour);
    await retryMessage(ports, importJobId, messageId, operator);

    expect(await measureAfter(minute)).toMatchObject([{ waiting: 1, parked: 0, overdueMs: minute }]);
  });
});

describe("the monitoring tick", () => {
  test("measures every fifth minute, however often it fires", async () => {
    await define(ports, "job", importJobId, { ...importJob, isEnabled: false });
    await push(ports, body);
    const measuredAt: number[] = [];
    for (let passed = 0; passed <= 15; passed += 1) {
      await watchLoad(ports);
      if (measured().length > 0) measuredAt.push(passed);
      ports.advance(minute);
    }

    expect(measuredAt).toEqual([0, 5, 10, 15]);
  });

  test("reports a parked message each time until somebody retries it, once as gone, and then no more", async () => {
    const messageId = await push(ports, body);
    await park(messageId);
    const reported: unknown[] = [];
    const watch = async (times: number) => {
      for (let time = 0; time < times; time += 1) {
        reported.push((await measureAfter(30 * minute)).map(({ parked }) => parked));
      }
    };
    await watch(3);
    await retryMessage(ports, importJobId, messageId, operator);
    await ports.drain();
    await watch(3);

    expect(reported).toEqual([[1], [1], [1], [0], [], []]);
  });

  test("reports no parked message once somebody has let the job go on without it", async () => {
    const blocking = { ...importJob, isOrdered: true, onHeadError: "block" as const };
    await define(ports, "job", importJobId, blocking);
    const messageId = await push(ports, body, {}, blocking);
    const failing = { ...ports, entities: { ...ports.entities, upsert: () => Promise.reject(new Error("503")) } };
    for (let attempt = 0; attempt < importJob.attemptsMax; attempt += 1) {
      await drainJob(failing, importJobId).catch(() => undefined);
    }
    const before = await measureAfter(minute);
    await releaseMessage(ports, importJobId, messageId, operator);

    expect(before).toMatchObject([{ parked: 1, released: 0 }]);
    expect(await measureAfter(5 * minute)).toMatchObject([{ parked: 0, released: 1 }]);
  });

  test("looks at no job that has nothing open, however many there are", async () => {
    for (let count = 0; count < 300; count += 1) {
      const activityId = ports.ids.random();
      await define(ports, "job", activityId, { ...importJob, activityId, name: activityId });
    }
    await push(ports, body);
    let reads = 0;
    const list: Ports["openMessages"]["list"] = (...job) => {
      reads += 1;
      return ports.openMessages.list(...job);
    };
    await watchLoad({ ...ports, openMessages: { ...ports.openMessages, list } });

    expect(measured()).toHaveLength(1);
    expect(reads).toBe(1);
  });

  test("goes on behind a job that it cannot measure, and says which", async () => {
    const other = { ...importJob, activityId: packageJobId };
    await define(ports, "job", packageJobId, other);
    for (const job of [importJob, other]) await push(ports, body, {}, job);
    const list: Ports["openMessages"]["list"] = (activityId, limit) =>
      activityId === importJobId ? Promise.reject(new Error("503")) : ports.openMessages.list(activityId, limit);
    await watchLoad({ ...ports, openMessages: { ...ports.openMessages, list } });

    const facts = { part: "measureLoad", activityId: importJobId, error: "503" };
    expect(ports.logged).toContainEqual({ level: "error", event: "upkeep.failed", facts });
    expect(measured(packageJobId)).toHaveLength(1);
  });

  test("finds the messages of the last release once the upkeep has looked at their job", async () => {
    const messageId = await push(ports, body);
    await ports.ground.table("claims").remove("jobs", importJobId);
    expect(await measureAfter(minute)).toEqual([]);
    await upkeep(ports);

    expect((await ports.messages.find(importJobId, messageId))?.value.state).toBe("Enqueued");
    expect(await measureAfter(5 * minute)).toMatchObject([{ waiting: 1 }]);
  });
});

describe("a load sample", () => {
  test("counts what ended since the one before, and costs nothing for what ended earlier", async () => {
    await schedule({ monitoringRecurrence: importJob.processingRecurrence! });
    await importFile(ports, body);
    const blind: Ports = {
      ...ports,
      messages: { ...ports.messages, list: () => Promise.reject(new Error("history")) },
    };
    for (const files of [[body], [], [body, "Wrong\r\n1\r\n", body]]) {
      ports.advance(minute);
      for (const file of files) await importFile(ports, file);
      ports.advance(1);
      await takeLoadSamples(blind);
    }

    const { items } = await ports.loadSamples.list(importJobId, { limit: 10 });
    const counts = items.map(({ processedSinceLast, failedSinceLast }) => [processedSinceLast, failedSinceLast]);
    expect(counts).toEqual([
      [2, 1],
      [0, 0],
      [2, 0],
    ]);
    expect(items.at(-1)!.at).toBe(noon + minute + 1);
  });
});
