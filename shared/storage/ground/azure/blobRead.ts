import type { Readable } from "node:stream";
import type { BlobDownloadResponseParsed } from "@azure/storage-blob";
import { checkWhole, writerName } from "../groundRules.ts";
import type { BlobTarget } from "./blobWrite.ts";
import { discardedWriter, findProperties } from "./blobWrite.ts";
import { unless } from "./failures.ts";

/** How often a read goes on after a broken connection without a byte of progress. */
const resumptionsMax = 5;

export interface OpenBlob {
  readonly etag: string;
  readonly sizeBytes: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Opens `length` bytes from `offset`, as many as there are; undefined when there is no such blob. */
export async function openBlob(
  target: BlobTarget,
  idleMsMax: number,
  offset: number,
  length: number | undefined,
): Promise<OpenBlob | undefined> {
  // The SDK takes a length of zero for all of the rest, and the service refuses a range that holds nothing.
  if (length === 0) return openNothing(target);
  const answer = await unless(["BlobNotFound", "InvalidRange"], async () => download(target, offset, length));
  if (!answer) return openNothing(target);
  const stream = streamOf(answer);
  if (answer.metadata?.[writerName] === discardedWriter) {
    stream.destroy();
    return undefined;
  }
  const etag = answer.etag ?? "";
  const sizeBytes = answer.contentLength ?? 0;
  return { etag, sizeBytes, chunks: readOn(target, idleMsMax, stream, { at: offset, end: offset + sizeBytes, etag }) };
}

/** The whole of a blob that fits in memory. */
export async function readWhole(
  target: BlobTarget,
  idleMsMax: number,
): Promise<{ readonly bytes: Uint8Array; readonly etag: string } | undefined> {
  const open = await openBlob(target, idleMsMax, 0, undefined);
  if (!open) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of open.chunks) {
    checkWhole(target.client.name, open.sizeBytes);
    chunks.push(chunk);
  }
  return { bytes: new Uint8Array(Buffer.concat(chunks)), etag: open.etag };
}

async function openNothing(target: BlobTarget): Promise<OpenBlob | undefined> {
  const found = await findProperties(target);
  if (!found || found.metadata?.[writerName] === discardedWriter) return undefined;
  return { etag: found.etag ?? "", sizeBytes: 0, chunks: nothing() };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

interface Remainder {
  readonly at: number;
  readonly end: number;
  readonly etag: string;
}

/**
 * Yields the stream and, when it breaks, goes on where it stopped, at the same version only. The SDK's own resumption
 * does neither notice a connection that is dropped nor one that falls silent.
 */
async function* readOn(
  target: BlobTarget,
  idleMsMax: number,
  first: Readable,
  { at: start, end, etag }: Remainder,
): AsyncGenerator<Uint8Array> {
  let stream = first;
  let at = start;
  for (let resumptions = 0; at < end; resumptions += 1) {
    const startedAt = at;
    try {
      for await (const chunk of untilIdle(stream, idleMsMax)) {
        at += chunk.length;
        yield chunk;
      }
    } catch (error) {
      if (resumptions >= resumptionsMax) throw error;
    }
    if (at > startedAt) resumptions = 0;
    if (at < end) stream = await resume(target, at, end, etag);
  }
}

async function resume(target: BlobTarget, at: number, end: number, etag: string): Promise<Readable> {
  const answer = await unless(["BlobNotFound", "ConditionNotMet", "InvalidRange"], async () =>
    download(target, at, end - at, etag),
  );
  if (!answer) throw new Error(`The blob "${target.client.name}" was replaced or removed while it was read.`);
  return streamOf(answer);
}

async function* untilIdle(stream: Readable, idleMsMax: number): AsyncGenerator<Uint8Array> {
  const watch = (): NodeJS.Timeout =>
    setTimeout(() => stream.destroy(new Error("The service sent no bytes in time.")), idleMsMax);
  // Only the service is timed: while the reader works on a chunk, nobody waits.
  let timer = watch();
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      clearTimeout(timer);
      yield chunk;
      timer = watch();
    }
  } finally {
    clearTimeout(timer);
  }
}

async function download(
  { client, send }: BlobTarget,
  offset: number,
  length: number | undefined,
  ifMatch?: string,
): Promise<BlobDownloadResponseParsed> {
  const conditions = ifMatch === undefined ? {} : { ifMatch };
  return send((abortSignal) => client.download(offset, length, { abortSignal, conditions, maxRetryRequests: 0 }));
}

function streamOf(answer: BlobDownloadResponseParsed): Readable {
  if (!answer.readableStreamBody) throw new Error("The service answered a download without a body.");
  const stream = answer.readableStreamBody as Readable;
  // A connection may break before the reader begins; without a listener that would end the process.
  return stream.on("error", () => undefined);
}
