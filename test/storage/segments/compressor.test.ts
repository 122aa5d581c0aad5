import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { type Compressor, compressor } from "../../../shared/storage/segments/compressor.ts";
import { decompress } from "../../../shared/storage/segments/frames.ts";
import { giveBack } from "../../../shared/domain/giveBack.ts";

const row = "C-0001\t5\tContoso Coffee\t12.50\t2026-11-26\n";

async function packed(packer: Compressor, piece: Uint8Array): Promise<Buffer> {
  return Buffer.concat(await packer.compress(piece));
}

test("each piece is unpacked by itself, whatever was packed before it and however long it is", async () => {
  const packer = compressor();
  const pieces = [row.repeat(7_000), "x", randomBytes(700_000).toString("latin1"), row, row.repeat(7_000)];
  const texts: string[] = [];

  for (const piece of pieces) {
    const bytes = Buffer.from(piece);
    texts.push((await decompress(await packed(packer, bytes), bytes.length)).toString());
  }

  expect(texts).toEqual(pieces);
  packer.close();
});

test("equal pieces are packed into equal bytes, by the same compressor and by another one", async () => {
  const [one, other] = [compressor(), compressor()];
  const piece = Buffer.from(row.repeat(7_000));
  const first = await packed(one, piece);

  await packed(one, randomBytes(300_000));

  expect(await packed(one, piece)).toEqual(first);
  expect(await packed(other, piece)).toEqual(first);
  one.close();
  other.close();
});

test("a compressor that was closed refuses the next piece, instead of leaving it unpacked for ever", async () => {
  const packer = compressor();
  packer.close();

  await expect(packer.compress(Buffer.from(row))).rejects.toThrow("destroyed");
});

test("damaged bytes are refused", async () => {
  const packer = compressor();
  const bytes = await packed(packer, Buffer.from(row.repeat(7_000)));
  bytes[bytes.length >> 1]! ^= 1;

  await expect(decompress(bytes, row.length * 7_000)).rejects.toThrow(/corrupt|checksum/i);
  packer.close();
});

test("what is unpacked takes its own size of memory, and nothing is left of it when it is given back", async () => {
  const packer = compressor();
  const text = Buffer.from(row.repeat(7_000));
  const bytes = await packed(packer, text);
  giveBack(await decompress(bytes, text.length));
  const before = process.memoryUsage().arrayBuffers;

  for (let time = 0; time < 8; time += 1) giveBack(await decompress(bytes, text.length));

  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(text.length);
  packer.close();
});
