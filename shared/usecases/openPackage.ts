import type { PackageManifest } from "../domain/dataPackage.ts";
import { findEntryName, headerEntryName, manifestEntryName } from "../domain/dataPackage.ts";
import { readHeader, readManifest } from "../formats/manifest.ts";
import { FormatError } from "../formats/recordFormat.ts";
import { type ZipArchive, openPackageZip } from "../formats/zipReader.ts";
import type { Ports } from "../ports.ts";

/** The zip of a stored package: its directory read by range and found safe. Throws `FormatError` for one that is not. */
export async function openStoredZip(ports: Ports, messageId: string): Promise<ZipArchive> {
  const facts = await ports.files.findFacts("inbound", messageId);
  if (!facts) throw new Error(`The payload of message ${messageId} is gone.`);
  return openPackageZip({
    sizeBytes: facts.sizeBytes,
    read: (offset, length) => ports.files.read("inbound", messageId, offset, length),
  });
}

/** What the package says of itself. Both files must be there and readable, wherever the manifest's content comes from. */
export async function readPackageManifest(archive: ZipArchive): Promise<PackageManifest> {
  const names = archive.entries.map((entry) => entry.name);
  await readHeader(await readWhole(archive, names, headerEntryName));
  return readManifest(await readWhole(archive, names, manifestEntryName));
}

/** More than any manifest that people make; what is larger is no manifest. */
const documentBytesMax = 8 * 1024 * 1024;

async function readWhole(archive: ZipArchive, names: readonly string[], wanted: string): Promise<Uint8Array> {
  const name = findEntryName(names, wanted);
  if (name === undefined) {
    throw new FormatError("missingFile", `Could not find file '${wanted}' at the root of the package.`);
  }
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of archive.open(name)) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > documentBytesMax) throw new FormatError("overLimit", `${wanted} is larger than 8 MB.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
