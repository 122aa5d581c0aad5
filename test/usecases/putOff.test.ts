import { beforeEach, describe, expect, test } from "vitest";
import type { InboundMessage } from "../../shared/domain/inboundMessage.ts";
import { Unavailable } from "../../shared/ports/unavailable.ts";
import { RaceNeverWon } from "../../shared/ports/untilWon.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { sweepClaims } from "../../shared/usecases/upkeep/sweepClaims.ts";
import { doWork } from "../../shared/usecases/work/doWork.ts";
import { importJob, importJobId, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts, testSettings } from "../support/memoryPorts.ts";
import { look, push } from "./world.ts";

const body = "CustomerGroupId,CreditLimit\r\n10,1\r\n20,x\r\n30,3\r\n30,4\r\n";
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

/** The ports of a worker whose commits fail. */
const failing = (error: Error): TestPorts => ({
  ...ports,
  entities: { ...ports.entities, upsert: () => Promise.reject(error) },
});
const messageOf = async (messageId: string): Promise<InboundMessage> => (await look(ports, messageId)).message;

describe("an attempt that the storage fails", () => {
  const outage = () => failing(new Unavailable("503 ServerBusy"));

  test("does not count: the message waits at its place, a while for nobody to take", async () => {
    const messageId = await push(ports, body);
    await importMessage(outage(), importJobId, messageId);

    expect(await messageOf(messageId)).toMatchObject({ state: "Enqueued", attempts: 0, lastError: "503 ServerBusy" });
    await importMessage(ports, importJobId, messageId);
    expect((await messageOf(messageId)).state).toBe("Enqueued");
    ports.advance(15_000);
    await ports.drain();
    const { message, execution } = await look(ports, messageId);
    expect(message).toMatchObject({ state: "ProcessedWithErrors", attempts: 1 });
    expect(message.lastError).toBeUndefined();
    expect(message.pause).toBeUndefined();
    expect(execution!.entities[0]).toMatchObject({ rowsRead: 4, created: 2, failed: 2 });
  });

  test("is made again however long the outage lasts, after pauses that grow to five minutes", async () => {
    const messageId = await push(ports, body);
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await importMessage(outage(), importJobId, messageId);
      const { pause, parked } = await messageOf(messageId);
      pauses.push(pause!.until - ports.clock.now());
      expect(parked).toBeUndefined();
      ports.advance(pauses.at(-1)!);
    }

    expect(pauses.map((ms) => ms / 1000)).toEqual([10, 20, 40, 80, 160, ...Array.from({ length: 15 }, () => 300)]);
  });

  test("leaves the count of those that failed by another fault as it was", async () => {
    const messageId = await push(ports, body);
    for (let attempt = 1; attempt < importJob.attemptsMax; attempt += 1) {
      await importMessage(failing(new Error("a defect")), importJobId, messageId).catch(() => undefined);
    }
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await importMessage(outage(), importJobId, messageId);
      ports.advance(5 * 60_000);
    }
    expect(await messageOf(messageId)).toMatchObject({ state: "Enqueued", attempts: importJob.attemptsMax - 1 });
    await importMessage(failing(new Error("a defect")), importJobId, messageId).catch(() => undefined);

    expect((await messageOf(messageId)).parked?.reason).toBe("Given up after 3 attempts. Last error: a defect");
  });

  test("heaps up no pointers: those that come in the pause go, and the sweeper sends none", async () => {
    const messageId = await push(ports, body);
    await runJobNow(ports, importJobId, operator);
    for (let minute = 0; minute < 120; minute += 1) {
      await ports.work.send({ kind: "importMessage", activityId: importJobId, messageId });
      await sweepClaims(ports);
      await ports.drain({ entities: outage().entities });
      ports.advance(60_000);
    }

    expect(ports.countWork()).toBeLessThanOrEqual(1);
    ports.advance(5 * 60_000);
    await ports.drain();
    expect((await messageOf(messageId)).state).toBe("ProcessedWithErrors");
  });

  test("is taken up by the sweeper when the pointer behind its pause is lost", async () => {
    const messageId = await push(ports, body);
    await importMessage({ ...outage(), work: { send: () => Promise.resolve() } }, importJobId, messageId);
    ports.advance(10_000 + testSettings.leaseMs);
    await sweepClaims(ports);
    await ports.drain();

    expect((await messageOf(messageId)).state).toBe("ProcessedWithErrors");
  });

  test("is one too when other writers won each time", async () => {
    const messageId = await push(ports, body);
    await importMessage(failing(new RaceNeverWon("Other writers kept changing it.")), importJobId, messageId);

    expect(await messageOf(messageId)).toMatchObject({ state: "Enqueued", attempts: 0 });
  });

  test("puts the work itself back on the queue where not even its message could be read", async () => {
    const messageId = await push(ports, body);
    const blind: TestPorts = {
      ...ports,
      messages: { ...ports.messages, findInbound: () => Promise.reject(new Unavailable("503")) },
    };
    const work = { kind: "importMessage", activityId: importJobId, messageId } as const;
    await doWork(blind, work);
    await doWork(blind, { ...work, timesPutBack: 3 });

    expect(await ports.drain()).toEqual([]);
    ports.advance(10_000);
    expect(await ports.drain()).toEqual([{ ...work, timesPutBack: 1 }]);
    ports.advance(70_000);
    expect(await ports.drain()).toEqual([{ ...work, timesPutBack: 4 }]);
    expect((await messageOf(messageId)).state).toBe("ProcessedWithErrors");
  });
});
