import type { PackageManifest } from "../../domain/dataPackage.ts";
import { findEntryName, headerEntryName, manifestEntryName } from "../../domain/dataPackage.ts";
import { readHeader, readManifest } from "../../formats/manifest.ts";
import { FormatError } from "../../formats/recordFormat.ts";
import { type ZipArchive, openPackageZip } from "../../formats/zipReader.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";

/** A stored package, and what it says of itself. Throws `FormatError` for one that is unsafe or cannot be read. */
export async function openStoredPackage(ports: Ports, messageId: string, pace: Pace) {
  const facts = await ports.files.findFacts("inbound", messageId);
  if (!facts) throw new Error(`The payload of message ${messageId} is gone.`);
  return openPackageOf(ports, messageId, facts.sizeBytes, pace);
}

/** The same where its size is known: a small package is one read of storage then. */
export async function openPackageOf(ports: Ports, messageId: string, sizeBytes: number, pace: Pace) {
  const archive = await openPackageZip({
    sizeBytes,
    read: (offset, length) => ports.files.read("inbound", messageId, offset, length),
  });
  return { archive, manifest: await readPackageManifest(archive, pace) };
}

/** What the package says of itself. Both files must be there and readable, wherever the manifest's content comes from. */
export async function readPackageManifest(archive: ZipArchive, pace: Pace): Promise<PackageManifest> {
  await readHeader(open(archive, headerEntryName), pace);
  return readManifest(open(archive, manifestEntryName), pace);
}

function open(archive: ZipArchive, wanted: string): AsyncIterable<Uint8Array> {
  const names = archive.entries.map((entry) => entry.name);
  const name = findEntryName(names, wanted);
  if (name !== undefined) return archive.open(name);
  throw new FormatError("missingFile", `Could not find file '${wanted}' at the root of the package.`);
}
