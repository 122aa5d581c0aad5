/** The entity store on one core: `node bench/entityStore.ts [records]`. Each figure stands beside its limit. */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { EntityStore, SnapshotRead, UpsertCommit } from "../shared/ports/entityStore.ts";
import { type LineRecord, linesOf, type RecordLines } from "../shared/domain/recordLines.ts";
import type { StagedRecords } from "../shared/ports/staging.ts";
import type { Blobs } from "../shared/storage/ground/ground.ts";
import { blobEntityStore } from "../shared/storage/entityStore/blobEntityStore.ts";
import { blobStaging } from "../shared/storage/staging/blobStaging.ts";
import { diskBlobs } from "./diskBlobs.ts";

const count = Number(process.argv[2] ?? 1_000_000);
const columns = Array.from({ length: 20 }, (_, column) => `Field${column + 1}`);
const ref = { entityId: "customers", company: "usmf" };
const batchRecords = 1000;

/** Figures that look like a customer table: names, amounts, dates, codes and some empty values; about 240 bytes. */
function valuesOf(row: number, version: number): string[] {
  return columns.map((_, column) => {
    const mixed = (row * 7919 + column * 104_729 + version) % 1_000_003;
    if (column % 5 === 0) return `Customer name ${mixed} Ltd`;
    if (column % 5 === 1) return (mixed / 100).toFixed(2);
    if (column % 5 === 2) return `2026-${String(1 + (mixed % 12)).padStart(2, "0")}-15T00:00:00Z`;
    return column % 5 === 3 ? `C${mixed % 500}` : mixed % 3 === 0 ? "" : `Note ${mixed % 9973}`;
  });
}

/** Source order: a full walk in steps that share no factor with the count, so that no two neighbours are in key order. */
function keyOf(row: number): string {
  return `CUST-${String((row * 7_368_787) % count).padStart(9, "0")}`;
}

let rssPeakBytes = 0;
const watch = setInterval(() => {
  rssPeakBytes = Math.max(rssPeakBytes, process.memoryUsage.rss());
}, 20).unref();

async function measure(what: string, records: number, limit: string, work: () => Promise<unknown>): Promise<void> {
  globalThis.gc?.();
  const rssBytes = process.memoryUsage.rss();
  rssPeakBytes = rssBytes;
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const wallUs = (performance.now() - started) * 1000;
  const growthMb = Math.round((Math.max(rssPeakBytes, process.memoryUsage.rss()) - rssBytes) / 1e6);
  const [cpuEach, wallEach] = [(user + system) / records, wallUs / records].map((us) => us.toFixed(2));
  console.log(`${what}: ${cpuEach} us CPU, ${wallEach} us wall a record; RSS + ${growthMb} MB (${limit})`);
}

/** The records of these rows, made before anything is measured: what is measured is the store. */
function linesOfRows(rows: Iterable<number>, version: number): readonly RecordLines[] {
  const batches: RecordLines[] = [];
  let batch: LineRecord[] = [];
  for (const row of rows) {
    batch.push({ key: keyOf(row), number: row, values: valuesOf(row, version) });
    if (batch.length < batchRecords) continue;
    batches.push(linesOf(batch));
    batch = [];
  }
  return [...batches, linesOf(batch)];
}

async function stage(blobs: Blobs, batches: Iterable<RecordLines>): Promise<StagedRecords> {
  const staging = blobStaging(blobs).open("execution");
  for (const batch of batches) await staging.add(batch);
  return staging.finish();
}

function commitOf(idempotencyKey: string, staged: StagedRecords): UpsertCommit {
  return {
    idempotencyKey,
    fence: 1,
    columns,
    records: () => staged.records(),
    keyColumns: [],
    truncateFirst: false,
    requireValid: async () => undefined,
  };
}

async function readAll(store: EntityStore, read: Partial<SnapshotRead> = {}): Promise<number> {
  const snapshot = await store.openSnapshot(ref);
  let seen = 0;
  for await (const batch of snapshot.read({ columns, ...read })) seen += batch.count;
  return seen;
}

function* rowsBelow(end: number, step = 1): Generator<number> {
  for (let row = 0; row < end; row += step) yield row;
}

/** What the same bytes cost with nothing around them. */
async function bareLimit(): Promise<void> {
  const texts: Buffer[] = [];
  await measure("bare join and zstd", count / 10, "limit of a write", async () => {
    for (let from = 0; from < count / 10; from += 4000) {
      const lines = Array.from({ length: 4000 }, (_, row) => valuesOf(from + row, 1).join("\t"));
      texts.push(zstdCompressSync(lines.join("\n"), { params: { [constants.ZSTD_c_compressionLevel]: 1 } }));
    }
  });
  await measure("bare unzstd and split", count / 10, "limit of a read", async () => {
    for (const text of texts) {
      for (const line of zstdDecompressSync(text).toString("utf8").split("\n")) line.split("\t");
    }
  });
}

async function timeFinds(store: EntityStore): Promise<void> {
  const finds = 200;
  await measure("point read", finds, "limit 5,000", async () => {
    for (let index = 0; index < finds; index += 1) {
      const found = await store.find(ref, keyOf((index * 48_271) % count), columns);
      if (!found) throw new Error("A record is missing.");
    }
  });
}

async function measureWrites(store: EntityStore, blobs: Blobs): Promise<void> {
  let staged: StagedRecords | undefined;
  const batches = linesOfRows(rowsBelow(count), 1);
  await measure("staging", count, "limit 18 with the next line", async () => {
    staged = await stage(blobs, batches);
  });
  await measure("upsert into an empty store", count, "limit 18 with the line before", async () => {
    if (staged) await store.upsert(ref, commitOf("first", staged));
    await staged?.discard();
  });
}

async function measureReads(store: EntityStore): Promise<void> {
  await measure("full read", count, "limit 8", () => readAll(store));
  await measure("read of 3 columns", count, "limit 8", () => readAll(store, { columns: columns.slice(3, 6) }));
  await timeFinds(store);
}

async function measureChanges(store: EntityStore, blobs: Blobs): Promise<void> {
  const changedSince = (await store.openSnapshot(ref)).seq;
  const tenth = await stage(blobs, linesOfRows(rowsBelow(count, 10), 2));
  const few = await stage(blobs, linesOfRows(rowsBelow(100), 3));
  await measure("upsert of 10 % changed", count / 10, "limit 16.7", () => store.upsert(ref, commitOf("tenth", tenth)));
  await measure("incremental read of 10 %", count / 10, "limit 8", () => readAll(store, { changedSince }));
  await measure("full read of two layers", count, "limit 8", () => readAll(store));
  await measure("upsert of 100 records", 100, "limit 5,000", () => store.upsert(ref, commitOf("few", few)));
  const half = await stage(blobs, linesOfRows(rowsBelow(count, 2), 4));
  await store.upsert(ref, commitOf("half", half));
  await measure("compaction", count, "limit 8", () => store.compact(ref));
}

async function main(): Promise<void> {
  const disk = await diskBlobs();
  const store = blobEntityStore(disk.blobs);
  try {
    await bareLimit();
    await measureWrites(store, disk.blobs);
    await measureReads(store);
    await measureChanges(store, disk.blobs);
    console.log(`${await readAll(store)} of ${await store.count(ref)} records; ${await disk.sizeBytes()} bytes stored`);
  } finally {
    await disk.remove();
    clearInterval(watch);
  }
}

await main();
