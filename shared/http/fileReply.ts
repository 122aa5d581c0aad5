import type { HttpResponseInit } from "@azure/functions";
import type { FileFacts, Slice } from "../ports.ts";
import { mayTakePart, readRange } from "./byteRange.ts";
import { type MadeFile, madeFile, partOf } from "./madeFile.ts";
import { toEtag } from "./manageRequest.ts";
import type { HeaderReader } from "./request.ts";

/** A file on its way to a client. */
export interface SentFile {
  /** Under which a person would keep it; without one it is no attachment. */
  readonly fileName?: string;
  /** Absent for a file that is made while it goes. */
  readonly facts?: Pick<FileFacts, "sizeBytes" | "etag">;
  /** Of one that is made: all that its bytes depend on. Without it two makings may differ, and it goes whole. */
  readonly madeOf?: string;
  readonly read: (slice?: Slice) => AsyncIterable<Uint8Array>;
}

interface FileRequest {
  readonly method: string;
  readonly headers: HeaderReader;
}

const fileNameCharactersMax = 150;

/**
 * Answers with a file, whole or in the part that the request names, or with its headers alone. The first bytes are
 * read before the answer begins: what cannot be read is refused, and no 200 is sent for it.
 */
export async function toFileReply(
  request: FileRequest,
  file: SentFile,
  contentType = "application/octet-stream",
): Promise<HttpResponseInit> {
  const headers = { "content-type": contentType, ...dispositionOf(file.fileName) };
  if (file.facts) return toHeldReply(request, { ...file, facts: file.facts }, headers);
  if (file.madeOf === undefined) return { status: 200, headers, ...(await bodyOf(request, file)) };
  return toMadeReply(request, madeFile(file.madeOf, file.read), headers);
}

type HeldFile = SentFile & Required<Pick<SentFile, "facts">>;
type FileHeaders = Readonly<Record<string, string>>;

/**
 * Who only wants all of it gets it at once, as it is made. A part, and the length, need the whole to be made once before,
 * unless it was not long ago.
 */
async function toMadeReply(request: FileRequest, made: MadeFile, headers: FileHeaders): Promise<HttpResponseInit> {
  const etag = toEtag(made.etag);
  const isPart = request.method === "GET" && mayTakePart(request.headers, etag);
  if (request.method === "HEAD" || isPart) {
    const facts = { sizeBytes: await made.sizeBytes(), etag: made.etag };
    const read = (slice?: Slice) => (slice ? partOf(made.read(), wholeSlice(slice, facts.sizeBytes)) : made.read());
    return toHeldReply(request, { facts, read }, headers);
  }
  const length = made.knownBytes !== undefined && { "content-length": String(made.knownBytes) };
  const all = { ...headers, "accept-ranges": "bytes", etag, ...length };
  return { status: 200, headers: all, ...(await bodyOf(request, made)) };
}

function wholeSlice({ offset, length }: Slice, sizeBytes: number): Required<Slice> {
  return { offset, length: length ?? sizeBytes - offset };
}

async function toHeldReply(request: FileRequest, file: HeldFile, headers: FileHeaders): Promise<HttpResponseInit> {
  const { sizeBytes } = file.facts;
  const etag = toEtag(file.facts.etag);
  const held = { ...headers, "accept-ranges": "bytes", etag };
  // RFC 9110 defines ranges for GET alone.
  const slice = request.method === "GET" ? readRange(request.headers, { sizeBytes, etag }) : undefined;
  if (!slice) {
    const length = { "content-length": String(sizeBytes) };
    return { status: 200, headers: { ...held, ...length }, ...(await bodyOf(request, file)) };
  }
  const { offset, length } = slice;
  const part = {
    "content-length": String(length),
    "content-range": `bytes ${offset}-${offset + length - 1}/${sizeBytes}`,
  };
  return { status: 206, headers: { ...held, ...part }, ...(await bodyOf(request, file, slice)) };
}

async function bodyOf(
  request: FileRequest,
  file: Pick<SentFile, "read">,
  slice?: Slice,
): Promise<Pick<HttpResponseInit, "body">> {
  return request.method === "HEAD" ? {} : { body: await begun(file.read(slice)) };
}

/** The same bytes, the first of which are here already; throws what reading them threw. */
export async function begun(source: AsyncIterable<Uint8Array>): Promise<AsyncIterableIterator<Uint8Array>> {
  const iterator = source[Symbol.asyncIterator]();
  let first: IteratorResult<Uint8Array> | undefined = await iterator.next();
  // No generator: one that was never begun would not end its source when it is left.
  const bytes: AsyncIterableIterator<Uint8Array> = {
    async next() {
      const held = first;
      first = undefined;
      return held ?? iterator.next();
    },
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => bytes,
  };
  return bytes;
}

/** A name that no system can take for anything else. */
function dispositionOf(fileName: string | undefined): Readonly<Record<string, string>> {
  return fileName === undefined ? {} : { "content-disposition": attachmentOf(fileName) };
}

/** The Content-Disposition of a file that is called so. */
export function attachmentOf(fileName: string): string {
  const name = safeFileName(fileName);
  const ascii = name.replace(/[^ -~]|["\\%]/gu, "_");
  return `attachment; filename="${ascii}"; filename*=UTF-8''${percentEncode(name)}`;
}

function safeFileName(text: string): string {
  const name = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, "_")
    .replace(/^[\s.]+|[\s.]+$/gu, "")
    .slice(-fileNameCharactersMax)
    .toWellFormed();
  if (name === "") return "file";
  return /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu.test(name) ? `_${name}` : name;
}

/** RFC 8187: what encodeURIComponent leaves alone beyond the allowed characters is escaped as well. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
