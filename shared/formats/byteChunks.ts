import { FormatError } from "./recordFormat.ts";

const CHUNK_BYTES = 256 * 1024;

/**
 * The same bytes in chunks of one size, the last one shorter: what follows is then independent of how the bytes
 * arrived, one by one or all at once. An empty source gives no chunk.
 */
export async function* evenChunks(
  bytes: AsyncIterable<Uint8Array>,
  chunkBytes: number = CHUNK_BYTES,
): AsyncGenerator<Uint8Array, void, undefined> {
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  for await (const piece of bytes) {
    for (let from = 0; from < piece.length;) {
      const part = piece.subarray(from, from + chunkBytes - gatheredBytes);
      gathered.push(part);
      gatheredBytes += part.length;
      from += part.length;
      if (gatheredBytes === chunkBytes) {
        yield joined(gathered);
        gathered = [];
        gatheredBytes = 0;
      }
    }
  }
  if (gatheredBytes > 0) yield joined(gathered);
}

/**
 * The first bytes, or all of a shorter file, and the whole file in front of which they are put back. Ending the reading of
 * it early closes the source.
 */
export async function readStart(
  bytes: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): Promise<{ readonly start: Uint8Array; readonly whole: AsyncIterable<Uint8Array> }> {
  const pieces = bytes[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  for (let found = 0; found < sizeBytes;) {
    const next = await pieces.next();
    if (next.done === true) break;
    first.push(next.value);
    found += next.value.length;
  }
  async function* whole(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* first;
      for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
    } finally {
      await pieces.return?.();
    }
  }
  return { start: joined(first).subarray(0, sizeBytes), whole: whole() };
}

/** All bytes of a small file; more than the maximum is an error that names the file, long before memory suffers. */
export async function collectBytes(
  bytes: AsyncIterable<Uint8Array>,
  sizeBytesMax: number,
  fileName: string,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of bytes) {
    sizeBytes += piece.length;
    if (sizeBytes > sizeBytesMax) {
      throw new FormatError("overLimit", `${fileName} is larger than the ${sizeBytesMax} bytes allowed.`);
    }
    pieces.push(piece);
  }
  return joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
}
