import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { withBlocksOf } from "../../cli/files/blocksOf.ts";

const sizeBytes = 5 * 1024 ** 3 + 3;

test("A file of more than four gigabytes has its size, and its bytes where they are", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "blocks-"));
  const file = path.join(folder, "sparse");
  await using handle = await open(file, "w");
  await handle.truncate(sizeBytes);
  await handle.write("end", sizeBytes - 3);

  const [size, end] = await withBlocksOf(file, async (source) => [
    source.size,
    await source.read(sizeBytes - 4, sizeBytes),
  ]);

  expect(size).toBe(sizeBytes);
  expect(Buffer.from(end as Uint8Array).toString()).toBe("\0end");
  await rm(folder, { recursive: true });
});
