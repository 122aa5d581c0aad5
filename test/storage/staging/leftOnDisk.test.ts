import type { ContainerClient } from "@azure/storage-blob";
import { expect, test } from "vitest";
import { linesOf } from "../../../shared/domain/recordLines.ts";
import type { StagingArea } from "../../../shared/ports/staging.ts";
import { azureBlobs } from "../../../shared/storage/ground/azure/azureBlobs.ts";
import { memoryGround } from "../../../shared/storage/ground/memory/memoryGround.ts";
import { blobStaging } from "../../../shared/storage/staging/blobStaging.ts";
import { localSpills } from "../../../shared/storage/staging/localSpills.ts";
import { watchedDisk } from "../../support/watchedDisk.ts";

// What a sort has on the disk goes whatever fails, at once and not when the collector comes by.

const limits = { bufferBytes: 2000, frameBytes: 300, batchRecords: 3, spillsMax: 10 };
const lines = Array.from({ length: 200 }, (_, row) => {
  return linesOf([{ key: String((row * 37) % 200).padStart(5, "0"), number: row, values: ["x".repeat(30)] }]);
});

const failing = async (): Promise<never> => {
  throw new Error("Storage is gone.");
};

/** A container whose one blob answers so; the service itself fails too late, or not in this way. */
function containerOf(blob: object): ContainerClient {
  return { containerName: "c", getBlockBlobClient: () => ({ name: "x", ...blob }) } as unknown as ContainerClient;
}

async function* sorted(area: StagingArea): AsyncGenerator<Uint8Array> {
  const staging = area.open("execution");
  try {
    for (const line of lines) await staging.add(line);
    for await (const _ of (await staging.finish()).records()) yield new Uint8Array(1024 * 1024);
  } finally {
    await staging.discard();
  }
}

test.each([
  ["first look", { getProperties: failing, commitBlockList: failing }, "new"],
  ["first block", { stageBlock: failing, commitBlockList: failing }, "any"],
] as const)("an upload that fails by its %s ends the sort that it is made of", async (_, blob, condition) => {
  const disk = watchedDisk();
  const area = blobStaging(memoryGround().blobs("s"), { limits, local: localSpills({ disk, keptFreeBytes: 0 }) });
  const blobs = azureBlobs(
    containerOf(blob),
    (run) => run(new AbortController().signal),
    (_name, run) => run(),
    1000,
  );

  await expect(blobs.putStream("x", sorted(area), { condition })).rejects.toThrow("gone");

  expect(disk.files.opened).toBeGreaterThan(2);
  expect(disk.files.open).toBe(0);
});

test("what lies in storage is removed though a file on the disk does not close", async () => {
  const disk = watchedDisk((file) => ({
    close: async () => {
      await file.close();
      throw new Error("EIO");
    },
  }));
  const blobs = memoryGround().blobs("s");
  const area = blobStaging(blobs, { limits, local: localSpills({ disk, keptFreeBytes: 0, bytesMax: 5000 }) });
  const staging = area.open("execution");
  for (const line of lines) await staging.add(line);
  await staging.finish();
  expect((await blobs.list("", { limit: 100 })).items).not.toEqual([]);

  await staging.discard();

  expect((await blobs.list("", { limit: 100 })).items).toEqual([]);
  expect(disk.files.open).toBe(0);
});
