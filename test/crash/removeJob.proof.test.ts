import { describe, expect, test } from "vitest";
import type { DomainError } from "../../shared/domain/errors.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import { removeJob } from "../../shared/usecases/definitions/removeJob.ts";
import { saveJob } from "../../shared/usecases/definitions/saveJob.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { type Place, deliverWork, openHost, openPlace } from "../support/crashHost.ts";
import { exportJob, importJob, operator } from "../support/definitions.ts";
import { type GroundCall, faultyGround } from "../support/faultyGround.ts";
import { ledgerOf, messagesOf } from "../support/invariants.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { noon, testSettings } from "../support/memoryPorts.ts";
import { change, csv } from "./clients.ts";
import { define, push } from "../usecases/world.ts";

const callsMax = 200;
const none = { waiting: 0, oldestAgeMs: 0, inProcess: 0, processedSinceLast: 0, failedSinceLast: 0, bytesWaiting: 0 };

interface JobPlace extends Place {
  readonly job: RecurringJob;
}

/** A job that has run, with all that comes of it, and is disabled. */
async function place(job: RecurringJob): Promise<JobPlace> {
  const here = await openPlace([]);
  const { ports } = here;
  await saveJob(ports, job, undefined, operator);
  await saveJob(ports, { ...job, isEnabled: false }, "any", operator);
  await ports.loadSamples.add(job.activityId, { at: noon, ...none });
  return { ...here, job };
}

/** One parked message. */
async function importPlace(): Promise<JobPlace> {
  const here = await place(importJob);
  const id = await push(here.ports, csv("10,a,1"), { idempotencyKey: "k" });
  const failing = {
    ...here.ports,
    entities: { ...here.ports.entities, upsert: () => Promise.reject(new Error("no")) },
  };
  for (let attempt = 0; attempt < importJob.attemptsMax; attempt += 1) {
    await importMessage(failing, importJob.activityId, id).catch(() => undefined);
  }
  return here;
}

/** Watermarks, and a ledger. */
async function exportPlace(): Promise<JobPlace> {
  const here = await place(exportJob);
  await runJobNow(here.ports, exportJob.activityId, operator);
  await deliverWork(here.ports, here.ground, () => false);
  return here;
}

const remove = ({ job }: JobPlace, ports: Ports) => removeJob(ports, job.activityId, "any", operator);
const find = ({ ports, job }: JobPlace) => ports.definitions.find("job", job.activityId);

/** What is left of the job in any table, its gate apart, and of its messages in files. */
async function left({ ports, ground, job }: JobPlace): Promise<readonly string[]> {
  const { activityId } = job;
  const tables = ["messages", "occurrences", "idempotency", "loadsamples"];
  const keys = await Promise.all(
    tables.map(async (table) => {
      const { rows } = await ground.table(table).list(activityId, { limit: 100 });
      return rows.map(({ rowKey }) => `${table} ${rowKey}`).filter((row) => !/^messages (openrows|gate)$/.test(row));
    }),
  );
  const schedules = await Promise.all(
    (["processing", "monitoring"] as const).map((kind) => ports.schedules.find(kind, activityId)),
  );
  const rooms = ["inbound", "outbound", "executions"] as const;
  const files = await Promise.all(rooms.map(async (room) => (await ports.files.list(room, "", { limit: 10 })).items));
  return [
    ...keys.flat(),
    ...schedules.flatMap((schedule) => (schedule ? [`a schedule of ${schedule.value.activityId}`] : [])),
    ...files.flat().map(({ name }) => name),
  ];
}

describe("a job that is deleted", () => {
  for (const [what, open] of [
    ["with a parked import", importPlace],
    ["with exports", exportPlace],
  ] as const) {
    test(`leaves nothing, wherever that was cut off, once it is asked for again: ${what}`, async () => {
      let calls = 0;
      for (; calls < callsMax; calls++) {
        const here = await open();
        const dying = faultyGround(here.ground, { dieAfter: calls });
        await remove(here, openHost(dying.ground, here.clock)).catch(() => undefined);
        here.clock.advance(61_000);
        const refusal = await remove(here, here.ports).catch((error: DomainError) => error.code);

        expect([undefined, "notFound"]).toContain(refusal);
        expect(await find(here)).toBeUndefined();
        here.clock.advance(testSettings.retentionMs + 61_000);
        await keepUp(here.ports);
        await deliverWork(here.ports, here.ground, () => false);
        expect(await left(here), `after call ${calls}`).toEqual([]);
        if (!dying.isDead()) break;
      }

      expect(calls).toBeLessThan(callsMax);
    });

    test(`is there whole when somebody saved it in that moment: ${what}`, async () => {
      const here = await open();
      const before = await left(here);
      let isSaved = false;
      let isGateClosed = false;
      const saving = async ({ what: call }: GroundCall): Promise<void> => {
        isGateClosed ||= call === "table messages.transact";
        if (call !== "table definitions.transact" || !isGateClosed || isSaved) return;
        isSaved = true;
        await define(here.ports, "job", here.job.activityId, here.job);
      };
      const slow = openHost(faultyGround(here.ground, { before: saving }).ground, here.clock);

      await expect(remove(here, slow)).rejects.toMatchObject({ code: "preconditionFailed" });
      expect((await find(here))!.value.isEnabled).toBe(true);
      expect(await left(here)).toEqual(before);
    });
  }

  test("goes with its parked message, or stays with it when somebody retries it, in whatever moment that is", async () => {
    const answers = new Set<string>();
    for (let nth = 0; nth < callsMax; nth++) {
      const here = await importPlace();
      const { id } = (await messagesOf(here.ports, importJob.activityId))[0]!;
      let calls = 0;
      let retried: string | undefined;
      const retrying = async (): Promise<void> => {
        if (calls++ !== nth) return;
        const retry = retryMessage(here.ports, importJob.activityId, id, operator);
        retried = await retry.then(
          () => "runs again",
          (error: DomainError) => error.code,
        );
      };
      const slow = openHost(faultyGround(here.ground, { before: retrying }).ground, here.clock);
      const removed = await remove(here, slow).then(
        () => "gone",
        (error: DomainError) => error.code,
      );
      if (retried === undefined) break;
      answers.add(`${removed}, ${retried}`);
      const message = await here.ports.messages.find(importJob.activityId, id);
      expect([(await find(here)) !== undefined, message?.value.run]).toEqual(
        removed === "gone" ? [false, undefined] : [true, 2],
      );
    }

    expect(answers).toEqual(new Set(["conflict, runs again", "gone, conflict"]));
  });

  test("begins anew when it is made again under its id, wherever its removal was cut off", async () => {
    for (let calls = 0; calls < callsMax; calls++) {
      const here = await exportPlace();
      await change({ ports: () => here.ports } as never, "c", ["10", "ten"]);
      const dying = faultyGround(here.ground, { dieAfter: calls });
      await remove(here, openHost(dying.ground, here.clock)).catch(() => undefined);
      here.clock.advance(61_000);
      if (await find(here)) continue;
      await saveJob(here.ports, exportJob, undefined, operator);

      expect(await here.ports.messages.findWatermarks(exportJob.activityId), `after call ${calls}`).toEqual({});
      expect(await ledgerOf(here.ports, exportJob.activityId)).toEqual([]);
      if (!dying.isDead()) return;
    }
    expect.unreachable("The removal never came to its end.");
  });
});
