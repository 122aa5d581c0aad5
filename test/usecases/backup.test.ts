import { describe, expect, test } from "vitest";
import type { BackupReader } from "../../shared/storage/backup/backup.ts";
import { restoreBackup } from "../../shared/storage/backup/restoreBackup.ts";
import { takeBackup } from "../../shared/storage/backup/takeBackup.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { containerNames, tableNames } from "../../shared/storage/ground/names.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { exportJob, operator, seed } from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import { memoryBackup } from "../support/memoryBackup.ts";
import { type TestPorts, memoryPorts, noon } from "../support/memoryPorts.ts";
import { importFile, push, runNow } from "./world.ts";

const id = "00000000-0000-4000-8000-0000000000b1";
const order = { id, version: "0.1.0", now: () => noon + 60_000, tell: () => undefined };
const file = "CUSTOMERGROUPID,DESCRIPTION\r\n10,Wholesale\r\n";

/** A system with something of all that it can have. */
async function system(): Promise<TestPorts> {
  const ports = memoryPorts();
  await seed(ports);
  await importFile(ports, file, { idempotencyKey: "first" });
  await importFile(ports, "CUSTOMERGROUPID,DESCRIPTION\r\n,nobody\r\n");
  await runNow(ports, exportJob);
  await push(ports, "CUSTOMERGROUPID,DESCRIPTION\r\n20,Retail\r\n");
  await ports.audit.record({ at: noon, ...operator, action: "save", kind: "job", target: "x", detail: "" });
  return ports;
}

async function backUp(ports: TestPorts): Promise<BackupReader> {
  const backup = memoryBackup();
  await takeBackup(ports.ground, backup, order);
  return backup.reader();
}

/** All that stands there, but for what tells when and by whom it was written. */
async function contentOf(ground: Ground): Promise<readonly string[]> {
  const content: string[] = [];
  for (const name of Object.values(tableNames)) {
    const table = ground.table(name);
    for (let key = await table.nextPartition(""); key !== undefined; key = await table.nextPartition(key)) {
      const { rows } = await table.list(key, { limit: 1000 });
      content.push(...rows.map(({ rowKey, values }) => JSON.stringify([name, key, rowKey, values])));
    }
  }
  for (const name of Object.values(containerNames)) {
    const { items } = await ground.blobs(name).list("", { limit: 1000 });
    for (const { name: blob, metadata } of items) {
      const bytes = (await ground.blobs(name).find(blob))?.bytes ?? new Uint8Array();
      content.push(JSON.stringify([name, blob, metadata, Buffer.from(bytes).toString("base64")]));
    }
  }
  return content.toSorted();
}

function newPlace(): Ground {
  return memoryGround({ now: order.now });
}

describe("a restore", () => {
  test("brings what was backed up, and what is backed up of it is the same again", async () => {
    const reader = await backUp(await system());
    const [one, two] = [newPlace(), newPlace()];
    await restoreBackup(one, reader, order);
    const again = memoryBackup();
    await takeBackup(one, again, order);
    await restoreBackup(two, again.reader(), order);

    // The fences of one restore are behind those of the other.
    const withoutFences = (lines: readonly string[]) => lines.map((line) => line.replaceAll(/fence\\":\d+/g, "fence"));

    expect(withoutFences(await contentOf(two))).toEqual(withoutFences(await contentOf(one)));
  });

  test("that is cut off anywhere goes on, and comes to the same", async () => {
    const reader = await backUp(await system());
    const whole = newPlace();
    const watched = faultyGround(whole);
    await restoreBackup(watched.ground, reader, order);
    const expected = await contentOf(whole);

    for (let dieBefore = 1; dieBefore < watched.calls.length; dieBefore += 3) {
      const ground = newPlace();
      await restoreBackup(faultyGround(ground, { dieBefore }).ground, reader, order).catch(() => undefined);
      await restoreBackup(ground, reader, order);

      expect(await contentOf(ground)).toEqual(expected);
    }
  });

  test("leaves one entry in the audit trail, that says of which backup", async () => {
    const ground = newPlace();
    await restoreBackup(ground, await backUp(await system()), order);
    const { audit } = storagePorts(ground);
    const all = (await audit.list({}, { limit: 100 })).items;
    const found = (await audit.list({ object: { kind: "system", target: id } }, { limit: 10 })).items;

    expect(found).toMatchObject([{ action: "restore", kind: "system", target: id }]);
    expect(all).toContainEqual(found[0]);
    expect(all).toContainEqual(expect.objectContaining({ action: "run", target: exportJob.activityId }));
  });

  test("refuses a place where something is, and writes nothing to it", async () => {
    const reader = await backUp(await system());
    const used = await system();
    const before = await contentOf(used.ground);

    await expect(restoreBackup(used.ground, reader, order)).rejects.toThrow("The target is not empty");
    expect(await contentOf(used.ground)).toEqual(before);
  });

  test("writes nothing to where no system has anything", async () => {
    const reader = await backUp(await system());
    const foreign = { container: "$web", name: "index.html", bytes: "" };
    async function* read(section: Parameters<BackupReader["read"]>[0]): AsyncGenerator<unknown> {
      if (section === "documents") yield foreign;
      else yield* reader.read(section);
    }
    const ground = newPlace();

    await expect(restoreBackup(ground, { ...reader, read }, order)).rejects.toThrow("which no system has");
  });

  test("refuses to go on with another backup's restore", async () => {
    const reader = await backUp(await system());
    const ground = newPlace();
    const cut = faultyGround(ground, { dieBefore: 40 });
    await restoreBackup(cut.ground, reader, order).catch(() => undefined);
    const other = { ...reader, facts: { ...reader.facts, id: "00000000-0000-4000-8000-0000000000b2" } };

    await expect(restoreBackup(ground, other, order)).rejects.toThrow("A restore of another backup");
  });
});
