import { beforeEach, expect, test } from "vitest";
import { containerNames } from "../../shared/storage/ground/names.ts";
import { blobStaging } from "../../shared/storage/staging/blobStaging.ts";
import { localSpills } from "../../shared/storage/staging/localSpills.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { importJobId, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { watchedDisk, type WatchedDisk } from "../support/watchedDisk.ts";
import { look, push, recordsOf } from "./world.ts";

const count = 400;
const rows = Array.from({ length: count }, (_, row) => `${10 + ((row * 37) % count)},group ${row},${row}\r\n`);
/** One row is rejected, and one has the key of the first. */
const body = `CustomerGroupId,Description,CreditLimit\r\n${rows.join("")}9,bad,x\r\n10,again,1\r\n`;
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

function portsOn(disk: WatchedDisk): TestPorts {
  const blobs = ports.ground.blobs(containerNames.staging);
  const limits = { bufferBytes: 4096, frameBytes: 512, batchRecords: 7, spillsMax: 3 };
  return { ...ports, staging: blobStaging(blobs, { limits, local: localSpills({ disk }) }) };
}

async function requireAllImported(messageId: string, attempts: number): Promise<void> {
  const { message, execution } = await look(ports, messageId);
  expect(message).toMatchObject({ state: "ProcessedWithErrors", attempts });
  expect(execution!.entities[0]).toMatchObject({ rowsRead: count + 2, created: count, failed: 2 });
  expect(await recordsOf(ports)).toHaveLength(count);
  expect((await ports.ground.blobs(containerNames.staging).list("", { limit: 10 })).items).toEqual([]);
}

test("an import by way of the local disk leaves nothing there, nor in storage", async () => {
  const disk = watchedDisk();
  const messageId = await push(ports, body);
  await importMessage(portsOn(disk), importJobId, messageId);

  await requireAllImported(messageId, 1);
  expect(disk.files.opened).toBeGreaterThan(3);
  expect(disk.files.open).toBe(0);
});

test("a disk that is full in the middle of an import changes nothing of it", async () => {
  let written = 0;
  const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  const disk = watchedDisk((file) => ({
    write: (...given) => ((written += 1) > 20 ? Promise.reject(full) : file.write(...given)),
  }));
  const messageId = await push(ports, body);
  await importMessage(portsOn(disk), importJobId, messageId);

  await requireAllImported(messageId, 1);
  expect([written > 20, disk.files.opened > 1, disk.files.open]).toEqual([true, true, 0]);
});

test("an import that the local disk does not give back is tried again, whole and without it", async () => {
  const disk = watchedDisk((file) => ({
    async read(bytes, from, length, position) {
      const answer = await file.read(bytes, from, length, position);
      bytes[from + length - 1]! ^= 1;
      return answer;
    },
  }));
  const damaged = portsOn(disk);
  const messageId = await push(ports, body);

  await expect(importMessage(damaged, importJobId, messageId)).rejects.toThrow("damaged");
  expect((await look(ports, messageId)).message).toMatchObject({ state: "Enqueued", attempts: 1 });
  expect([await recordsOf(ports), disk.files.open]).toEqual([[], 0]);
  const opened = disk.files.opened;
  await importMessage(damaged, importJobId, messageId);

  await requireAllImported(messageId, 2);
  expect(disk.files).toEqual({ opened, open: 0 });
});
