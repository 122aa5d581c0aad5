import { open } from "node:fs/promises";
import type { BlockSource } from "../../client/upload.ts";

/** A file on the disk, in blocks, until the work is done. Not as a Blob: Node takes its size in 32 bits, whatever it is. */
export async function withBlocksOf<T>(file: string, work: (source: BlockSource) => Promise<T>): Promise<T> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const read = async (from: number, to: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = new Uint8Array(to - from);
    for (let at = 0; at < bytes.length;) {
      const { bytesRead } = await handle.read(bytes, at, bytes.length - at, from + at);
      if (bytesRead === 0) throw new Error(`${file} became shorter while it was sent.`);
      at += bytesRead;
    }
    return bytes;
  };
  // The file stays open until the work is done.
  return await work({ size, read });
}
