import { describe, expect, test } from "vitest";
import { blockBytes, cutBlocks } from "../../../shared/storage/ground/azure/blobBlocks.ts";

const chunkBytes = 1024 * 1024;

async function* chunksOf(sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < sizeBytes; from += chunkBytes) {
    yield new Uint8Array(Math.min(chunkBytes, sizeBytes - from)).fill(1 + ((from / chunkBytes) % 251));
  }
}

async function allOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for await (const chunk of chunks) found.push(chunk);
  return found;
}

describe("a stream that is cut into blocks", () => {
  test("gives the same bytes when sent blocks are filled again", async () => {
    const sizeBytes = 5 * blockBytes + 1000;
    const spare: Uint8Array[] = [];
    const seen = new Set<ArrayBufferLike>();
    const copies: Buffer[] = [];
    for await (const block of cutBlocks(chunksOf(sizeBytes), spare)) {
      copies.push(Buffer.from(block));
      seen.add(block.buffer);
      if (block.length === blockBytes) spare.push(block);
    }

    expect(copies.map((copy) => copy.length)).toEqual([...Array<number>(5).fill(blockBytes), 1000]);
    expect(Buffer.concat(copies).equals(Buffer.concat(await allOf(chunksOf(sizeBytes))))).toBe(true);
    expect(seen.size).toBeLessThan(copies.length);
  });

  test("keeps its blocks apart when none of them comes back", async () => {
    const blocks = await allOf(cutBlocks(chunksOf(3 * blockBytes)));

    expect(new Set(blocks.map((block) => block.buffer)).size).toBe(3);
  });

  test("gives one empty block for nothing", async () => {
    expect(await allOf(cutBlocks(chunksOf(0)))).toEqual([new Uint8Array()]);
  });
});
