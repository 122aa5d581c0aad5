import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { openPackageZip, type ZipArchive } from "../../shared/formats/zipReader.ts";
import { defaultZipLimits } from "../../shared/formats/zipRules.ts";
import { draftOf, syncFolder } from "./safeWrite.ts";

const gibibyte = 1024 ** 3;

/** Whoever fetches a package has room for what the service made; only what no zip can hold is refused. */
const limits = {
  ...defaultZipLimits,
  entriesMax: 10_000,
  entryBytesMax: 64 * gibibyte,
  inflatedBytesMax: 64 * gibibyte,
  ratioMax: 1_100,
  isOfFolders: true,
} as const;

/**
 * Unpacks a package into a new folder, which is there whole or not at all; a folder that is there already is one that was
 * unpacked before. No entry gets out of the folder: names that could are refused before anything is written.
 */
export async function unpack(file: string, folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const { size: sizeBytes } = await stat(file);
  const zip = await openPackageZip(
    {
      sizeBytes,
      read: (offset, length) => createReadStream(file, { start: offset, end: offset + length - 1 }),
    },
    limits,
  );
  const names = zip.entries.map(({ name }) => name);
  if (await isThere(folder)) return names;
  const draft = draftOf(folder);
  try {
    await mkdir(draft, { recursive: true });
    for (const name of names) await writeEntry(zip, name, draft, signal);
    await syncFolder(draft);
    await rename(draft, folder);
    await syncFolder(path.dirname(folder));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return names;
}

async function writeEntry(zip: ZipArchive, name: string, folder: string, signal: AbortSignal): Promise<void> {
  const place = path.join(folder, ...name.split("/"));
  await mkdir(path.dirname(place), { recursive: true });
  const handle = await open(place, "wx");
  try {
    // A disk that is nearly full takes a part of a chunk: this writes the rest as well, or says why not.
    await handle.writeFile(zip.open(name), { signal });
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}
