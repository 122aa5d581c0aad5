import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { BlobCondition, Blobs, BlobWrite } from "../shared/storage/ground/ground.ts";

export interface DiskBlobs {
  readonly blobs: Blobs;
  sizeBytes(): Promise<number>;
  remove(): Promise<void>;
}

interface Disk {
  readonly pathOf: (name: string) => string;
  readonly etags: Map<string, string>;
}

/** Blobs in a temporary folder for one writer, so that a measurement of memory is not one of the blobs themselves. */
export async function diskBlobs(): Promise<DiskBlobs> {
  const folder = await mkdtemp(join(tmpdir(), "entity-store-bench-"));
  const disk: Disk = { etags: new Map(), pathOf: (name) => join(folder, name) };
  const sizeBytes = async (): Promise<number> => {
    const names = await readdir(folder, { recursive: true, withFileTypes: true });
    const sizes = names.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)));
    return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
  };
  return { blobs: { ...writing(disk), ...reading(disk) }, sizeBytes, remove: () => rm(folder, { recursive: true }) };
}

function writing(disk: Disk): Pick<Blobs, "put" | "putStream" | "remove"> {
  const { pathOf } = disk;
  return {
    async put(name: string, bytes: Uint8Array, { condition }: BlobWrite) {
      if (!holds(disk, name, condition)) return undefined;
      await mkdir(dirname(pathOf(name)), { recursive: true });
      await writeFile(pathOf(name), bytes);
      return written(disk, name);
    },
    async putStream(name, source, { condition }) {
      if (!holds(disk, name, condition)) return undefined;
      await mkdir(dirname(pathOf(name)), { recursive: true });
      await using file = await open(pathOf(name), "w");
      let sizeBytes = 0;
      for await (const chunk of source) sizeBytes += (await file.write(chunk)).bytesWritten;
      return { etag: written(disk, name), sizeBytes };
    },
    async remove(name) {
      await rm(pathOf(name), { force: true });
      return disk.etags.delete(name);
    },
  };
}

function reading({ etags, pathOf }: Disk): Pick<Blobs, "find" | "findFacts" | "read" | "list"> {
  return {
    async find(name) {
      const etag = etags.get(name);
      return etag === undefined ? undefined : { bytes: await readFile(pathOf(name)), etag };
    },
    async findFacts(name) {
      const etag = etags.get(name);
      if (etag === undefined) return undefined;
      const { size, birthtimeMs } = await stat(pathOf(name));
      return { sizeBytes: size, etag, createdAt: birthtimeMs, metadata: {} };
    },
    async read(name, offset = 0, length) {
      if (!etags.has(name)) return undefined;
      const end = length === undefined ? {} : { end: offset + length - 1 };
      return createReadStream(pathOf(name), { start: offset, ...end, highWaterMark: 256 * 1024 });
    },
    async list() {
      return { items: [] };
    },
  };
}

function holds({ etags }: Disk, name: string, condition: BlobCondition): boolean {
  if (condition === "any") return true;
  return condition === "new" ? !etags.has(name) : etags.get(name) === condition.etag;
}

function written({ etags }: Disk, name: string): string {
  const etag = `${Number(etags.get(name) ?? 0) + 1}`;
  etags.set(name, etag);
  return etag;
}
