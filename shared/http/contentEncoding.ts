import { type Transform, pipeline } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { DomainError } from "../domain/errors.ts";
import type { HeaderReader } from "./request.ts";
import { escapeControls } from "./wireText.ts";

export type Encoding = "gzip" | "deflate" | "br";

const encodings: ReadonlyMap<string, Encoding | undefined> = new Map([
  ["", undefined],
  ["identity", undefined],
  ["gzip", "gzip"],
  // RFC 9110 has the two mean the same.
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
  ["br", "br"],
]);
/** What an encoding may add to bytes that it cannot make smaller. */
const overheadBytes = 1024 * 1024;
const decodedChunkBytes = 64 * 1024;
const shownCharactersMax = 60;

/**
 * How a body is encoded; undefined for one that is not. Throws `invalid` for an encoding that is not decoded here: whoever
 * would store the bytes asks first.
 */
export function readEncoding(headers: HeaderReader): Encoding | undefined {
  const name = nameOf(headers);
  if (encodings.has(name)) return encodings.get(name);
  const shown = escapeControls(name, shownCharactersMax);
  const message = `Content-Encoding "${shown}" is not decoded here. Send the body as it is, or in one of gzip, deflate, br.`;
  throw new DomainError("invalid", message, [{ path: "Content-Encoding", message }]);
}

/**
 * The bytes that the sender encoded; with an encoding that is none here, such as "utf-8", as they came. However many a few
 * encoded ones become, they come as they are read, so that whoever reads them may stop at a limit of its own. Throws
 * `invalid` for a body that is not in the encoding that it names, is cut short, or goes on behind its end.
 */
export function decodeBody(source: AsyncIterable<Uint8Array>, headers: HeaderReader): AsyncIterable<Uint8Array> {
  const encoding = encodings.get(nameOf(headers));
  return encoding ? decode(source, encoding) : source;
}

function nameOf(headers: HeaderReader): string {
  return headers.get("content-encoding")?.trim().toLowerCase() ?? "";
}

async function* decode(source: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const start = await readStart(iterator);
  const decoder = openDecoder(encoding, start);
  let encodedBytes = 0;
  let decodedBytes = 0;
  async function* encoded(): AsyncGenerator<Uint8Array> {
    for (let chunk: Uint8Array | undefined = start; chunk; chunk = (await iterator.next()).value) {
      // Nobody writes more than there is to say: it would keep the decoder busy for nothing.
      if (decoder.bytesWritten > decodedBytes + overheadBytes)
        throw notDecoded(encoding, "is larger than what it holds");
      encodedBytes += chunk.byteLength;
      yield chunk;
    }
  }
  // Whatever fails shows where the decoder is read.
  pipeline(encoded(), decoder, () => undefined);
  try {
    for await (const chunk of decoder) {
      const bytes: Uint8Array = chunk;
      decodedBytes += bytes.byteLength;
      yield bytes;
    }
  } catch (error) {
    throw isOfDecoder(error) ? notDecoded(encoding, "cannot be decoded, or is cut short") : error;
  }
  if (decoder.bytesWritten < encodedBytes) throw notDecoded(encoding, "goes on behind the end of what is encoded");
}

/** The first two bytes, or all that there are, in one chunk. */
async function readStart(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let start: Uint8Array = new Uint8Array(0);
  while (start.byteLength < 2) {
    const { done, value } = await iterator.next();
    if (done) break;
    start = start.byteLength === 0 ? value : Buffer.concat([start, value]);
  }
  return start;
}

type Decoder = Transform & { readonly bytesWritten: number };

function openDecoder(encoding: Encoding, start: Uint8Array): Decoder {
  const options = { chunkSize: decodedChunkBytes };
  if (encoding === "gzip") return createGunzip(options);
  if (encoding === "br") return createBrotliDecompress(options);
  // The name means the format with a header, and many clients leave that out, the streams of .NET among them.
  return hasZlibHeader(start) ? createInflate(options) : createInflateRaw(options);
}

/** RFC 1950: method 8, and the two bytes as a number are a multiple of 31. */
function hasZlibHeader([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}

function isOfDecoder(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(?:Z_|ERR__|ERR_BROTLI)/.test(String(error.code));
}

function notDecoded(encoding: Encoding, problem: string): DomainError {
  const message = `The body ${problem}: Content-Encoding says ${encoding}. Send it encoded so, or without the header.`;
  return new DomainError("invalid", message, [{ path: "Content-Encoding", message }]);
}
