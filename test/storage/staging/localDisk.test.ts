import { mkdtemp, readdir, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { localDisk } from "../../../shared/storage/staging/localDisk.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "disk-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test("a file has no name from the start, is its owner's alone, and is read by its handle", async () => {
  const file = await localDisk(folder).openFile();

  expect(await readdir(folder)).toEqual([]);
  const { mode } = await (file as FileHandle).stat();
  // Windows knows no such rights.
  expect(process.platform === "win32" ? 0 : mode & 0o077).toBe(0);
  await file.write(Buffer.from("some lines"), 5, 5, 3);
  const read = Buffer.alloc(8);
  expect(await file.read(read, 0, 8, 0)).toMatchObject({ bytesRead: 8 });
  expect(read.toString("latin1")).toBe("\0\0\0lines");
  await file.close();
});

test("a folder that is not there takes no file, nor has it any room", async () => {
  const disk = localDisk(path.join(folder, "gone"));

  await expect(disk.openFile()).rejects.toThrow("ENOENT");
  await expect(disk.freeBytes()).rejects.toThrow("ENOENT");
});
