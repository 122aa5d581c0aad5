import type { ContainerClient, ContainerListBlobFlatSegmentResponse } from "@azure/storage-blob";
import { giveBack } from "../../../domain/giveBack.ts";
import type { BlobFacts, BlobItem, Blobs, BlobWrite } from "../ground.ts";
import {
  checkBlobName,
  checkLimit,
  checkMetadata,
  checkSlice,
  checkWhole,
  listBlobsMax,
  writerName,
} from "../groundRules.ts";
import { cutBlocks } from "./blobBlocks.ts";
import { openBlob, readWhole } from "./blobRead.ts";
import type { BlobTarget } from "./blobWrite.ts";
import { discardedWriter, findProperties, putBlocks, putWhole } from "./blobWrite.ts";
import { unless } from "./failures.ts";
import type { Made } from "./makeMissing.ts";
import type { Tries } from "./tries.ts";

/** `Blobs` on Azure. A read that is opened holds a connection until it is read to its end or left. */
export function azureBlobs(container: ContainerClient, tries: Tries, made: Made, idleMsMax: number): Blobs {
  const send: Tries = (run) => made(container.containerName, async () => tries(run));

  const open = (name: string): BlobTarget => {
    checkBlobName(name);
    return { client: container.getBlockBlobClient(name), send };
  };
  return {
    put: async (name, bytes, write) => {
      checkMetadata(write);
      checkWhole(name, bytes.length);
      return putWhole(open(name), bytes, write);
    },
    putStream: async (name, source, write) => {
      checkMetadata(write);
      return putStream(open(name), source, write);
    },
    find: async (name) => readWhole(open(name), idleMsMax),
    findFacts: async (name) => {
      const found = await findProperties(open(name));
      return found && toFacts(found, found.metadata);
    },
    read: async (name, offset = 0, length) => {
      checkSlice(offset, length);
      return (await openBlob(open(name), idleMsMax, offset, length))?.chunks;
    },
    list: async (prefix, page) => {
      checkLimit(page.limit);
      return send(async (abortSignal) => listPage(container, prefix, page.limit, page.continuation, abortSignal));
    },
    remove: async (name, etag) => {
      const { client } = open(name);
      const conditions = etag === undefined ? {} : { ifMatch: etag };
      const removed = await unless(["BlobNotFound", "ConditionNotMet"], async () =>
        send((abortSignal) => client.delete({ abortSignal, conditions })),
      );
      return removed !== undefined;
    },
  };
}

/** One request for what fits one block, which is nearly everything; blocks for the rest. */
async function putStream(
  target: BlobTarget,
  source: AsyncIterable<Uint8Array>,
  write: BlobWrite,
): Promise<{ readonly etag: string; readonly sizeBytes: number } | undefined> {
  const spare: Uint8Array[] = [];
  const blocks = cutBlocks(source, spare);
  const first = await blocks.next();
  const second = await blocks.next();
  if (!first.done && !second.done) {
    try {
      return await putBlocks(target, following([first.value, second.value], blocks), write, spare);
    } finally {
      spare.forEach(giveBack);
      // Whoever failed before it came to them does not end what they are made of.
      await blocks.return(undefined);
    }
  }
  const bytes = first.done ? new Uint8Array() : first.value;
  const sizeBytes = bytes.length;
  const etag = await putWhole(target, bytes, write);
  giveBack(bytes);
  return etag === undefined ? undefined : { etag, sizeBytes };
}

async function* following(first: readonly Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* rest;
}

async function listPage(
  container: ContainerClient,
  prefix: string,
  limit: number,
  continuation: string | undefined,
  abortSignal: AbortSignal,
): Promise<{ readonly items: readonly BlobItem[]; readonly continuation?: string }> {
  const pages = container.listBlobsFlat({ prefix, includeMetadata: true, abortSignal }).byPage({
    maxPageSize: Math.min(limit, listBlobsMax),
    ...(continuation === undefined ? {} : { continuationToken: continuation }),
  });
  const page = (await pages.next()).value as ContainerListBlobFlatSegmentResponse | undefined;
  const items = (page?.segment.blobItems ?? []).flatMap((item) => {
    const facts = toFacts(item.properties, item.metadata);
    return facts ? [{ name: item.name, ...facts }] : [];
  });
  const next = page?.continuationToken;
  return next ? { items, continuation: next } : { items };
}

interface Properties {
  readonly contentLength?: number;
  readonly etag?: string;
  readonly lastModified?: Date;
}

/** Undefined for a blob whose blocks are being thrown away. */
function toFacts(properties: Properties, found: Readonly<Record<string, string>> | undefined): BlobFacts | undefined {
  const { [writerName]: writer, ...metadata } = found ?? {};
  if (writer === discardedWriter) return undefined;
  const etag = properties.etag ?? "";
  return {
    sizeBytes: properties.contentLength ?? 0,
    // Lists give ETags without the quotes that headers have.
    etag: etag.startsWith('"') ? etag : `"${etag}"`,
    // A blob that is written anew may keep the time of its creation.
    createdAt: properties.lastModified?.getTime() ?? 0,
    metadata,
  };
}
