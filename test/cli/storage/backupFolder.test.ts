import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openBackup, openBackupFolder } from "../../../cli/storage/backup/backupFolder.ts";
import { DamagedBackup } from "../../../cli/storage/backup/lines.ts";
import type { BackupFacts } from "../../../shared/storage/backup/backup.ts";
import { bytesOf } from "../../support/definitions.ts";
import { textOf } from "../../usecases/world.ts";

const facts: BackupFacts = {
  id: "00000000-0000-4000-8000-0000000000b1",
  version: "0.1.0",
  startedAt: 1,
  endedAt: 2,
  rows: { audit: 1 },
  documents: 0,
  blobs: 1,
  blobBytes: 5,
  reusedBlobs: 0,
  missing: [],
};
const blob = { container: "inbound", name: "a/B", sizeBytes: 5, metadata: { activityid: "x" } } as const;
const line = { p: "trail", k: "all_1", v: { json0: "{}" } };

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "backup-"));
});
afterEach(() => rm(root, { recursive: true }));

const hello = async () => bytesOf("hello");

async function take(name: string, previous?: string, open: () => Promise<AsyncIterable<Uint8Array>> = hello) {
  const folder = path.join(root, name);
  const writer = await openBackupFolder(folder, previous);
  const lines = await writer.begin("audit");
  await lines.write(line);
  await lines.end();
  const brought = (await writer.keep(blob, open))!;
  await writer.note(brought);
  await writer.finish(facts);
  return { folder, brought };
}

async function allFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("a folder with a backup", () => {
  test("gives back what was written, for its owner's eyes alone", async () => {
    const { folder } = await take("one");

    const backup = await openBackup(folder);
    const [found] = await collect(backup.blobs());
    const modes = await Promise.all((await allFiles(folder)).map(async (file) => (await stat(file)).mode & 0o77));

    expect(backup.facts).toEqual(facts);
    expect(await collect(backup.read("audit"))).toEqual([line]);
    expect(found).toMatchObject(blob);
    expect(await textOf(backup.open(found!))).toBe("hello");
    expect(modes.every((mode) => mode === 0)).toBe(true);
    expect((await stat(folder)).mode & 0o77).toBe(0);
  });

  test("is none before its end, and goes on with what is there", async () => {
    const folder = path.join(root, "cut");
    const cut = await openBackupFolder(folder, undefined);
    await cut.keep(blob, hello);

    await expect(openBackup(folder)).rejects.toThrow("was cut off");
    const { brought } = await take("cut", undefined, () => Promise.reject(new Error("Asked once more.")));

    expect(brought.sizeBytes).toBe(5);
    expect((await openBackup(folder)).facts).toEqual(facts);
  });

  test("takes from an earlier one what is the same there, and nothing that is damaged", async () => {
    const { folder: earlier } = await take("monday");
    const never = () => Promise.reject(new Error("Fetched once more."));
    const { brought } = await take("tuesday", earlier, never);
    const [file] = (await allFiles(path.join(earlier, "blobs"))) as [string];
    await chmod(file, 0o600);
    await rm(file);
    await writeFile(file, "nothing of the kind");

    expect(brought.isReused).toBe(true);
    await expect(take("wednesday", earlier, never)).rejects.toThrow("Fetched once more.");
  });

  test("is not written over", async () => {
    const { folder } = await take("one");

    await expect(openBackupFolder(folder, undefined)).rejects.toThrow("is not empty");
  });

  for (const [what, name] of [
    ["rows", "audit.ndjson.gz"],
    ["list of files", "blobs.ndjson.gz"],
  ] as const) {
    test(`is refused when a byte of its ${what} is another one`, async () => {
      const { folder } = await take("one");
      const bytes = await readFile(path.join(folder, name));
      bytes[bytes.length - 1]! ^= 1;
      await writeFile(path.join(folder, name), bytes);

      await expect(openBackup(folder)).rejects.toThrow(DamagedBackup);
    });
  }

  test.each([
    ["no files", { files: null }],
    ["a version that is none", { version: 1 }],
    ["no rows", { rows: undefined }],
    ["files without the list of all blobs", { files: {} }],
  ])("is refused when it tells of %s", async (_what, changes) => {
    const { folder } = await take("one");
    const file = path.join(folder, "backup.json");
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), ...changes }));

    await expect(openBackup(folder)).rejects.toThrow(DamagedBackup);
  });

  test("tells at the end of a file that it holds other bytes", async () => {
    const { folder } = await take("one");
    const { folder: other } = await take("other", undefined, async () => bytesOf("world"));
    const [file] = (await allFiles(path.join(folder, "blobs"))) as [string];
    const [another] = (await allFiles(path.join(other, "blobs"))) as [string];
    await writeFile(file, await readFile(another));
    const backup = await openBackup(folder);
    const [found] = await collect(backup.blobs());

    await expect(textOf(backup.open(found!))).rejects.toThrow("does not hold the 5 bytes of inbound/a/B");
  });
});
