import { linesOf } from "../../shared/domain/recordLines.ts";
import { collect } from "../support/records.ts";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { connect as connectSocket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readJson } from "../../local/demo/http.ts";
import { entityId } from "../../shared/domain/entityId.ts";
import type { InboundMessage } from "../../shared/domain/inboundMessage.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import type { Ports } from "../../shared/ports.ts";
import { azureGround } from "../../shared/storage/ground/azure/azureGround.ts";
import { blobEntityStore } from "../../shared/storage/entityStore/blobEntityStore.ts";
import { containerNames } from "../../shared/storage/ground/names.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import {
  asGroups,
  customerGroups,
  exportJob,
  exportJobId,
  importJob,
  importJobId,
  seed,
} from "../support/definitions.ts";
import { eventually, fetchAuthorization, type RunningService, startService } from "../support/runningService.ts";

// The service is killed outright, as by a crash of the machine; Azurite alone may save what it acknowledged.

const recordCount = 200_000;
const goesOnMsMax = 60_000;
const company = "USMF";
const groups = { entityId: entityId(customerGroups), company };
const enqueuePath = `/api/connector/enqueue/${importJobId}?entity=Customer+groups`;

let dataFolder: string;
let service: RunningService;

beforeEach(async () => {
  dataFolder = await mkdtemp(path.join(tmpdir(), "kill-"));
  service = await startService({ dataFolder });
});

afterEach(async () => {
  await service.stop();
  await rm(dataFolder, { recursive: true, force: true });
});

test("an ordered job that is killed twice imports everything once and in order, and an enqueue cut off is no message", async () => {
  await seedJobs();
  const ids: string[] = [];
  for (const file of [csvOf(recordCount, "first"), csvOf(1, "second"), csvOf(1, "third")])
    ids.push(await enqueue(file));
  const cutOff = await startEnqueue(50_000_000);
  await run(importJobId);
  // One look decides, and the kill follows at once: a second look may find the import at its end.
  const states = await eventually("the first file to be read", async () => {
    const seen = await statesOf(ids);
    return seen[0] === "Enqueued" || seen[0] === "PreProcessing" ? undefined : seen;
  });

  await killAndRestart();
  expect(states).toEqual(["Processing", "Enqueued", "Enqueued"]);
  await cutOff.closed;
  await eventually("the first segment of the import's commit", async () => (await segmentCount()) > 0 || undefined);
  await killAndRestart();
  const until = Date.now() + goesOnMsMax;
  const messages = await eventually("the end of all three", async () => {
    const found = await Promise.all(ids.map(findInbound));
    return found.every(({ state }) => state === "Processed") ? found : undefined;
  });
  expect(Date.now()).toBeLessThan(until);

  const runs = await Promise.all(messages.map(async ({ executionId = "" }) => ports().executions.find(executionId)));
  expect(runs.map((found) => found?.entities[0])).toMatchObject([
    { rowsRead: recordCount, created: recordCount, updated: 0, unchanged: 0, failed: 0, unprocessed: 0 },
    { rowsRead: 1, created: 0, updated: 1, unchanged: 0, failed: 0, unprocessed: 0 },
    { rowsRead: 1, created: 0, updated: 1, unchanged: 0, failed: 0, unprocessed: 0 },
  ]);
  expect(messages[0]).toMatchObject({ attempts: 1 });
  expect(messages[0]?.interruptions).toBeGreaterThan(0);
  expect(runs[1]?.startedAt).toBeGreaterThanOrEqual(runs[0]?.finishedAt ?? Number.POSITIVE_INFINITY);
  expect(runs[2]?.startedAt).toBeGreaterThanOrEqual(runs[1]?.finishedAt ?? Number.POSITIVE_INFINITY);
  expect(await entities().count(groups)).toBe(recordCount);
  expect(await descriptions()).toEqual(
    new Map([
      ["third", 1],
      ["first", recordCount - 1],
    ]),
  );
  expect(await storedPayloads()).toEqual(new Map(messages.map(({ id, sha256 }) => [id, sha256])));
  expect((await ports().messages.list(importJobId, { limit: 10 })).items).toHaveLength(3);
});

test("an export that is killed on its way becomes one package with everything in it", async () => {
  await seedJobs();
  await entities().upsert(groups, {
    idempotencyKey: "given",
    fence: 1,
    columns: ["CUSTOMERGROUPID", "DESCRIPTION"],
    records: givenRecords,
    truncateFirst: false,
    ...asGroups,
  });
  await run(exportJobId);
  await eventually("the export's work", async () => {
    const { items } = await ports().messages.list(exportJobId, { limit: 10 });
    return items.some(({ state }) => state === "Processing") || undefined;
  });

  await killAndRestart();
  const until = Date.now() + goesOnMsMax;
  const delivery = await eventually("the package", async () => {
    const answer = await service.client.send("GET", `/api/connector/dequeue/${exportJobId}`, { expected: [200, 204] });
    return answer.status === 200
      ? readJson<{ readonly DownloadLocation: string }>(answer)
      : void (await answer.arrayBuffer());
  });
  expect(Date.now()).toBeLessThan(until);

  const file = await service.client.send("GET", delivery.DownloadLocation);
  const archive = await openPackageZip(bytesInMemory(new Uint8Array(await file.arrayBuffer())));
  const lines = Buffer.from(await collectBytes(archive.open("Customer groups.csv"), 1e8, "the file"))
    .toString()
    .trimEnd()
    .split("\r\n");
  expect(lines).toHaveLength(recordCount + 1);
  expect(new Set(lines).size).toBe(recordCount + 1);
  await service.client.send("GET", `/api/connector/dequeue/${exportJobId}`, { expected: [204] });
  expect((await ports().messages.list(exportJobId, { limit: 10 })).items).toHaveLength(1);
});

const ports = () => storagePorts(azureGround({ connectionString: service.connectionString }));
const entities = () =>
  blobEntityStore(azureGround({ connectionString: service.connectionString }).blobs(containerNames.entities));

async function seedJobs(): Promise<void> {
  // Only the runs that a test asks for: the recurrences begin in ten years.
  const processingRecurrence = { ...importJob.processingRecurrence!, start: "2036-01-01T00:00:00" };
  const later = { processingRecurrence, attemptsMax: 5 };
  await seed(ports() as Ports, [
    { ...importJob, ...later, isOrdered: true },
    { ...exportJob, ...later },
  ]);
}

const keyOf = (at: number): string => `K${String(at).padStart(8, "0")}`;

function csvOf(count: number, description: string): string {
  const rows = Array.from({ length: count }, (_, at) => `${keyOf(at)},${description}`);
  return ["CUSTOMERGROUPID,DESCRIPTION", ...rows, ""].join("\r\n");
}

async function* givenRecords() {
  const keys = Array.from({ length: recordCount }, (_, at) => keyOf(at));
  yield linesOf(keys.map((key) => ({ key, number: 0, values: [key, "given"] })));
}

async function enqueue(file: string): Promise<string> {
  return readJson<string>(await service.client.send("POST", enqueuePath, { body: file }));
}

async function run(activityId: string): Promise<void> {
  const answer = await service.manager.send("POST", `/manage/api/jobs/${activityId}/run`, { expected: [202] });
  await answer.arrayBuffer();
}

async function killAndRestart(): Promise<void> {
  await service.kill();
  service = await startService({ dataFolder });
}

/** Sends half of a file; `closed` resolves when the rest can no longer be sent, because the service is gone. */
async function startEnqueue(sizeBytes: number): Promise<{ readonly closed: Promise<void> }> {
  const { hostname, port } = new URL(service.baseUrl);
  const socket = connectSocket({ host: hostname, port: Number(port) });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()).on("error", () => {}));
  const head = [
    `POST ${enqueuePath} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    `Authorization: ${await fetchAuthorization(service)}`,
    `Content-Length: ${sizeBytes}`,
    "",
    "CUSTOMERGROUPID,DESCRIPTION",
  ];
  socket.write(`${head.join("\r\n")}\r\n`);
  await new Promise((resolve) => socket.write(Buffer.alloc(sizeBytes / 2, "1,cut off\r\n"), resolve));
  return { closed };
}

async function findInbound(id: string): Promise<InboundMessage> {
  const found = await ports().messages.findInbound(importJobId, id);
  if (!found) throw new Error(`Message ${id} is lost.`);
  return found.value;
}

function statesOf(ids: readonly string[]): Promise<readonly string[]> {
  return Promise.all(ids.map(async (id) => (await findInbound(id)).state));
}

async function segmentCount(): Promise<number> {
  const ground = azureGround({ connectionString: service.connectionString });
  return (await ground.blobs(containerNames.entities).list("segments/", { limit: 10 })).items.length;
}

async function descriptions(): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const snapshot = await entities().openSnapshot(groups);
  for (const { values } of await collect(snapshot.read({ columns: ["DESCRIPTION"] }), ["DESCRIPTION"])) {
    counts.set(values[0] ?? "", (counts.get(values[0] ?? "") ?? 0) + 1);
  }
  return counts;
}

async function storedPayloads(): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  const { items } = await ports().files.list("inbound", "", { limit: 100 });
  for (const { name } of items) {
    const hash = createHash("sha256");
    for await (const chunk of ports().files.read("inbound", name)) hash.update(chunk);
    hashes.set(name, hash.digest("hex"));
  }
  return hashes;
}
