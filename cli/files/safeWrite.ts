import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import path from "node:path";

/**
 * A file that is there whole or not at all: it is written beside its place, brought to the disk, and renamed. What `write`
 * throws leaves nothing behind.
 */
export async function writeWhole<T>(
  file: string,
  write: (handle: FileHandle) => Promise<T>,
  mode?: number,
): Promise<T> {
  const draft = draftOf(file);
  try {
    const handle = await open(draft, "wx", mode);
    const result = await write(handle)
      .then(async (written) => {
        await handle.sync();
        return written;
      })
      .finally(() => handle.close());
    await rename(draft, file);
    await syncFolder(path.dirname(file));
    return result;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** A name beside the place of a file or folder, that nothing else has. */
export function draftOf(place: string): string {
  return path.join(path.dirname(place), `.${path.basename(place)}.${randomBytes(6).toString("hex")}.part`);
}

/** A new name is on the disk when its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and keeps its names by itself.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
