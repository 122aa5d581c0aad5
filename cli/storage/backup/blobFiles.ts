import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, link, mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip, createGzip } from "node:zlib";
import { type BroughtBlob, type KeptBlob } from "../../../shared/storage/backup/backup.ts";
import { writeWhole } from "../../files/safeWrite.ts";
import { asDamage, DamagedBackup } from "./lines.ts";

/** Names of blobs are long, and differ in case alone: a file is called by their hash. */
export function blobFile(folder: string, { container, name }: Pick<KeptBlob, "container" | "name">): string {
  const key = createHash("sha256").update(name).digest("hex");
  return path.join(folder, "blobs", container, key.slice(0, 2), `${key.slice(2, 42)}.gz`);
}

interface Bytes {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Writes the bytes compressed, so that whoever reads them knows by the sum in the file whether they are whole. */
export async function writeBlob(
  file: string,
  { container }: KeptBlob,
  source: AsyncIterable<Uint8Array>,
): Promise<Bytes> {
  // Segments of records are compressed already.
  const level =
    container === "entities" || container === "staging" ? constants.Z_NO_COMPRESSION : constants.Z_BEST_SPEED;
  const measured = measure(source);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeWhole(
    file,
    (handle) =>
      pipeline(Readable.from(measured.bytes), createGzip({ level }), async (compressed: AsyncIterable<Uint8Array>) => {
        for await (const chunk of compressed) await handle.writeFile(chunk);
      }),
    0o600,
  );
  return measured.end();
}

/** Throws `DamagedBackup` at the end when they are not the bytes that were written. */
async function* readBlob(file: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const source = createReadStream(file).on("error", (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip);
  } catch (error) {
    throw asDamage(file, error);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** What a file holds; undefined where there is none, or it is damaged. */
export async function findBytes(file: string): Promise<Bytes | undefined> {
  const isThere = await stat(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  const measured = measure(readBlob(file));
  try {
    for await (const _ of measured.bytes);
  } catch (error) {
    if (error instanceof DamagedBackup) return undefined;
    throw error;
  }
  return measured.end();
}

/** The same bytes under another name: without using space where the disk can, since nobody ever writes to such a file. */
export async function sameFile(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
  await link(from, to).catch(() => copyFile(from, to));
}

/** The bytes of a blob that is in the backup, held against what was noted. */
export async function* provenBytes(folder: string, blob: BroughtBlob): AsyncGenerator<Uint8Array> {
  const file = blobFile(folder, blob);
  const measured = measure(readBlob(file));
  yield* measured.bytes;
  const { sizeBytes, sha256 } = measured.end();
  if (sizeBytes !== blob.sizeBytes || sha256 !== blob.sha256) {
    throw new DamagedBackup(`${file} does not hold the ${blob.sizeBytes} bytes of ${blob.container}/${blob.name}.`);
  }
}

function measure(source: AsyncIterable<Uint8Array>): {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly end: () => Bytes;
} {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
    }
  }
  return { bytes: bytes(), end: () => ({ sizeBytes, sha256: hash.digest("hex") }) };
}
