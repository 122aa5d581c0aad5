import { randomUUID } from "node:crypto";
import { type FileHandle, open, statfs, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** What a file of the local disk is asked, always at a place in it; both may do a part. */
export interface LocalFile {
  write(bytes: Buffer, from: number, length: number, position: number): Promise<{ readonly bytesWritten: number }>;
  read(bytes: Buffer, from: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  /** Once what is under way has come to its end. */
  close(): Promise<void>;
}

export interface LocalDisk {
  /** How much there is room for at the moment. Throws where what is written would stay in memory. */
  freeBytes(): Promise<number>;
  /** A new file for its owner alone, which nobody finds by a name: it goes with its handle, or with the process. */
  openFile(): Promise<LocalFile>;
}

/** As Linux numbers file systems: tmpfs and ramfs. */
const fileSystemsInMemory: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** The temporary folder, or another one. */
export function localDisk(folder = tmpdir()): LocalDisk {
  return {
    async freeBytes() {
      const { type, bavail, bsize } = await statfs(folder);
      if (fileSystemsInMemory.has(type)) throw new Error(`The folder ${folder} lies in memory.`);
      return bavail * bsize;
    },
    async openFile() {
      const name = path.join(folder, `recurring-integrations-${randomUUID()}`);
      const file = await open(name, "wx+", 0o600);
      await unlink(name).catch((error: unknown) => giveUp(name, file, error));
      return file;
    },
  };
}

/** A system that takes no name from an open file may do so from a closed one. */
async function giveUp(name: string, file: FileHandle, error: unknown): Promise<never> {
  await file.close();
  await unlink(name);
  throw error;
}
