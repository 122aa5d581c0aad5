import type { BlobCondition, BlobFacts, BlobItem, Blobs, BlobWrite } from "../ground.ts";
import { checkBlobName, checkLimit, checkMetadata, checkSlice, checkWhole, listBlobsMax } from "../groundRules.ts";

interface StoredBlob {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly createdAt: number;
  readonly metadata: Readonly<Record<string, string>>;
}

const readChunkBytes = 64 * 1024;

interface Shelf {
  readonly blobs: Map<string, StoredBlob>;
  readonly nextEtag: () => string;
  readonly now: () => number;
}

/** The meaning of `Blobs` in code. A read of a blob that is replaced or removed meanwhile fails, as it may on Azure. */
export function memoryBlobs(nextEtag: () => string, now: () => number): Blobs {
  const blobs = new Map<string, StoredBlob>();
  const shelf: Shelf = { blobs, nextEtag, now };
  const findBlob = (name: string): StoredBlob | undefined => {
    checkBlobName(name);
    return blobs.get(name);
  };
  return {
    put: async (name, bytes, write) => {
      checkWrite(name, write);
      checkWhole(name, bytes.length);
      return store(shelf, name, new Uint8Array(bytes), write);
    },
    putStream: async (name, source, write) => {
      checkWrite(name, write);
      const bytes = await collect(source);
      const etag = store(shelf, name, bytes, write);
      return etag === undefined ? undefined : { etag, sizeBytes: bytes.length };
    },
    find: async (name) => {
      const blob = findBlob(name);
      if (blob) checkWhole(name, blob.bytes.length);
      return blob && { bytes: blob.bytes.slice(), etag: blob.etag };
    },
    findFacts: async (name) => {
      const blob = findBlob(name);
      return blob && toFacts(blob);
    },
    read: async (name, offset = 0, length) => {
      checkSlice(offset, length);
      const blob = findBlob(name);
      return blob && readChunks(name, blob, offset, length, () => blobs.get(name)?.etag);
    },
    list: async (prefix, page) => listBlobs(blobs, prefix, page.limit, page.continuation),
    remove: async (name, etag) => {
      const found = findBlob(name);
      return found !== undefined && (etag === undefined || found.etag === etag) && blobs.delete(name);
    },
  };
}

function store(shelf: Shelf, name: string, bytes: Uint8Array, write: BlobWrite): string | undefined {
  if (!holds(write.condition, shelf.blobs.get(name))) return undefined;
  const etag = shelf.nextEtag();
  // The service tells times in whole seconds.
  const createdAt = Math.floor(shelf.now() / 1000) * 1000;
  shelf.blobs.set(name, { bytes, etag, createdAt, metadata: { ...write.metadata } });
  return etag;
}

function checkWrite(name: string, write: BlobWrite): void {
  checkBlobName(name);
  checkMetadata(write);
}

function holds(condition: BlobCondition, blob: StoredBlob | undefined): boolean {
  if (condition === "any") return true;
  if (condition === "new") return blob === undefined;
  return blob?.etag === condition.etag;
}

/** Copies every chunk as it comes: a source may fill the same buffer again. */
async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(Buffer.from(chunk));
  return new Uint8Array(Buffer.concat(chunks));
}

async function* readChunks(
  name: string,
  blob: StoredBlob,
  offset: number,
  length: number | undefined,
  etagNow: () => string | undefined,
): AsyncGenerator<Uint8Array> {
  const end = Math.min(blob.bytes.length, offset + (length ?? blob.bytes.length));
  for (let at = offset; at < end; at += readChunkBytes) {
    if (etagNow() !== blob.etag) throw new Error(`The blob "${name}" was replaced or removed while it was read.`);
    yield blob.bytes.slice(at, Math.min(end, at + readChunkBytes));
  }
}

function listBlobs(
  blobs: ReadonlyMap<string, StoredBlob>,
  prefix: string,
  limit: number,
  continuation: string | undefined,
): { readonly items: readonly BlobItem[]; readonly continuation?: string } {
  checkLimit(limit);
  const from = continuation === undefined ? "" : Buffer.from(continuation, "base64url").toString("utf8");
  const found = [...blobs]
    .filter(([name]) => name.startsWith(prefix) && name >= from)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const cut = Math.min(limit, listBlobsMax);
  const items = found.slice(0, cut).map(([name, blob]) => ({ name, ...toFacts(blob) }));
  const next = found[cut]?.[0];
  return next === undefined ? { items } : { items, continuation: Buffer.from(next, "utf8").toString("base64url") };
}

function toFacts(blob: StoredBlob): BlobFacts {
  return {
    sizeBytes: blob.bytes.length,
    etag: blob.etag,
    createdAt: blob.createdAt,
    metadata: { ...blob.metadata },
  };
}
