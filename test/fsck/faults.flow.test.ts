import { beforeEach, describe, expect, test } from "vitest";
import type { Judged } from "../../shared/fsck/fsck.ts";
import type { Row, Table } from "../../shared/storage/ground/ground.ts";
import { outboundQueueName } from "../../shared/storage/ground/names.ts";
import { claimOf } from "../../shared/usecases/attempt/claimOf.ts";
import { dequeueMessage } from "../../shared/usecases/deliver/dequeueMessage.ts";
import { sampleFile } from "../../shared/usecases/definitions/projectSamples.ts";
import { scheduleJob } from "../../shared/usecases/recurrence/jobSchedule.ts";
import { exportJob, exportJobId, importJob, importJobId, listedApplication, seed } from "../support/definitions.ts";
import { allPlaces, check } from "../support/fsck.ts";
import { memoryPorts, type TestPorts } from "../support/memoryPorts.ts";
import { importFile, push, runNow } from "../usecases/world.ts";

const hour = 60 * 60_000;
const day = 24 * hour;
const stranger = "01a217f1-c155-7032-af9f-09d0c809715d";
const rejecting = "CUSTOMERGROUPID,DESCRIPTION\n10,Wholesale\n,Nobody\n";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

/** A job with messages that ended, failed, wait and are offered, as clients left them. */
async function traffic(): Promise<void> {
  await scheduleJob(ports, importJob, undefined);
  await importFile(ports, rejecting, { idempotencyKey: "a key" });
  await runNow(ports, exportJob);
  await push(ports, "CUSTOMERGROUPID\n20\n");
  // As the upkeep does once.
  for (const activityId of [importJobId, exportJobId]) await ports.openMessages.mendJob(activityId);
}

const queues = [...allPlaces.queues, outboundQueueName(exportJobId)];

const look = (options: Parameters<typeof check>[1] = {}): Promise<readonly Judged[]> =>
  check({ ports, ground: ports.ground }, { places: { ...allPlaces, queues }, ...options });

const table = (name: string): Table => ports.ground.table(name);

async function rowsWith(name: string, partition: string, prefix: string): Promise<readonly Row[]> {
  const { rows } = await table(name).list(partition, { limit: 1000 });
  return rows.filter(({ rowKey }) => rowKey.startsWith(prefix));
}

/** Takes the first such row away. */
async function lose(name: string, partition: string, prefix: string): Promise<Row> {
  const [row] = await rowsWith(name, partition, prefix);
  await table(name).remove(partition, row!.rowKey);
  return row!;
}

async function loseBlob(container: string, part = ""): Promise<string> {
  const { items } = await ports.ground.blobs(container).list("", { limit: 1000 });
  const { name } = items.find((item) => item.name.includes(part))!;
  await ports.ground.blobs(container).remove(name);
  return `${container}/${name}`;
}

/** Other bytes of the same length, under the same name. */
async function falsify(container: string, part: string): Promise<string> {
  const blobs = ports.ground.blobs(container);
  const { items } = await blobs.list("", { limit: 1000 });
  const { name, metadata } = items.find((item) => item.name.includes(part) && item.sizeBytes > 0)!;
  const bytes = Buffer.from((await blobs.find(name))!.bytes);
  const at = Math.floor(bytes.length / 3);
  bytes[at] = bytes[at]! ^ 0xff;
  await blobs.put(name, bytes, { condition: "any", metadata });
  return `${container}/${name}`;
}

const first = async (direction: "import" | "export") => {
  const { items } = await ports.messages.list(direction === "import" ? importJobId : exportJobId, { limit: 10 });
  return items.find(({ state }) => state !== "Enqueued" || direction === "export")!;
};

/** What is planted, what it is told as, and whether it can be mended. */
const faults: Readonly<
  Record<string, { plant: () => Promise<unknown>; kind: Judged["kind"]; isMended?: boolean; laterMs?: number }>
> = {
  "a message without the row of its place": {
    plant: () => lose("messages", importJobId, "w_"),
    kind: "rowMissing",
    isMended: true,
  },
  "an export that is offered in no row": {
    plant: () => lose("messages", exportJobId, "o_"),
    kind: "rowMissing",
    isMended: true,
  },
  "a row of a message that is not there": {
    plant: () => table("messages").insert(exportJobId, `o_offered_${stranger}`, { v: 1, json0: "{}" }),
    kind: "rowOfNothing",
    isMended: true,
  },
  "a key that is never forgotten": {
    plant: () => lose("messages", importJobId, "t_"),
    kind: "rowMissing",
    isMended: true,
  },
  "a message of another form": {
    plant: async () => {
      const row = await lose("messages", importJobId, "m_");
      await table("messages").insert(importJobId, row.rowKey, { ...row.values, v: 9 });
    },
    kind: "unreadable",
  },
  "a message that has ended, and is in no list": {
    plant: async () => {
      await ports.lists.adopt(importJobId);
      ports.advance(2 * hour);
      await ports.lists.adopt(importJobId);
      await lose("lists", "ended", "f_");
    },
    kind: "rowMissing",
    isMended: true,
  },
  "a run that is in no list": {
    plant: () => lose("lists", "executions", "j_"),
    kind: "rowMissing",
    isMended: true,
  },
  "a job that nobody measures": {
    plant: () => lose("claims", "jobs", exportJobId),
    kind: "rowMissing",
    isMended: true,
  },
  "an import that its worker left, and that nobody claims": {
    plant: async () => {
      const stored = (await ports.messages.findInbound(importJobId, (await first("import")).id))!;
      await ports.messages.replace(stored, { ...stored.value, state: "Processing" });
    },
    kind: "stuckMessage",
    laterMs: 2 * hour,
    isMended: true,
  },
  "a claim that nobody looks at": {
    plant: async () => ports.claims.put(claimOf(await first("import"), ports.clock.now())),
    kind: "claimLeft",
    laterMs: 2 * hour,
    isMended: true,
  },
  "bytes that are gone": { plant: async () => loseBlob("inbound", (await first("import")).id), kind: "payloadMissing" },
  "bytes that are not those that were accepted": {
    plant: async () => falsify("inbound", (await first("import")).id),
    kind: "contentDiffers",
  },
  "a package that is gone": { plant: () => loseBlob("outbound", "/"), kind: "fileMissing" },
  "a package that is damaged": { plant: () => falsify("outbound", "/"), kind: "contentDiffers" },
  "bytes that no message names": {
    plant: () => ports.files.store("inbound", stranger, bytes("left"), importJobId),
    kind: "payloadOfNobody",
    laterMs: day,
    isMended: true,
  },
  "a run that is gone": { plant: () => loseBlob("executions", "execution.json"), kind: "executionMissing" },
  "a file of rejected rows that is gone": { plant: () => loseBlob("executions", "failed"), kind: "fileMissing" },
  "a run that does not add up": {
    plant: async () => {
      const execution = (await ports.executions.find((await first("import")).executionId!))!;
      const [entity] = execution.entities;
      await ports.executions.save({ ...execution, entities: [{ ...entity!, failed: 0 }] });
    },
    kind: "countsDiffer",
  },
  "a run without an end": {
    plant: async () => {
      const { finishedAt: _, ...execution } = (await ports.executions.find((await first("import")).executionId!))!;
      await ports.executions.save(execution);
    },
    kind: "executionUnended",
  },
  "a run that no message names": {
    plant: () => ports.ground.blobs("executions").put(`${stranger}/failed.csv`, Buffer.from("x"), { condition: "new" }),
    kind: "executionOfNobody",
    laterMs: 2 * day,
    isMended: true,
  },
  "staging of a run that is not there": {
    plant: () => ports.ground.blobs("staging").put(`${stranger}/x/1`, Buffer.from("x"), { condition: "new" }),
    kind: "stagingOfNobody",
    laterMs: 2 * day,
    isMended: true,
  },
  "records that are gone": { plant: () => loseBlob("entities", "segments/"), kind: "segmentMissing" },
  "records that are damaged": { plant: () => falsify("entities", "segments/"), kind: "contentDiffers" },
  "a manifest of another form": {
    plant: async () => {
      const blobs = ports.ground.blobs("entities");
      const [item] = (await blobs.list("manifests/", { limit: 1 })).items;
      const manifest = JSON.parse(Buffer.from((await blobs.find(item!.name))!.bytes).toString());
      await blobs.put(item!.name, Buffer.from(JSON.stringify({ ...manifest, version: 9 })), { condition: "any" });
    },
    kind: "unreadable",
  },
  "records of no manifest": {
    plant: () => ports.ground.blobs("entities").put("segments/lost/_/x-0", Buffer.from("x"), { condition: "new" }),
    kind: "segmentOfNobody",
    laterMs: 3 * day,
    isMended: true,
  },
  "a definition whose body is gone": { plant: () => loseBlob("definitions", "job/"), kind: "definitionMissing" },
  "a job that no tick finds": {
    plant: () => lose("schedules", "processing", "due_"),
    kind: "rowMissing",
    isMended: true,
  },
  "a due time of no schedule": {
    plant: () => table("schedules").insert("processing", `due_0000000000000001_${stranger}`, { activityId: stranger }),
    kind: "rowOfNothing",
    isMended: true,
  },
  "a schedule of a job that is not there": {
    plant: () =>
      ports.schedules.save("processing", { activityId: stranger, afterMs: 0, occurrencesSoFar: 0 }, undefined),
    kind: "leftOfJob",
    isMended: true,
  },
  "exports without pointers": {
    plant: () => ports.ground.queue(outboundQueueName(exportJobId)).drop(),
    kind: "pointersMissing",
    isMended: true,
  },
  "an upload that was left": {
    plant: () =>
      ports.uploads.reserve({
        id: stranger,
        activityId: importJobId,
        fileId: stranger,
        applicationId: listedApplication,
        reservedAt: ports.clock.now(),
        until: ports.clock.now() + day,
        sizeBytes: 10,
      }),
    kind: "uploadLeft",
    laterMs: 2 * day,
    isMended: true,
  },
  "bytes of no upload": {
    plant: () => ports.ground.blobs("uploads").put(stranger, Buffer.from("x"), { condition: "new" }),
    kind: "uploadLeft",
    laterMs: 3 * day,
    isMended: true,
  },
};

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

describe("a storage after traffic", () => {
  test("takes the sample files of projects for no run, however old they are", async () => {
    const sample = sampleFile(importJob.project, "2026-11-20T12:00:00Z");
    await ports.files.store("executions", sample, bytes("a sample"));
    ports.advance(3 * day);
    const kinds = (await look({ repairs: true })).map(({ kind }) => kind);

    expect(kinds).not.toContain("executionOfNobody");
    expect(await ports.files.findFacts("executions", sample)).toBeDefined();
  });

  test("is whole, whatever it was that ended, failed, waits or is offered", async () => {
    await traffic();
    const job = (await ports.definitions.find("job", exportJobId))!.value;
    await dequeueMessage(ports, job);

    expect(await look()).toEqual([]);
    ports.advance(3 * day);
    expect(await look()).toEqual([]);
  });

  for (const [what, { plant, kind, isMended = false, laterMs = 0 }] of Object.entries(faults)) {
    test(`has ${what}: ${isMended ? "it is told, and mended for good" : "it is told, and a person decides"}`, async () => {
      await traffic();
      await plant();
      ports.advance(laterMs);

      const found = await look();
      const repaired = await look({ repairs: true });

      expect(found.map((each) => each.kind)).toEqual(found.map(() => kind));
      expect(found).not.toEqual([]);
      expect(new Set(repaired.map(({ repair }) => repair))).toEqual(new Set([isMended ? "mended" : "none"]));
      expect((await look()).length).toBe(isMended ? 0 : found.length);
    });
  }

  test("is not told of what a restore left to the first pass of the upkeep", async () => {
    await traffic();
    await ports.claims.put(claimOf(await first("import"), 0));
    ports.advance(day);

    expect(await look()).toEqual([]);
  });

  test("is not told of what was only under way when it was looked at", async () => {
    await traffic();
    const row = await lose("messages", exportJobId, "o_");
    const comesBack = async () => void (await table("messages").insert(exportJobId, row.rowKey, row.values));

    expect(await look({ pause: comesBack })).toEqual([]);
  });

  test("is looked at without being read where that is asked", async () => {
    await traffic();
    await falsify("inbound", (await first("import")).id);

    expect(await look({ isQuick: true })).toEqual([]);
  });
});
