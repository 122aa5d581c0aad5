/** What the same bytes cost with nothing around them, in records per CPU-second of this process. */
import { constants, crc32, deflateRawSync, zstdCompressSync } from "node:zlib";
import { openCsv } from "../shared/formats/csvReader.ts";
import { delimitedFormats } from "../shared/domain/sourceFormats/delimited.ts";
import { csvChunks } from "./records.ts";
import { startPace } from "../shared/ports/pace.ts";

const sampleMax = 100_000;
const rounds = 5;

export interface BareLimits {
  readonly parse: number;
  readonly zstd: number;
  readonly deflate: number;
}

/** A tenth of the million is enough: the rates do not depend on the length. */
export async function measureLimits(count: number): Promise<BareLimits> {
  const sample = Math.min(count, sampleMax);
  const chunks = [...csvChunks(sample)];
  // Of some rounds the best: whatever else this process does meanwhile only makes one worse.
  const rate = async (work: () => unknown): Promise<number> => {
    let best = 0;
    for (let round = 0; round < rounds; round += 1) best = Math.max(best, sample / (await cpuSecondsOf(work)));
    return best;
  };
  return {
    parse: await rate(() => parseAll(chunks)),
    zstd: await rate(() => chunks.forEach((chunk) => zstdCompressSync(chunk, zstdLevel1))),
    deflate: await rate(() => deflateAll(chunks)),
  };
}

const zstdLevel1 = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export async function cpuSecondsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function* following(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function parseAll(chunks: readonly Uint8Array[]): Promise<number> {
  let cells = 0;
  const reader = await openCsv(following(chunks), delimitedFormats[0], startPace());
  for await (const batch of reader.batches) cells += batch.count * batch.width;
  return cells;
}

/** In one piece: no other work comes in between. */
function deflateAll(chunks: readonly Uint8Array[]): number {
  const { length } = deflateRawSync(Buffer.concat(chunks), { level: 1 });
  return chunks.reduce((crc, chunk) => crc32(chunk, crc), length);
}
