import { BlobServiceClient } from "@azure/storage-blob";
import { setTimeout } from "node:timers/promises";
import type { StoragePorts } from "../shared/storage/storagePorts.ts";
import type { Cost } from "./cost.ts";
import { customersFile } from "./dataFiles.ts";
import { exportJob, importJob, saveDefinitions } from "./definitions.ts";
import type { Figure } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { csvChunks } from "./records.ts";
import { type MeasuredService, startService } from "./serviceProcess.ts";
import { exportRecords, importFile, importFiles, measured } from "./serviceWork.ts";
import { type Calls, callsBetween, type CountedStorage, priced, startCountedStorage } from "./storageCalls.ts";

const idleMinutes = 5;
const idleJobs = 100;
const smallFiles = 100;
const smallRows = 30;
const records = 1_000_000;
const minuteMs = 60_000;

/** What Azure would write on a bill: calls of storage by their class, time at work, gigabytes that stay. For docs/operate.md. */
export async function benchPrice(scale: number): Promise<readonly Figure[]> {
  const storage = await startCountedStorage();
  const service = await startService("instance", { dataStorage: storage.connectionString });
  try {
    return await measureAll(service, storage, scale);
  } finally {
    await service.stop();
    await storage.stop();
  }
}

type Work = readonly [what: string, per: number, work: () => Promise<Cost>];

async function measureAll(
  service: MeasuredService,
  storage: CountedStorage,
  scale: number,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const [what, per, work] of await toWork(service, openPorts(storage.direct), scale)) {
    const [before, bytes] = [storage.calls(), await storedBytes(storage.direct)];
    const cost = await work();
    const calls = callsBetween(before, storage.calls());
    figures.push(...toFigures(what, per, calls, cost, (await storedBytes(storage.direct)) - bytes));
  }
  return figures;
}

async function toWork(service: MeasuredService, ports: StoragePorts, scale: number): Promise<readonly Work[]> {
  const [job, exporting] = [importJob(), exportJob()];
  const idle = Array.from({ length: idleJobs }, () => importJob());
  await saveDefinitions(ports, [job, exporting, ...idle]);
  const count = Math.round(records * scale);
  const file = await customersFile(count);
  const small = Math.ceil(smallFiles * scale);
  const bodies = Array.from({ length: small }, () => Buffer.concat([...csvChunks(smallRows)]));
  const many = `${count.toLocaleString("en-US")} records`;
  const resting = `with ${idleJobs} jobs and nothing to do`;
  const hours = (idleMinutes * scale) / 60;
  return [
    [`five minutes ${resting}, the upkeep of an hour and a day in them`, 1, () => rest(service, scale)],
    [`an hour ${resting}, without those`, hours, () => rest(service, scale)],
    [`a message of ${smallRows} records, one of ${small}`, small, () => importFiles(service, ports, job, bodies)],
    [`import of ${many}, enqueue included`, 1, () => importFile(service, ports, job, file)],
    [
      `export of ${many}, download and ack included`,
      1,
      () => exportAndFetch(service, ports, exporting.activityId, count),
    ],
  ];
}

function rest(service: MeasuredService, scale: number): Promise<Cost> {
  return measured(service, () => setTimeout(idleMinutes * scale * minuteMs));
}

function exportAndFetch(
  service: MeasuredService,
  ports: StoragePorts,
  activityId: string,
  count: number,
): Promise<Cost> {
  const job = { ...exportJob(), activityId };
  return measured(service, async () => {
    await exportRecords(service, ports, job, count);
    const { text } = await service.connection.send("GET", `/api/connector/dequeue/${activityId}`);
    const { DownloadLocation } = JSON.parse(text);
    const { authorization } = service.connection;
    const download = await fetch(DownloadLocation, { headers: { authorization } });
    for await (const chunk of download.body ?? []) void chunk;
    await service.connection.send("POST", `/api/connector/ack/${activityId}`, Buffer.from(text));
  });
}

function toFigures(what: string, per: number, calls: Calls, cost: Cost, bytes: number): readonly Figure[] {
  return [
    ...priced.map((kind) => ({ what: `${what}: ${kind}`, value: calls[kind] / per, unit: "calls" })),
    {
      what: `${what}: time at work`,
      value: cost.wallSeconds / per,
      unit: "seconds",
      took: `${cost.cpuSeconds.toFixed(2)} s CPU in all`,
    },
    { what: `${what}: blobs that stay`, value: bytes / per / 1024 ** 2, unit: "MB" },
  ];
}

async function storedBytes(connectionString: string): Promise<number> {
  const account = BlobServiceClient.fromConnectionString(connectionString);
  let bytes = 0;
  for await (const { name } of account.listContainers()) {
    for await (const { properties } of account.getContainerClient(name).listBlobsFlat())
      bytes += properties.contentLength ?? 0;
  }
  return bytes;
}
