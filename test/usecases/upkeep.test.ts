import { beforeEach, describe, expect, test } from "vitest";
import type { Ports } from "../../shared/ports.ts";
import type { Work } from "../../shared/ports/workQueue.ts";
import { queueNames } from "../../shared/storage/ground/names.ts";
import { parseWork } from "../../shared/storage/messages/workQueue.ts";
import { abandonWork } from "../../shared/usecases/work/abandonWork.ts";
import { doWork } from "../../shared/usecases/work/doWork.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { deliverWork } from "../support/crashHost.ts";
import { exportJobId, importJob, importJobId, packageJobId, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts, noon, testSettings } from "../support/memoryPorts.ts";
import { importFile, push, upkeep } from "./world.ts";

const minute = 60_000;
const ref = { entityId: "custcustomergroupentity", company: "USMF" };
const trouble = (): Promise<never> => Promise.reject(new Error("503"));
let ports: TestPorts;

beforeEach(async () => {
  // Every run is a large one, so that imports of one record leave work for the upkeep.
  ports = memoryPorts({}, (ground) => ground, { smallLayerBytes: 0 });
  await seed(ports);
});

async function waitingWork(): Promise<readonly Work[]> {
  const items = await ports.ground.queue(queueNames.work).receive(32, minute);
  return items.map((item) => parseWork(item.text));
}

const failures = () => ports.logged.filter(({ event }) => event === "upkeep.failed").map(({ facts }) => facts);

/** As the host does: what throws comes back, until it is given up. */
const deliver = (host: Ports) => deliverWork(host, ports.ground, () => false);

async function manyImports(): Promise<void> {
  for (let index = 0; index < 30; index += 1) {
    ports.advance(minute);
    await importFile(ports, `CustomerGroupId\r\n${100 + index}\r\n`);
  }
}

describe("a pass of the upkeep", () => {
  test("points at work that was left, although a merge of an entity never ends", async () => {
    await manyImports();
    const messageId = await push(ports, "CustomerGroupId\r\n1\r\n");
    await ports.claims.put({ messageId, activityId: importJobId, until: ports.clock.now() });
    await keepUp(ports);
    const endless = { ...ports, entities: { ...ports.entities, compact: () => new Promise<never>(() => undefined) } };

    const work = await waitingWork();
    expect(work).toContainEqual({ kind: "importMessage", activityId: importJobId, messageId });
    for (const piece of work) await doWork(endless, piece);
    expect(await waitingWork()).toContainEqual({ kind: "compactEntity", ...ref });
  });

  test("sends nothing that still waits on the queue", async () => {
    await manyImports();
    await keepUp(ports);
    const first = await waitingWork();
    for (const piece of first) await doWork(ports, piece);
    const merges = await waitingWork();
    for (let passes = 0; passes < 3; passes += 1) await keepUp(ports);
    for (const piece of first) await doWork(ports, piece);

    expect(first).toHaveLength(13);
    expect(merges).toEqual([{ kind: "compactEntity", ...ref }]);
    expect(await waitingWork()).toEqual([]);
  });

  test("sends again what was lost on its way to the queue", async () => {
    await expect(keepUp({ ...ports, work: { send: trouble } })).rejects.toThrow("pruneMessages");
    ports.advance(5 * minute);
    await keepUp(ports);

    expect(await waitingWork()).toHaveLength(13);
  });

  test("goes on when a part of it fails, and says which", async () => {
    const troubled = { ...ports, claims: { ...ports.claims, list: trouble } };

    await expect(keepUp(troubled)).rejects.toThrow("The upkeep could not end: sweepClaims.");
    expect(await waitingWork()).toHaveLength(13);
  });

  test("goes on behind a claim that it cannot look at", async () => {
    const messages = [await push(ports, "CustomerGroupId\r\n1\r\n"), await push(ports, "CustomerGroupId\r\n2\r\n")];
    for (const messageId of messages) await ports.claims.put({ messageId, activityId: importJobId, until: noon });
    const find: Ports["messages"]["find"] = (activityId, messageId) =>
      messageId === messages[0] ? trouble() : ports.messages.find(activityId, messageId);
    await keepUp({ ...ports, messages: { ...ports.messages, find } });

    const resent = (await waitingWork()).filter(({ kind }) => kind === "importMessage");
    expect(resent).toEqual([{ kind: "importMessage", activityId: importJobId, messageId: messages[1] }]);
    expect(failures()).toEqual([
      { part: "sweepClaims", activityId: importJobId, messageId: messages[0], error: "503" },
    ]);
  });
});

describe("the upkeep of jobs", () => {
  const isScheduled = async (activityId: string) =>
    (await ports.schedules.find("processing", activityId)) !== undefined;

  test("goes on behind a job whose definition cannot be read, and prunes that one all the same", async () => {
    const find: Ports["definitions"]["find"] = (kind, id) =>
      id === importJobId ? trouble() : ports.definitions.find(kind, id);
    const next = { messageId: ports.ids.next(), reservedAt: noon };
    await ports.idempotency.change(importJobId, { key: "key", seen: undefined, next });
    ports.advance(testSettings.retentionMs + minute);
    const troubled = { ...ports, definitions: { ...ports.definitions, find, list: trouble } };
    await keepUp(troubled);
    await deliver(troubled);

    expect(await ports.idempotency.find(importJobId, "key")).toBeUndefined();
    for (const [activityId, isMended] of [
      [importJobId, false],
      [packageJobId, true],
      [exportJobId, true],
    ] as const) {
      expect(await isScheduled(activityId)).toBe(isMended);
    }
    expect(failures()).toEqual([{ part: "mendSchedule", activityId: importJobId, error: "503" }]);
  });

  test("reaches every job, however many there are", async () => {
    const ids = Array.from({ length: 401 }, () => ports.ids.random());
    const by = { at: noon, applicationId: importJobId };
    for (const activityId of ids) {
      await ports.definitions.save("job", activityId, { ...importJob, activityId, name: activityId }, "new", by);
    }
    await upkeep(ports);

    for (const activityId of ids) expect(await isScheduled(activityId)).toBe(true);
  });
});

describe("the upkeep of entities", () => {
  test("merges what many imports left, without changing what is read", async () => {
    await manyImports();
    expect(await ports.entities.needsCompaction(ref)).toBe(true);
    await upkeep(ports);

    expect(await ports.entities.needsCompaction(ref)).toBe(false);
    expect(await ports.entities.count(ref)).toBe(30);
  });

  test("goes on behind an entity that cannot be looked at, and behind one that cannot be cleared", async () => {
    await manyImports();
    const broken = { entityId: "broken", company: undefined };
    const isBroken = ({ entityId }: { readonly entityId: string }) => entityId === broken.entityId;
    const troubled: Ports = {
      ...ports,
      entities: {
        ...ports.entities,
        list: async () => [broken, ...(await ports.entities.list())],
        needsCompaction: (entity) => (isBroken(entity) ? trouble() : ports.entities.needsCompaction(entity)),
        removeGarbage: (entity, olderThanMs) =>
          isBroken(entity) ? trouble() : ports.entities.removeGarbage(entity, olderThanMs),
      },
    };
    const blobs = async () => (await ports.ground.blobs("entities").list("segments/", { limit: 100 })).items.length;
    await keepUp(troubled);
    await deliver(troubled);
    const merged = await blobs();
    for (let passes = 0; passes < 14; passes += 1) {
      ports.advance(60 * minute);
      await keepUp(troubled);
      await deliver(troubled);
    }

    expect(await ports.entities.needsCompaction(ref)).toBe(false);
    expect(await blobs()).toBeLessThan(merged);
    expect(failures()).toContainEqual({ part: "sendCompactions", entityId: "broken", error: "503" });
    expect(failures()).toContainEqual({ part: "removeGarbage", entityId: "broken", error: "503" });
  });

  test("reaches every one, however many there are, and sends few merges at a time", async () => {
    const all = Array.from({ length: 250 }, (_, index) => ({ entityId: `e${index % 125}`, company: `C${index % 2}` }));
    const cleared = new Set<string>();
    const host: Ports = {
      ...ports,
      entities: {
        ...ports.entities,
        list: async () => all,
        needsCompaction: async () => true,
        removeGarbage: async ({ entityId, company }) => cleared.add(`${entityId}/${company}`).size,
      },
    };
    await doWork(host, { kind: "upkeep", part: "sendCompactions" });
    await doWork(host, { kind: "upkeep", part: "removeGarbage" });
    const merges = new Set<string>();
    for (let work = await waitingWork(); work.length > 0; work = await waitingWork()) {
      for (const piece of work) {
        if (piece.kind === "compactEntity") merges.add(`${piece.entityId}/${piece.company}`);
        else await doWork(host, piece);
      }
    }

    expect(merges.size).toBeGreaterThanOrEqual(32);
    expect(merges.size).toBeLessThan(40);
    expect(cleared.size).toBe(250);
  });

  test("that was given up is logged, and a later pass does it", async () => {
    await manyImports();
    await abandonWork(ports, { kind: "compactEntity", ...ref });
    await abandonWork(ports, { kind: "upkeep", part: "keepUpJobs" });
    await upkeep(ports);

    expect(failures()).toEqual([{ part: "compactEntity" }, { part: "keepUpJobs" }]);
    expect(await ports.entities.needsCompaction(ref)).toBe(false);
  });
});
