import { oneBatch } from "../support/records.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { beginExport } from "../../shared/usecases/export/beginExport.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { pruneMessages, removeOrphans } from "../../shared/usecases/retention/pruneMessages.ts";
import { releaseMessage } from "../../shared/usecases/operate/releaseMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import {
  bytesOf,
  exportJob,
  exportJobId,
  importJob,
  importJobId,
  operator,
  seed,
  asGroups,
} from "../support/definitions.ts";
import { deliverWork } from "../support/crashHost.ts";
import { type TestPorts, memoryPorts, testSettings } from "../support/memoryPorts.ts";
import { define, importFile, look, newestExport, push, runNow, takeDelivery, upkeep } from "./world.ts";

const { retentionMs, orphanAfterMs } = testSettings;
const minute = 60_000;
const day = 24 * 60 * minute;
const body = "CustomerGroupId,CreditLimit\r\n10,1\r\n20,x\r\n";
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

/** Every blob of messages and executions, and every message. */
async function left(): Promise<readonly string[]> {
  const names: string[] = [];
  for (const room of ["inbound", "outbound", "executions"] as const) {
    names.push(...(await ports.files.list(room, "", { limit: 100 })).items.map(({ name }) => `${room}/${name}`));
  }
  names.push(...(await ports.ground.blobs("staging").list("", { limit: 100 })).items.map(({ name }) => name));
  for (const activityId of [importJobId, exportJobId]) {
    names.push(...(await ports.messages.list(activityId, { limit: 100 })).items.map(({ id }) => id));
  }
  return names;
}

const isThere = async (messageId: string, activityId = importJobId) =>
  (await ports.messages.find(activityId, messageId)) !== undefined;

describe("the retention", () => {
  test("deletes a processed message with its bytes, execution and result files, and not a moment before", async () => {
    const { message } = await importFile(ports, body);
    ports.advance(retentionMs);
    await pruneMessages(ports);
    expect(await isThere(message.id)).toBe(true);
    expect(await left()).toContain(`inbound/${message.id}`);

    ports.advance(1);
    await pruneMessages(ports);
    expect(await left()).toEqual([]);
  });

  test("deletes an acknowledged export with its package", async () => {
    await importFile(ports, body);
    await runNow(ports, exportJob);
    await takeDelivery(ports, exportJob, (await dequeueMessage(ports, exportJob))!);
    ports.advance(retentionMs + 1);
    await upkeep(ports);

    expect(await left()).toEqual([]);
  });

  test("deletes an export that made no file", async () => {
    await runNow(ports, exportJob);
    ports.advance(retentionMs + 1);
    await upkeep(ports);

    expect(await left()).toEqual([]);
  });

  test("deletes the executions of every run that a message had", async () => {
    const { message } = await importFile(ports, body);
    await retryMessage(ports, importJobId, message.id, operator);
    await ports.drain();
    await retryMessage(ports, importJobId, message.id, operator);
    await ports.drain();
    ports.advance(retentionMs + 1);
    await upkeep(ports);

    expect(await left()).toEqual([]);
  });

  test("deletes nothing that waits, was not acknowledged, is parked or blocks, however old", async () => {
    const waiting = await push(ports, body);
    const parked = await push(ports, body);
    const failing = { ...ports, entities: { ...ports.entities, upsert: () => Promise.reject(new Error("503")) } };
    for (let attempt = 0; attempt < importJob.attemptsMax; attempt += 1) {
      await importMessage(failing, importJobId, parked).catch(() => undefined);
    }
    await ports.entities.upsert(
      { entityId: "custcustomergroupentity", company: "USMF" },
      {
        idempotencyKey: "one",
        fence: 1,
        columns: ["CUSTOMERGROUPID"],
        records: () => oneBatch({ key: "10", values: ["10"] }),
        truncateFirst: false,
        ...asGroups,
      },
    );
    await runNow(ports, exportJob);
    const exported = (await newestExport(ports, exportJob))!;
    const before = await left();
    for (let year = 0; year < 3; year += 1) {
      ports.advance(365 * 24 * 60 * minute);
      await upkeep(ports);
    }

    expect(await left()).toEqual(before);
    expect(await isThere(waiting)).toBe(true);
    expect((await dequeueMessage(ports, exportJob))!.id).toBe(exported.id);
  });

  test("deletes no head that blocks its job, and none that was released but not looked at", async () => {
    const blocking = { ...importJob, isOrdered: true, onHeadError: "block" as const };
    await define(ports, "job", importJobId, blocking);
    const { message } = await importFile(ports, "Wrong\r\n1\r\n", {}, blocking);
    ports.advance(retentionMs + 1);
    await upkeep(ports);
    expect(await isThere(message.id)).toBe(true);

    await releaseMessage(ports, importJobId, message.id, operator);
    await upkeep(ports);
    expect(await isThere(message.id)).toBe(true);
  });

  test("begins when a message ends, so that the results of a late run can be read", async () => {
    const messageId = await push(ports, body);
    ports.advance(retentionMs + 1);
    await runNow(ports);
    await upkeep(ports);

    const { execution } = await look(ports, messageId);
    expect(execution?.entities[0]).toMatchObject({ failed: 1 });
    ports.advance(retentionMs + 1);
    await upkeep(ports);
    expect(await left()).toEqual([]);
  });

  test("that was cut off anywhere is finished by the next round", async () => {
    await importFile(ports, body);
    ports.advance(retentionMs + 1);
    const steps = ["messages", "executions", "files"] as const;
    for (const step of steps) {
      const cut: TestPorts = {
        ...ports,
        [step]: { ...ports[step], remove: () => Promise.reject(new Error("killed")) },
      };
      await pruneMessages(cut);
    }
    expect(ports.logged.filter(({ event }) => event === "upkeep.failed")).toHaveLength(steps.length);
    await pruneMessages(ports);

    expect(await left()).toEqual([]);
  });

  test("goes on behind a message that it cannot delete, says which, and comes back to it", async () => {
    const [stuck, other] = [await importFile(ports, body), await importFile(ports, body)];
    ports.advance(retentionMs + 1);
    const remove: TestPorts["executions"]["remove"] = (id) =>
      id === stuck.message.executionId ? Promise.reject(new Error("503")) : ports.executions.remove(id);
    await pruneMessages({ ...ports, executions: { ...ports.executions, remove } });

    expect((await left()).map((name) => name.split("/")[1])).toContain(stuck.message.id);
    expect(await left()).not.toContain(`inbound/${other.message.id}`);
    const facts = { part: "pruneMessages", activityId: importJobId, messageId: stuck.message.id, error: "503" };
    expect(ports.logged).toContainEqual({ level: "error", event: "upkeep.failed", facts });
    await pruneMessages(ports);
    expect(await left()).toEqual([]);
  });

  test("leaves the marker of a run that was due long ago, which is there before its message", async () => {
    const dueAt = ports.clock.now();
    ports.advance(retentionMs + 1);
    const messageId = ports.ids.derive(dueAt, `${exportJobId}/${dueAt}`);
    const insertOutbound: TestPorts["messages"]["insertOutbound"] = async (...message) => {
      await ports.files.store("outbound", messageId, bytesOf(), exportJobId);
      await pruneMessages(ports);
      return ports.messages.insertOutbound(...message);
    };
    await beginExport({ ...ports, messages: { ...ports.messages, insertOutbound } }, exportJob, dueAt);
    await pruneMessages(ports);

    expect(await ports.messages.findActivity(messageId)).toBe(exportJobId);
  });

  test("takes whatever a deleted job left: what waits, what is parked and what nobody fetched", async () => {
    await push(ports, body);
    const parked = await push(ports, body);
    const failing = { ...ports, entities: { ...ports.entities, upsert: () => Promise.reject(new Error("503")) } };
    for (let attempt = 0; attempt < importJob.attemptsMax; attempt += 1) {
      await importMessage(failing, importJobId, parked).catch(() => undefined);
    }
    await define(ports, "job", exportJobId, { ...exportJob, preventUploadAtZeroRecords: false });
    await runNow(ports, exportJob);
    for (const id of [importJobId, exportJobId]) {
      const { etag } = (await ports.definitions.find("job", id))!;
      await ports.definitions.remove("job", id, etag);
    }
    ports.advance(retentionMs + 1);
    await upkeep(ports);

    expect(await left()).toEqual([]);
  });

  test("looks at what it keeps once a day, and not with each pass", async () => {
    await push(ports, body);
    ports.advance(retentionMs + day);
    let looks = 0;
    const find: TestPorts["messages"]["find"] = (...message) => {
      looks += 1;
      return ports.messages.find(...message);
    };
    const watched = { ...ports, messages: { ...ports.messages, find } };
    await pruneMessages(watched);
    expect(looks).toBe(0);

    for (let passed = 0; passed < day; passed += 5 * minute) {
      ports.advance(5 * minute);
      await keepUp(watched);
      await deliverWork(watched, ports.ground, () => false);
    }
    expect(looks).toBe(1);
  });

  test("finds what came due while no upkeep ran, however long ago", async () => {
    await importFile(ports, body);
    ports.advance(4 * retentionMs);
    await upkeep(ports);

    expect(await left()).toEqual([]);
  });

  test("looks through more old messages than one page holds", async () => {
    for (let count = 0; count < 501; count += 1) {
      await ports.files.store("inbound", ports.ids.next(), bytesOf(body), importJobId);
    }
    await importFile(ports, body);
    ports.advance(2 * retentionMs);
    await upkeep(ports);

    expect(await left()).toEqual([]);
  });

  test("takes a job's old ledger rows and keys with the upkeep, and leaves the new ones", async () => {
    await push(ports, body, { idempotencyKey: "k" });
    await runNow(ports);
    ports.advance(retentionMs + 1);
    await runNow(ports);
    await upkeep(ports);

    expect((await ports.occurrences.list(importJobId, { limit: 10 })).items).toHaveLength(1);
    expect(await ports.idempotency.find(importJobId, "key:k")).toBeUndefined();
  });
});

describe("a payload without a message", () => {
  test("is removed about an hour later, and one with a message stays", async () => {
    const messageId = await push(ports, body);
    await ports.files.store("inbound", ports.ids.next(), bytesOf(body), importJobId);
    for (let passed = 0; passed < 2 * orphanAfterMs; passed += 5 * minute) {
      await upkeep(ports);
      ports.advance(5 * minute);
    }

    expect((await ports.files.list("inbound", "", { limit: 10 })).items.map(({ name }) => name)).toEqual([messageId]);
  });

  test("stays while the enqueue that stored it just now may still commit, however slow its upload was", async () => {
    const messageId = ports.ids.next();
    ports.advance(orphanAfterMs + 20 * minute);
    await ports.files.store("inbound", messageId, bytesOf(body), importJobId);
    for (let tick = 0; tick < 4; tick += 1) {
      await removeOrphans(ports);
      ports.advance(5 * minute);
    }

    expect(await ports.files.findFacts("inbound", messageId)).toBeDefined();
  });
});
