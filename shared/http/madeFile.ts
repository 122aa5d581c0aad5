import { hash } from "node:crypto";
import facts from "../../package.json" with { type: "json" };
import type { Slice } from "../ports.ts";

/** A file that is made while it goes, as its answers name it and know it. */
export interface MadeFile {
  /** Strong, without its quotes: what it is made of, and what makes it. */
  readonly etag: string;
  /** Once somebody has asked for it, or come to the end of the file. */
  readonly knownBytes: number | undefined;
  /** Makes it to its end, unless that is known; whoever asks meanwhile waits for the same. */
  readonly sizeBytes: () => Promise<number>;
  readonly read: () => AsyncIterable<Uint8Array>;
}

const digestCharacters = 43;
const sizesMax = 1_000;
/** By their tags, which say all that they depend on. */
const sizes = new Map<string, number>();
const counts = new Map<string, Promise<number>>();

/** The same `madeOf` gives the same bytes, and so the same tag, until the service or what packs for it becomes another one. */
export function madeFile(madeOf: string, make: () => AsyncIterable<Uint8Array>): MadeFile {
  const makers = `${facts.version} ${process.version} `;
  const etag = hash("sha256", makers + madeOf, "base64url").slice(0, digestCharacters);
  return {
    etag,
    knownBytes: sizes.get(etag),
    sizeBytes: async () => sizes.get(etag) ?? counts.get(etag) ?? count(etag, make()),
    read: () => noting(etag, make()),
  };
}

function count(etag: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  const counting = (async () => {
    try {
      for await (const _ of noting(etag, bytes));
      return sizes.get(etag) ?? 0;
    } finally {
      counts.delete(etag);
    }
  })();
  counts.set(etag, counting);
  return counting;
}

/** Makes it from the beginning, and passes on what lies in the slice. */
export async function* partOf(
  bytes: AsyncIterable<Uint8Array>,
  { offset, length }: Required<Slice>,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of bytes) {
    const part = chunk.subarray(Math.max(0, offset - at), Math.max(0, offset + length - at));
    at += chunk.length;
    if (part.length > 0) yield part;
    if (at >= offset + length) return;
  }
  throw new Error(`A file that is made anew has ${at} bytes, which is less than before.`);
}

/** Whoever comes to its end knows its size for those who ask afterwards. */
async function* noting(etag: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    sizeBytes += chunk.length;
    yield chunk;
  }
  sizes.set(etag, sizeBytes);
  for (const oldest of sizes.keys()) {
    if (sizes.size <= sizesMax) break;
    sizes.delete(oldest);
  }
}
