import { createWriteStream } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";
import { createApi } from "../client/api.ts";
import { type Ask, reach } from "../client/reach.ts";
import { hashOf } from "../cli/files/sendInBlocks.ts";
import { withBlocksOf } from "../cli/files/blocksOf.ts";
import { uploadFile } from "../client/upload.ts";
import type { RecurringJob } from "../shared/domain/recurringJob.ts";
import { openPackageZip, type ZipArchive } from "../shared/formats/zipReader.ts";
import { writeZip } from "../shared/formats/zipWriter.ts";
import type { StoragePorts } from "../shared/storage/storagePorts.ts";
import { costText } from "./cost.ts";
import { runNow } from "./definitions.ts";
import { type Figure, memoryMegabytesMax } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { type MeasuredService, startService } from "./serviceProcess.ts";
import { exportRecords, measured } from "./serviceWork.ts";
import { saveWideDefinitions, wideChunks, wideRowsIn } from "./wideRecords.ts";

const fileBytes = 5 * 1024 ** 3;
const cuts = 20;
const zip64FromBytes = 2 ** 32;
const smallBytes = 100_000;

/**
 * Five gigabytes go in as a file in blocks, over a connection that breaks twenty times; out as a package with Zip64, fetched
 * in two ranges; in again as that package; and once more as one that holds the same uncompressed, so that places in it need
 * Zip64 as well.
 */
export async function benchLarge(scale: number): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "large-"));
  const service = await startService("instance", { folder: path.join(folder, "service") });
  try {
    return await measureAll(service, folder, scale);
  } finally {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Measuring {
  readonly service: MeasuredService;
  readonly ports: StoragePorts;
  readonly jobs: Awaited<ReturnType<typeof saveWideDefinitions>>;
  readonly folder: string;
  readonly note: (what: string, sizeBytes: number, work: () => Promise<void>) => Promise<void>;
}

async function measureAll(service: MeasuredService, folder: string, scale: number): Promise<readonly Figure[]> {
  const ports = openPorts(service.connectionString);
  const jobs = await saveWideDefinitions(ports);
  const rows = wideRowsIn(fileBytes * scale);
  const file = path.join(folder, "wide.csv");
  await pipeline(Readable.from(wideChunks(rows)), createWriteStream(file));
  const { size } = await stat(file);
  const figures: Figure[] = [];
  const measuring = { service, ports, jobs, folder, note: noting(service, figures) };
  const { note } = measuring;

  let messageId = "";
  await note(`upload in blocks with ${cuts} cuts`, size, async () => {
    messageId = await send(service, jobs.file, file);
  });
  await rm(file);
  await note("its import", size, () => importMessage(ports, jobs.file, messageId));
  await note("export of it", size, () => exportRecords(service, ports, jobs.export, rows).then(() => undefined));
  await measurePackages(measuring, scale);
  return figures;
}

/** The exported package, and the same with its records uncompressed. */
async function measurePackages({ service, ports, jobs, folder, note }: Measuring, scale: number): Promise<void> {
  const zip = path.join(folder, "package.zip");
  const unpacked = path.join(folder, "unpacked.zip");
  const fetched = await fetchInTwo(service, jobs.export, zip);
  await requireZip64(zip, fetched, scale);
  await copyUnpacked(zip, fetched, unpacked);
  for (const [what, file] of [
    ["the package", zip],
    ["it uncompressed", unpacked],
  ] as const) {
    const { size } = await stat(file);
    let messageId = "";
    await note(`upload of ${what}`, size, async () => {
      messageId = await send(service, jobs.package, file);
    });
    await note(`import of ${what}`, size, () => importMessage(ports, jobs.package, messageId));
  }
}

function noting(service: MeasuredService, figures: Figure[]): Measuring["note"] {
  return async (what, sizeBytes, work) => {
    const cost = await measured(service, work);
    const of = `${what} (${(sizeBytes / 1024 ** 3).toFixed(2)} GB)`;
    const rate = sizeBytes / 1024 ** 2 / cost.wallSeconds;
    const figure: Figure = { what: of, value: rate, unit: "MB per second", took: costText(cost) };
    const memory: Figure = {
      what: "its memory",
      value: cost.peakMegabytes,
      unit: "MB",
      target: { atMost: memoryMegabytesMax },
    };
    figures.push(figure, memory);
    console.error(`${of}: ${rate.toFixed(1)} MB/s, ${cost.peakMegabytes.toFixed(0)} MB`);
  };
}

async function send({ connection }: MeasuredService, { activityId }: RecurringJob, file: string): Promise<string> {
  const { baseUrl, authorization } = connection;
  const ask: Ask = (request) => {
    request.headers.set("authorization", authorization);
    return reach(request, fetch, "The service cannot be reached.");
  };
  const wish = { activityId, sha256: hashOf(file), idempotencyKey: path.basename(file) };
  return withBlocksOf(file, (source) =>
    uploadFile(createApi({ baseUrl, fetch: ask }), {
      ...wish,
      file: source,
      ask: breaking(Math.ceil(source.size / (8 * 1024 ** 2))),
    }),
  );
}

/** Twenty times a connection breaks when half of a block is out. */
function breaking(blocks: number): Ask {
  const each = Math.max(1, Math.floor(blocks / (cuts + 1)));
  const cut = new Set<string>();
  let asked = 0;
  return async (request) => {
    asked += 1;
    if (cut.size >= cuts || asked % each !== 0 || cut.has(request.url)) return fetch(request);
    cut.add(request.url);
    const bytes = Buffer.from(await request.arrayBuffer());
    async function* half(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, bytes.length / 2);
      throw new Error("The line is dead.");
    }
    const { url, method, headers } = request;
    const body = Readable.toWeb(Readable.from(half())) as ReadableStream;
    return fetch(new Request(url, { method, headers, body, duplex: "half" } as RequestInit));
  };
}

async function importMessage(ports: StoragePorts, { activityId }: RecurringJob, messageId: string): Promise<void> {
  await runNow(ports, activityId);
  for (;;) {
    const message = (await ports.messages.findInbound(activityId, messageId))?.value;
    if (message?.state === "Processed") return;
    if (message?.lastError !== undefined) throw new Error(`The import failed: ${message.lastError}`);
    await setTimeout(200);
  }
}

/** Dequeues and downloads as a client does whose connection breaks half way. */
async function fetchInTwo({ connection }: MeasuredService, job: RecurringJob, file: string): Promise<number> {
  const headers = { authorization: connection.authorization };
  const { url, head, sizeBytes } = await dequeueLarge(connection, job);
  const half = Math.floor(sizeBytes / 2);
  for (const range of [`bytes=0-${half - 1}`, `bytes=${half}-`]) {
    const part = await fetch(url, { headers: { ...headers, range, "if-range": head.headers.get("etag") ?? "" } });
    if (part.status !== 206 || !part.body) throw new Error(`A range was answered with ${part.status}.`);
    await pipeline(Readable.fromWeb(part.body as never), createWriteStream(file, { flags: "a" }));
  }
  return sizeBytes;
}

/** In some minutes the upkeep may have begun a run of its own, of what was there by then. */
async function dequeueLarge(connection: MeasuredService["connection"], job: RecurringJob) {
  const { authorization } = connection;
  for (;;) {
    const { text } = await connection.send("GET", `/api/connector/dequeue/${job.activityId}`);
    const { DownloadLocation: url } = JSON.parse(text) as { DownloadLocation: string };
    const head = await fetch(url, { method: "HEAD", headers: { authorization } });
    const sizeBytes = Number(head.headers.get("content-length"));
    if (sizeBytes > smallBytes) return { url, head, sizeBytes };
  }
}

async function withArchive(file: string, sizeBytes: number, work: (archive: ZipArchive) => Promise<void>) {
  await using handle = await open(file);
  const read = (offset: number, length: number) =>
    handle.createReadStream({ start: offset, end: offset + length - 1, autoClose: false });
  await work(await openPackageZip({ sizeBytes, read }));
}

/** Reads the package as our own reader does; its checksum is looked at while it is inflated. */
async function requireZip64(file: string, sizeBytes: number, scale: number): Promise<void> {
  await withArchive(file, sizeBytes, async (archive) => {
    const data = archive.entries.find(({ name }) => name.startsWith("Wide"));
    let inflatedBytes = 0;
    for await (const chunk of archive.open(data?.name ?? "")) inflatedBytes += chunk.length;
    const isWanted = inflatedBytes >= zip64FromBytes || scale < 1;
    if (inflatedBytes !== data?.inflatedBytes || !isWanted)
      throw new Error(`The package holds ${inflatedBytes} bytes.`);
  });
}

/** The records first, so that all else begins behind them. */
async function copyUnpacked(file: string, sizeBytes: number, to: string): Promise<void> {
  await withArchive(file, sizeBytes, async (archive) => {
    async function* files() {
      for (const { name } of archive.entries.toReversed()) yield { name, bytes: archive.open(name) };
    }
    await pipeline(writeZip(files(), { modifiedAt: Date.now(), compressionLevel: 0 }), createWriteStream(to));
  });
}
