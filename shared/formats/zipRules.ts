import { headerEntryName, isClutter, manifestEntryName } from "../domain/dataPackage.ts";
import { foldName } from "../domain/foldName.ts";
import { FormatError } from "./recordFormat.ts";

export interface ZipLimits {
  readonly entriesMax: number;
  readonly nameCharactersMax: number;
  /** Declared and then counted while inflating: one entry, and all of them together. */
  readonly entryBytesMax: number;
  readonly inflatedBytesMax: number;
  /** Inflated size over compressed size, of an entry that is larger than `ratioFromBytes`. */
  readonly ratioMax: number;
  readonly ratioFromBytes: number;
  /** Files in folders count like those at the root, as they do in workbooks. */
  readonly isOfFolders?: true;
}

const MEBIBYTE = 1024 * 1024;

export const defaultZipLimits: ZipLimits = {
  entriesMax: 2_000,
  nameCharactersMax: 255,
  entryBytesMax: 2_048 * MEBIBYTE,
  inflatedBytesMax: 4_096 * MEBIBYTE,
  ratioMax: 200,
  ratioFromBytes: 10 * MEBIBYTE,
};

/** More than its own size, a package of records may unpack to so much. */
const packedMax = 20;

/** A large package unpacks to more than one may that came in a request: what it took to send bounds what it takes to read. */
export function packageLimits(sizeBytes: number): ZipLimits {
  const inflatedBytesMax = Math.max(2 * defaultZipLimits.inflatedBytesMax, packedMax * sizeBytes);
  return { ...defaultZipLimits, entryBytesMax: inflatedBytesMax, inflatedBytesMax };
}

/** An entry as the central directory declares it; what it declares is checked again while its bytes are read. */
export interface DeclaredEntry {
  readonly name: string;
  readonly rawName: Uint8Array;
  readonly compressedBytes: number;
  readonly inflatedBytes: number;
  readonly crc32: number;
  /** 0 is stored, 8 is deflated. */
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly unixMode: number;
  readonly headerOffset: number;
}

const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER_BYTES = 30;
const FILE_TYPE_MASK = 0o170000;
const REGULAR_FILE = 0o100000;
const DIRECTORY = 0o040000;

/** Refuses an archive that could do harm or mislead, with the entry and the limit named. Reads no entry's bytes. */
export function requireSafeEntries(
  entries: readonly DeclaredEntry[],
  directoryOffset: number,
  limits: ZipLimits,
): void {
  let inflatedBytes = 0;
  for (const entry of entries) {
    requireSafeName(entry, limits);
    requireReadable(entry);
    requireModestSize(entry, limits);
    inflatedBytes += entry.inflatedBytes;
  }
  if (inflatedBytes > limits.inflatedBytesMax) {
    throw overLimit(
      `The package inflates to ${inflatedBytes} bytes, more than the ${limits.inflatedBytesMax} allowed.`,
    );
  }
  requireDistinctNames(entries);
  if (!limits.isOfFolders) requireDataAtRoot(entries);
  requireApart(entries, directoryOffset);
}

export function requireEntryCount(entryCount: number, limits: ZipLimits): void {
  if (entryCount <= limits.entriesMax) return;
  throw overLimit(`The package has ${entryCount} entries, more than the ${limits.entriesMax} allowed.`);
}

/** Quoted, so that control characters of a hostile name stay visible and harmless in messages; and not endless. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

export function badPackage(message: string): FormatError {
  return new FormatError("badPackage", message);
}

function overLimit(message: string): FormatError {
  return new FormatError("overLimit", message);
}

function requireSafeName({ name }: DeclaredEntry, limits: ZipLimits): void {
  if (name.length > limits.nameCharactersMax) {
    throw overLimit(`Entry ${quoted(name)} has a name of more than ${limits.nameCharactersMax} characters.`);
  }
  if (name === "" || /[\p{Cc}\uFFFD\\:]/u.test(name) || name.startsWith("/")) {
    throw badPackage(`Entry ${quoted(name)} has a name that is absolute or holds a control character, "\\" or ":".`);
  }
  const parts = name.split("/");
  if (parts.some((part) => part === "." || part === "..")) {
    throw badPackage(`Entry ${quoted(name)} has "." or ".." in its path.`);
  }
}

/**
 * A folder holds nothing that is imported, so a package may not be zipped with the folder around it. A data file whose name
 * the root has as well is passed over, with a warning of whoever reads the manifest. `Resources/` is known to hold no data.
 */
function requireDataAtRoot(entries: readonly DeclaredEntry[]): void {
  for (const { name } of entries) {
    if (name.endsWith("/") || isClutter(name) || foldName(name).startsWith("resources/")) continue;
    const cut = name.lastIndexOf("/");
    if (cut < 0 || !packageFiles.includes(foldName(name.slice(cut + 1)))) continue;
    throw badPackage(
      `Entry ${quoted(name)} is in a folder. Zip the files themselves, not the folder around them: what is imported is at ` +
        "the root of the package.",
    );
  }
}

const packageFiles = [foldName(manifestEntryName), foldName(headerEntryName)];

function requireReadable(entry: DeclaredEntry): void {
  const { name, method, isEncrypted, unixMode } = entry;
  if (isEncrypted) throw badPackage(`Entry ${quoted(name)} is encrypted. Make the package without a password.`);
  if (method !== STORED && method !== DEFLATED) {
    throw badPackage(`Entry ${quoted(name)} has compression method ${method}. Use deflate, or none.`);
  }
  const type = unixMode & FILE_TYPE_MASK;
  const isExpected = type === 0 || type === REGULAR_FILE || (type === DIRECTORY && name.endsWith("/"));
  if (!isExpected) throw badPackage(`Entry ${quoted(name)} is a symbolic link or a special file, not a file.`);
}

function requireModestSize(entry: DeclaredEntry, limits: ZipLimits): void {
  const { name, compressedBytes, inflatedBytes } = entry;
  if (inflatedBytes > limits.entryBytesMax) {
    throw overLimit(`Entry ${quoted(name)} inflates to more than the ${limits.entryBytesMax} bytes allowed.`);
  }
  if (inflatedBytes > limits.ratioFromBytes && inflatedBytes > compressedBytes * limits.ratioMax) {
    throw overLimit(`Entry ${quoted(name)} inflates to more than ${limits.ratioMax} times its compressed size.`);
  }
}

// Windows, and the clients that look for Manifest.xml in any case, would take one of the two for the other.
function requireDistinctNames(entries: readonly DeclaredEntry[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    const key = foldName(name);
    if (seen.has(key)) throw badPackage(`Entry ${quoted(name)} is there twice, without regard to case.`);
    seen.add(key);
  }
}

function requireApart(entries: readonly DeclaredEntry[], directoryOffset: number): void {
  const byOffset = entries.toSorted((a, b) => a.headerOffset - b.headerOffset);
  for (const [index, entry] of byOffset.entries()) {
    const end = entry.headerOffset + LOCAL_HEADER_BYTES + entry.rawName.length + entry.compressedBytes;
    const limit = byOffset[index + 1]?.headerOffset ?? directoryOffset;
    if (end > limit) throw badPackage(`Entry ${quoted(entry.name)} overlaps what follows it in the archive.`);
  }
}
