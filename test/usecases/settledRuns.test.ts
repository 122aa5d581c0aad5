import { oneBatch } from "../support/records.ts";
import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { interruptionsMax } from "../../shared/domain/message.ts";
import type { EntityStore } from "../../shared/ports/entityStore.ts";
import { blobEntityStore } from "../../shared/storage/entityStore/blobEntityStore.ts";
import type { Blobs } from "../../shared/storage/ground/ground.ts";
import { containerNames } from "../../shared/storage/ground/names.ts";
import { beginExport } from "../../shared/usecases/export/beginExport.ts";
import { exportMessage } from "../../shared/usecases/export/exportMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import {
  asGroups,
  exportJob,
  exportJobId,
  importJob,
  importJobId,
  operator,
  packageJob,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts, testSettings } from "../support/memoryPorts.ts";
import { define, defineLines, importFile, look, manifestOf, packageOf, push, recordsOf } from "./world.ts";

const body = "CustomerGroupId,CreditLimit\r\n10,1\r\n20,x\r\n30,3\r\n";
const ref = { entityId: "custcustomergroupentity", company: "USMF" };
const killed = new Error("killed");
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

type Upsert = EntityStore["upsert"];

/** A worker with an entity store of its own making, which stops for good when that throws `killed`. */
function workerWith(upsert: Upsert): TestPorts {
  let isDead = false;
  const mortal: Upsert = async (...given) => {
    try {
      return await upsert(...given);
    } catch (error) {
      isDead = error === killed;
      throw error;
    }
  };
  const unlessDead = <T>(act: () => Promise<T>): Promise<T> => (isDead ? Promise.reject(killed) : act());
  return {
    ...ports,
    entities: { ...ports.entities, upsert: mortal },
    messages: { ...ports.messages, replace: (...given) => unlessDead(() => ports.messages.replace(...given)) },
    executions: { ...ports.executions, save: (...given) => unlessDead(() => ports.executions.save(...given)) },
  };
}

const killedBefore: Upsert = () => Promise.reject(killed);
const killedBehind: Upsert = async (...given) => {
  await ports.entities.upsert(...given);
  throw killed;
};

/** Workers take the message and die, until it is given up when the next one looks at it. */
async function dieAgain(messageId: string, upsert: Upsert, times: number, activityId = importJobId): Promise<void> {
  for (let death = 0; death < times; death += 1) {
    await expect(importMessage(workerWith(upsert), activityId, messageId)).rejects.toThrow("killed");
    ports.advance(testSettings.leaseMs);
  }
}

/** A worker that has everything ready and stands still before the one write that makes its commit, until `goOn` is called. */
function standingStill(messageId: string) {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const blobs = ports.ground.blobs(containerNames.entities);
  const put: Blobs["put"] = async (...given) => {
    reached.resolve();
    await gate.promise;
    return blobs.put(...given);
  };
  const entities = blobEntityStore({ ...blobs, put }, { now: () => ports.clock.now() });
  const working = importMessage({ ...ports, entities }, importJobId, messageId);
  return { reached: reached.promise, goOn: () => (gate.resolve(), working) };
}

describe("a parked message", () => {
  test("stays as it says, when the commit of one of its attempts was under way", async () => {
    for (const slowAttempt of [1, interruptionsMax]) {
      const messageId = await push(ports, body);
      await dieAgain(messageId, killedBefore, slowAttempt - 1);
      const slow = standingStill(messageId);
      await slow.reached;
      ports.advance(testSettings.leaseMs);
      await dieAgain(messageId, killedBefore, interruptionsMax - slowAttempt);
      await importMessage(ports, importJobId, messageId);
      const parked = await look(ports, messageId);
      await slow.goOn();

      expect(parked.message).toMatchObject({ state: "PostProcessingError", parked: {} });
      expect(await look(ports, messageId)).toEqual(parked);
      expect(await recordsOf(ports)).toEqual([]);
    }
  });

  test("has an execution that has ended, and says why", async () => {
    const messageId = await push(ports, body);
    await dieAgain(messageId, killedBefore, interruptionsMax);
    await importMessage(ports, importJobId, messageId);
    const { message, execution } = await look(ports, messageId);

    expect(execution).toMatchObject({ finishedAt: ports.clock.now(), failure: message.parked!.reason });
    expect(execution!.entities).toMatchObject([{ status: "error", rowsRead: 0, created: 0 }]);
  });

  test("tells what it has stored all the same", async () => {
    await defineTwo();
    const messageId = await push(ports, await packageOfTwo(), { entity: undefined }, packageJob);
    const second: Upsert = (at, commit) =>
      at.entityId === "zonesentity" ? Promise.reject(killed) : ports.entities.upsert(at, commit);
    await dieAgain(messageId, second, interruptionsMax, packageJob.activityId);
    await importMessage(ports, packageJob.activityId, messageId);
    const { message, execution } = await look(ports, messageId, packageJob);

    expect(message.parked?.reason).toMatch(/No error was noted\. \(What it had for Areas is stored\.\)$/);
    expect(execution!.entities.map(({ entity, status, created }) => [entity, status, created])).toEqual([
      ["Areas", "finished", 2],
      ["Zones", "error", 0],
    ]);
  });

  test("does not say that a line failed whose commit is there, though nobody counted it to its end", async () => {
    await defineTwo();
    const messageId = await push(ports, await packageOfTwo(), { entity: undefined }, packageJob);
    const first: Upsert = (at, commit) =>
      at.entityId === "areasentity" ? killedBehind(at, commit) : ports.entities.upsert(at, commit);
    await dieAgain(messageId, first, interruptionsMax, packageJob.activityId);
    await importMessage(ports, packageJob.activityId, messageId);
    const { message, execution } = await look(ports, messageId, packageJob);

    expect(message.parked?.reason).toMatch(/\(What it had for Areas is stored\.\)$/);
    expect(execution!.entities).toMatchObject([
      { entity: "Areas", status: "error", rowsRead: 2, created: 2 },
      { entity: "Zones", status: "notRun", rowsRead: 0 },
    ]);
  });
});

describe("a message whose records are all stored", () => {
  test("is not parked: one more attempt ends it as it is, with true counts and the rejected rows", async () => {
    const messageId = await push(ports, body);
    await dieAgain(messageId, killedBehind, interruptionsMax);
    await importMessage(ports, importJobId, messageId);
    const { message, execution } = await look(ports, messageId);

    expect(message).toMatchObject({ state: "ProcessedWithErrors" });
    expect(message.parked).toBeUndefined();
    expect(execution!.entities[0]).toMatchObject({ rowsRead: 3, created: 2, updated: 0, failed: 1 });
    expect(execution!.entities[0]!.failedFile).toBeDefined();
    expect(await recordsOf(ports)).toHaveLength(2);
  });

  test("gets no endless number of them: it is parked, and says that they are stored", async () => {
    const messageId = await parkedByDefect();
    const { message } = await look(ports, messageId);

    expect(message).toMatchObject({ state: "PostProcessingError", attempts: 4 });
    expect(message.parked?.reason).toBe(
      "Given up after 4 attempts. Last error: a defect (What it had for Customer groups is stored.)",
    );
  });

  test("is ended by a retry as it is, which stores nothing over what came later", async () => {
    const messageId = await parkedByDefect();
    const { message: newer } = await importFile(ports, "CustomerGroupId,CreditLimit\r\n10,77\r\n");
    await retryMessage(ports, importJobId, messageId, operator);
    await ports.drain();
    const { message, execution } = await look(ports, messageId);

    expect(newer.state).toBe("Processed");
    expect(message).toMatchObject({ state: "ProcessedWithErrors", run: 1, attempts: 1 });
    expect(message.parked).toBeUndefined();
    expect(execution!.entities[0]).toMatchObject({ status: "finished", rowsRead: 3, created: 2, failed: 1 });
    expect(execution!.failure).toBeUndefined();
    expect((await recordsOf(ports)).map(([key, , , limit]) => [key, limit])).toEqual([
      ["10", "77"],
      ["30", "3"],
    ]);
  });

  /** Each attempt stores everything and fails behind that. */
  async function parkedByDefect(): Promise<string> {
    const messageId = await push(ports, body);
    const defect: Upsert = async (...given) => {
      await ports.entities.upsert(...given);
      throw new Error("a defect");
    };
    for (let attempt = 0; attempt < importJob.attemptsMax + 1; attempt += 1) {
      await expect(importMessage(workerWith(defect), importJobId, messageId)).rejects.toThrow("a defect");
    }
    return messageId;
  }

  test("is left to the next attempt by a commit that lands while its message is given up", async () => {
    const messageId = await push(ports, body);
    const slow = standingStill(messageId);
    await slow.reached;
    ports.advance(testSettings.leaseMs);
    await dieAgain(messageId, killedBefore, interruptionsMax - 1);
    // The one attempt that may still commit is the newest, and it does so just before somebody looks.
    const { message, execution } = await look(ports, messageId);
    const idempotencyKey = `${messageId}/${message.run}/${ref.entityId}`;
    await ports.entities.upsert(ref, {
      ...asGroups,
      idempotencyKey,
      fence: message.fence,
      columns: ["CUSTOMERGROUPID"],
      records: () => oneBatch({ key: "10", values: ["10"] }),
      truncateFirst: false,
    });
    await importMessage(ports, importJobId, messageId);
    await slow.goOn();

    expect(execution!.entities[0]).toMatchObject({ status: "executing" });
    expect((await look(ports, messageId)).message.state).toBe("ProcessedWithErrors");
  });
});

test("an attempt that another one took over stores nothing, though its clock still gives it the lease", async () => {
  const messageId = await push(ports, body);
  const slow = standingStill(messageId);
  await slow.reached;
  const before = await look(ports, messageId);
  ports.advance(testSettings.leaseMs);
  const { message } = await look(ports, messageId);
  await ports.executions.takeOver(message.executionId!, message.fence + 1);
  await ports.entities.revoke(ref, `${messageId}/1/${ref.entityId}`, message.fence);
  await slow.goOn();

  expect((await look(ports, messageId)).execution).toEqual({ ...before.execution!, fence: message.fence + 1 });
  expect(await recordsOf(ports)).toEqual([]);
});

describe("the execution of an export", () => {
  test("ends with its message when that is parked", async () => {
    await importFile(ports, "CustomerGroupId\r\n10\r\n");
    const { messageId } = await beginExport(ports, exportJob, ports.clock.now());
    const failing: TestPorts = {
      ...ports,
      files: { ...ports.files, store: () => Promise.reject(new Error("a defect")) },
    };
    for (let attempt = 0; attempt < exportJob.attemptsMax; attempt += 1) {
      await expect(exportMessage(failing, exportJobId, messageId)).rejects.toThrow("a defect");
    }
    await exportMessage(ports, exportJobId, messageId);

    const { value } = (await ports.messages.findOutbound(exportJobId, messageId))!;
    const execution = await ports.executions.find(value.executionId!);
    expect(value.parked?.reason).toContain("a defect");
    expect(execution).toMatchObject({ finishedAt: ports.clock.now(), failure: value.parked!.reason });
    expect(execution!.entities.map(({ status }) => status)).not.toContain("executing");
  });
});

function entityOf(name: string): DataEntity {
  const field = { name: "ID", type: "string", isKey: true, isRequired: true } as const;
  return { name, aotName: `${name}Entity`, isPerCompany: false, isChangeTracked: false, fields: [field] };
}

async function defineTwo(): Promise<void> {
  for (const name of ["Areas", "Zones"]) await define(ports, "entity", name, entityOf(name));
  await defineLines(ports, [{ entity: "Areas" }, { entity: "Zones", sequence: 2 }]);
}

function packageOfTwo() {
  const lines = ["Areas", "Zones"].map((entityName) => ({ entityName, inputFilePath: `${entityName}.csv` }));
  return packageOf(manifestOf(...lines), { "Areas.csv": "Id\r\nA1\r\nA2\r\n", "Zones.csv": "Id\r\nZ1\r\n" });
}
