import { oneBatch } from "../support/records.ts";
import { setImmediate } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import type { Occurrence } from "../../shared/domain/occurrence.ts";
import type { OutboundMessage } from "../../shared/domain/outboundMessage.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { beginExport } from "../../shared/usecases/export/beginExport.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { scheduleJob } from "../../shared/usecases/recurrence/jobSchedule.ts";
import { startDueJobs } from "../../shared/usecases/recurrence/startDueJobs.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { type SharedClock, deliverWork, openHost, sharedClock } from "../support/crashHost.ts";
import { asGroups, exportJob, exportJobId, exportProject, line, operator, seed } from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { ledgerOf, messagesOf } from "../support/invariants.ts";
import { testSettings } from "../support/memoryPorts.ts";
import { ref } from "../crash/clients.ts";
import { define, exportedFiles } from "./world.ts";

const minute = 60_000;
let clock: SharedClock;
let ground: Ground;
let ports: Ports;
/** Two processes of the service, each of whose calls to storage lets the other one go on. */
let hosts: readonly Ports[];
/** The most runs of the job that were ever under way together. */
let underWayMax: number;

beforeEach(async () => {
  clock = sharedClock();
  ground = memoryGround({ now: clock.now });
  ports = openHost(ground, clock);
  underWayMax = 0;
  hosts = [0, 1].map(() => {
    const before = () => setImmediate();
    const after = async (): Promise<void> => {
      underWayMax = Math.max(underWayMax, (await exportsOf()).filter(isUnderWay).length);
    };
    return openHost(faultyGround(ground, { before, after }).ground, clock);
  });
  await seed(ports);
  await change("10", "20");
});

async function change(...keys: readonly string[]): Promise<void> {
  await ports.entities.upsert(ref, {
    idempotencyKey: keys.join(),
    fence: 1,
    columns: ["CUSTOMERGROUPID"],
    records: () => oneBatch(...keys.map((key) => ({ key, values: [key] }))),
    truncateFirst: false,
    ...asGroups,
  });
}

async function exportsOf(): Promise<readonly OutboundMessage[]> {
  return (await messagesOf(ports, exportJobId)).filter((message) => message.direction === "export");
}

const isUnderWay = ({ state }: OutboundMessage): boolean => state === "PreProcessing" || state === "Processing";
const ledger = (): Promise<readonly Occurrence[]> => ledgerOf(ports, exportJobId);
const states = async () => (await ledger()).map(({ state }) => state);

async function deliveredRows(): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const message of await exportsOf()) {
    if (message.file === undefined) continue;
    const text = (await exportedFiles(ports, message)).get("Customer groups.csv")!;
    rows.push(...text.split("\r\n").slice(1, -1));
  }
  return rows;
}

/** Both hosts at their work, until neither finds any. */
const workOnBoth = () => Promise.all(hosts.map((host) => deliverWork(host, ground, () => false)));

async function useFullRefresh(): Promise<void> {
  await define(ports, "project", exportProject.name, { ...exportProject, lines: [{ ...line, refreshType: "full" }] });
}

async function useJob(changes: Partial<RecurringJob>): Promise<RecurringJob> {
  const job = { ...exportJob, ...changes };
  await define(ports, "job", exportJobId, job);
  await scheduleJob(ports, job, undefined);
  return job;
}

async function askForRuns(count: number): Promise<void> {
  const asked = Array.from({ length: count }, (_, index) => runJobNow(hosts[index % 2]!, exportJobId, operator));
  await Promise.all([...asked, workOnBoth()]);
  await workOnBoth();
}

describe("runs that several people ask for at once, on two hosts,", () => {
  for (const count of [2, 10]) {
    test(`are ${count} runs of an incremental export one after another, and deliver no change twice`, async () => {
      await askForRuns(count);

      expect(underWayMax).toBe(1);
      expect(await deliveredRows()).toEqual(["10,,,", "20,,,"]);
      expect(await states()).toEqual(Array.from({ length: count }, () => "finished"));
      expect((await exportsOf()).filter(isUnderWay)).toEqual([]);
    });

    test(`are ${count} full packages one after another`, async () => {
      await useFullRefresh();
      await askForRuns(count);

      expect(underWayMax).toBe(1);
      expect(await deliveredRows()).toHaveLength(2 * count);
      expect(await states()).toEqual(Array.from({ length: count }, () => "finished"));
    });
  }
});

describe("a due time that finds a run of its job going on", () => {
  const begin = (dueAt = clock.now()) => beginExport(ports, exportJob, dueAt);

  test("waits, and begins when that one has ended", async () => {
    await useJob({});
    const first = await begin(clock.now() - 1);
    await startDueJobs(ports);
    await deliverWork(ports, ground, () => false);
    expect(await states()).toEqual(["due"]);

    clock.advance(testSettings.leaseMs);
    await keepUp(ports);
    await deliverWork(ports, ground, () => false);
    expect((await exportsOf()).find(({ id }) => id === first.messageId)!.state).toBe("Enqueued");
    expect(await states()).toEqual(["finished"]);
  });

  test("begins before those that were asked for later", async () => {
    await useJob({});
    await begin(clock.now() - 1);
    for (let asked = 0; asked < 3; asked++) {
      clock.advance(1000);
      await runJobNow(ports, exportJobId, operator);
    }
    await deliverWork(ports, ground, () => false);
    clock.advance(testSettings.leaseMs);
    await keepUp(ports);
    await deliverWork(ports, ground, () => false);

    const begun = (await exportsOf()).toSorted((one, other) => one.dueAt - other.dueAt);
    expect(begun.map(({ totalRecords }) => totalRecords)).toEqual([2, 0, 0, 0]);
  });

  test("is skipped when one before it waits already, and the ledger says for what", async () => {
    await useJob({ misfirePolicy: "once" });
    const first = await begin(clock.now() - 1);
    for (let tick = 0; tick < 4; tick++) {
      await startDueJobs(ports);
      await deliverWork(ports, ground, () => false);
      clock.advance(minute);
    }

    const rows = await ledger();
    expect(rows.map(({ state }) => state)).toEqual(["due", "skipped", "skipped", "skipped"]);
    expect(rows[1]!.reason).toBe(
      `The run before it (message ${first.messageId}) was still going on, and the due time of ` +
        "2026-11-24T12:00:00.000Z waits for its end already.",
    );
  });

  test("is never skipped when a person asked for it, also behind others that wait", async () => {
    await useJob({});
    await begin(clock.now() - 1);
    await startDueJobs(ports);
    clock.advance(1000);
    await runJobNow(ports, exportJobId, operator);
    await runJobNow(ports, exportJobId, operator);
    await deliverWork(ports, ground, () => false);

    expect(await states()).toEqual(["due", "due", "due"]);
  });

  test("makes room for the next one that waits when its job is disabled meanwhile", async () => {
    await useJob({});
    await begin(clock.now() - 1);
    await startDueJobs(ports);
    clock.advance(1000);
    await runJobNow(ports, exportJobId, operator);
    await deliverWork(ports, ground, () => false);
    await define(ports, "job", exportJobId, { ...exportJob, isEnabled: false });

    clock.advance(testSettings.leaseMs);
    await keepUp(ports);
    await deliverWork(ports, ground, () => false);
    expect(await states()).toEqual(["skipped", "finished"]);
  });
});

describe("due times that passed while nothing ran", () => {
  test('are as many runs under policy "all", one after another, on two hosts', async () => {
    await useJob({ misfirePolicy: "all" });
    clock.advance(11 * minute);
    await Promise.all(hosts.map((host) => startDueJobs(host)));
    await workOnBoth();

    expect(underWayMax).toBe(1);
    expect(await states()).toEqual(Array.from({ length: 12 }, () => "finished"));
    expect(await exportsOf()).toHaveLength(12);
    expect(await deliveredRows()).toEqual(["10,,,", "20,,,"]);
  });
});

describe("a retry", () => {
  async function failedRun(): Promise<OutboundMessage> {
    await define(ports, "project", exportProject.name, { ...exportProject, lines: [{ ...line, entity: "Gone" }] });
    await runJobNow(ports, exportJobId, operator);
    await deliverWork(ports, ground, () => false);
    await define(ports, "project", exportProject.name, exportProject);
    return (await exportsOf()).find(({ state }) => state === "PostProcessingError")!;
  }

  test("that is asked for in the moment in which another run begins is one of two that run in turn", async () => {
    const failed = await failedRun();
    clock.advance(minute);
    const retrying = retryMessage(hosts[0]!, exportJobId, failed.id, operator).catch((error: unknown) => error);
    await Promise.all([retrying, runJobNow(hosts[1]!, exportJobId, operator), workOnBoth()]);
    await workOnBoth();

    expect(underWayMax).toBe(1);
    expect(await deliveredRows()).toEqual(["10,,,", "20,,,"]);
    expect((await exportsOf()).filter(isUnderWay)).toEqual([]);
  });

  test("hands over to a run that waits for its end", async () => {
    const failed = await failedRun();
    clock.advance(minute);
    await retryMessage(ports, exportJobId, failed.id, operator);
    const { dueAt } = await runJobNow(ports, exportJobId, operator);
    await deliverWork(ports, ground, () => false);

    expect((await ports.occurrences.find(exportJobId, dueAt))!.value.state).toBe("finished");
  });
});

describe("a run whose process died", () => {
  for (const call of ["table messages.replace", "blobs outbound.putStream", "table messages.transact"]) {
    test(`at its ${call} hands over to the run that waits, once its lease has run out`, async () => {
      const dying = faultyGround(ground, {
        before: ({ what }) => {
          if (what === call && !isSpared) throw new Error("killed");
        },
      });
      let isSpared = true;
      const { dueAt } = await runJobNow(ports, exportJobId, operator);
      await runJobNow(ports, exportJobId, operator);
      const messageId = ports.ids.derive(dueAt, `${exportJobId}/${dueAt}`);
      await beginExport(ports, exportJob, dueAt);
      isSpared = false;
      await deliverWork(openHost(dying.ground, clock), ground, () => false).catch(() => undefined);
      for (let round = 0; round < 4; round++) {
        clock.advance(2 * minute);
        await keepUp(ports);
        await deliverWork(ports, ground, () => false);
      }

      expect((await exportsOf()).find(({ id }) => id === messageId)!.state).toBe("Enqueued");
      expect(await states()).toEqual(["finished", "finished"]);
      expect(await deliveredRows()).toEqual(["10,,,", "20,,,"]);
    });
  }
});
