import type { Readable } from "node:stream";
import type { BlobDownloadResponseParsed } from "@azure/storage-blob";
import { checkWhole, writerName } from "../groundRules.ts";
import type { BlobTarget } from "./blobWrite.ts";
import { discardedWriter, findProperties } from "./blobWrite.ts";
import { toUnavailable, unless } from "./failures.ts";
import { notePassed } from "./passedBytes.ts";

/** How often a read goes on after a broken connection without a byte of progress. */
const resumptionsMax = 5;
/** How often one look at a blob begins anew because somebody else wrote it meanwhile. */
const looksMax = 5;

/** The version that was being read is there no more. */
class BlobChanged extends Error {
  override readonly name = "BlobChanged";
}

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
  for (let looks = 0; looks < looksMax; looks += 1) {
    // The SDK takes a length of zero for all of the rest, and the service refuses a range that holds nothing.
    const answer = length === 0 ? undefined : await download(target, offset, length);
    // The answer decides, not another look: that may find a blob which came in between, with no byte of it read.
    if (answer === "absent") return undefined;
    if (answer) return toOpenBlob(target, idleMsMax, answer, offset);
    const facts = await findProperties(target);
    if (!facts || isDiscarded(facts)) return undefined;
    const holdsMore = length !== 0 && (facts.contentLength ?? 0) > offset;
    if (!holdsMore) return { etag: facts.etag ?? "", sizeBytes: 0, chunks: nothing() };
  }
  throw changed(target);
}

function toOpenBlob(
  target: BlobTarget,
  idleMsMax: number,
  answer: BlobDownloadResponseParsed,
  at: number,
): OpenBlob | undefined {
  const stream = streamOf(answer);
  if (isDiscarded(answer)) {
    stream.destroy();
    return undefined;
  }
  const etag = answer.etag ?? "";
  const sizeBytes = answer.contentLength ?? 0;
  return { etag, sizeBytes, chunks: readOn(target, idleMsMax, stream, { at, end: at + sizeBytes, etag }) };
}

/** The whole of a blob that fits in memory; of one that is replaced meanwhile, the new version. */
export async function readWhole(
  target: BlobTarget,
  idleMsMax: number,
): Promise<{ readonly bytes: Uint8Array; readonly etag: string } | undefined> {
  for (let looks = 1; ; looks += 1) {
    const open = await openBlob(target, idleMsMax, 0, undefined);
    try {
      return open && { bytes: await collect(target, open), etag: open.etag };
    } catch (error) {
      if (!(error instanceof BlobChanged) || looks >= looksMax) throw error;
    }
  }
}

async function collect(target: BlobTarget, open: OpenBlob): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of open.chunks) {
    checkWhole(target.client.name, open.sizeBytes);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function isDiscarded({ metadata }: { readonly metadata?: Readonly<Record<string, string>> }): boolean {
  return metadata?.[writerName] === discardedWriter;
}

function changed({ client }: BlobTarget): BlobChanged {
  return new BlobChanged(`The blob "${client.name}" was replaced or removed while it was read.`);
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
        notePassed(chunk.length);
        yield chunk;
      }
    } catch (error) {
      if (resumptions >= resumptionsMax) throw toUnavailable(error);
    }
    if (at > startedAt) resumptions = 0;
    if (at < end) stream = await resume(target, at, end, etag);
  }
}

async function resume(target: BlobTarget, at: number, end: number, etag: string): Promise<Readable> {
  const answer = await unless(["ConditionNotMet"], async () => download(target, at, end - at, etag));
  if (!answer || answer === "absent") throw changed(target);
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

/** Undefined when the blob is too short to have a byte of the range. */
async function download(
  { client, send }: BlobTarget,
  offset: number,
  length: number | undefined,
  ifMatch?: string,
): Promise<BlobDownloadResponseParsed | "absent" | undefined> {
  const conditions = ifMatch === undefined ? {} : { ifMatch };
  const ask = async () =>
    send((abortSignal) => client.download(offset, length, { abortSignal, conditions, maxRetryRequests: 0 }));
  return unless(["InvalidRange"], async () => (await unless(["BlobNotFound"], ask)) ?? "absent");
}

function streamOf(answer: BlobDownloadResponseParsed): Readable {
  if (!answer.readableStreamBody) throw new Error("The service answered a download without a body.");
  const stream = answer.readableStreamBody as Readable;
  // A connection may break before the reader begins; without a listener that would end the process.
  return stream.on("error", () => undefined);
}
