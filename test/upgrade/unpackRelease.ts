import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { type Entry, type ZipFile, openPromise } from "yauzl";

const fixtures = path.join(import.meta.dirname, "../fixtures/releases");

/**
 * Lays out a release as Azure runs it, from the package that `npm run package` made of its source; answers the folder.
 * Such a package is kept for each release whose work later versions must end.
 */
export async function unpackRelease(version: string, folder: string): Promise<string> {
  const zip: ZipFile = await openPromise(path.join(fixtures, `${version}.zip`));
  for await (const entry of zip.eachEntry() as AsyncIterable<Entry>) {
    const file = path.join(folder, entry.fileName);
    await mkdir(path.dirname(file), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(file));
  }
  return folder;
}
