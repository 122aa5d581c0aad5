import { pipeline, Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import { fromRandomAccessReaderPromise } from "yauzl";
import { isClutter } from "../domain/dataPackage.ts";
import { foldName } from "../domain/foldName.ts";
import type { Entry } from "yauzl";
import { recogniseContent } from "./contentKind.ts";
import type { RandomAccess } from "./randomAccess.ts";
import { WindowedReader } from "./randomAccess.ts";
import { FormatError } from "./recordFormat.ts";
import { badPackage, packageLimits, quoted, requireEntryCount, requireSafeEntries } from "./zipRules.ts";
import type { DeclaredEntry, ZipLimits } from "./zipRules.ts";

export interface ZipEntry {
  readonly name: string;
  readonly compressedBytes: number;
  readonly inflatedBytes: number;
}

/** An opened package: its directory was read and found safe, its entries are read on demand. */
export interface ZipArchive {
  /** The files, in the order of the directory; folders, and what the maker's machine added of its own, are left out. */
  readonly entries: readonly ZipEntry[];
  /**
   * The entry's bytes, inflated while they are read. The name counts without regard to case; an absent one is a
   * `missingFile`. More bytes than declared, fewer, or a wrong checksum end the stream with an error.
   */
  open(name: string): AsyncIterable<Uint8Array>;
}

interface OpenZip {
  readonly reader: WindowedReader;
  readonly entries: readonly DeclaredEntry[];
  readonly directoryOffset: number;
}

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const ENCRYPTED = 1;
const DIRECTORY_END = 0x06054b50;
const DIRECTORY_END_ZIP64 = 0x06064b50;

/** Reads the directory of a package by range, and refuses what is unsafe before any entry is opened. */
export async function openPackageZip(
  source: RandomAccess,
  limits: ZipLimits = packageLimits(source.sizeBytes),
): Promise<ZipArchive> {
  const reader = new WindowedReader(source);
  await requireZip(source, reader);
  const opened = await asPackageError(reader, () => readDirectory(source, reader, limits));
  const files = opened.entries.filter(({ name }) => !name.endsWith("/") && !isClutter(name));
  return {
    entries: files.map(({ name, compressedBytes, inflatedBytes }) => ({ name, compressedBytes, inflatedBytes })),
    open: (name) => openEntry(opened, requireEntry(files, name)),
  };
}

async function readDirectory(source: RandomAccess, reader: WindowedReader, limits: ZipLimits): Promise<OpenZip> {
  // Older tools for Windows write "\\" between folders: it is read as "/", and judged like one.
  const options = { autoClose: false, lazyEntries: true, strictFileNames: false, validateEntrySizes: true };
  const zip = await fromRandomAccessReaderPromise(reader, source.sizeBytes, options);
  // The types call this cursor a boolean; it is the place of the next directory record.
  const directoryOffset = Number(zip.readEntryCursor);
  requireEntryCount(zip.entryCount, limits);
  const entries: DeclaredEntry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(declared(entry));
  const after = await reader.signatureAt(Number(zip.readEntryCursor));
  if (after !== DIRECTORY_END && after !== DIRECTORY_END_ZIP64) {
    throw badPackage("The package's directory has another number of entries than it declares.");
  }
  requireSafeEntries(entries, directoryOffset, limits);
  return { reader, entries, directoryOffset };
}

async function requireZip(source: RandomAccess, reader: WindowedReader): Promise<void> {
  const startBytes = Math.min(4, source.sizeBytes);
  if (startBytes > 0 && recogniseContent(await reader.bytesAt(0, startBytes)) === "zip") return;
  throw new FormatError("DMF1855", "Expected a data package (a zip archive), found another kind of file.");
}

function declared(entry: Entry): DeclaredEntry {
  return {
    name: entry.fileName,
    rawName: Uint8Array.from(entry.fileNameRaw),
    compressedBytes: entry.compressedSize,
    inflatedBytes: entry.uncompressedSize,
    crc32: entry.crc32,
    method: entry.compressionMethod,
    isEncrypted: entry.isEncrypted(),
    unixMode: entry.externalFileAttributes >>> 16,
    headerOffset: entry.relativeOffsetOfLocalHeader,
  };
}

function requireEntry(entries: readonly DeclaredEntry[], name: string): DeclaredEntry {
  const found = entries.find((entry) => foldName(entry.name) === foldName(name));
  if (found !== undefined) return found;
  throw new FormatError("missingFile", `Could not find file '${name}' in the package. Is it at the package's root?`);
}

async function* openEntry(opened: OpenZip, entry: DeclaredEntry): AsyncGenerator<Uint8Array, void, undefined> {
  const start = await asPackageError(opened.reader, () => dataStart(opened, entry));
  if (entry.compressedBytes === 0) {
    if (entry.inflatedBytes > 0) throw wrongSize(entry);
    return;
  }
  const stored = opened.reader.entryBytes(start, entry.compressedBytes);
  let inflatedBytes = 0;
  let checksum = 0;
  for await (const chunk of entry.method === 0 ? stored : inflated(stored, entry.name)) {
    inflatedBytes += chunk.length;
    if (inflatedBytes > entry.inflatedBytes) throw wrongSize(entry);
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (inflatedBytes !== entry.inflatedBytes) throw wrongSize(entry);
  if (checksum !== entry.crc32) {
    throw badPackage(`Entry ${quoted(entry.name)} is damaged: its checksum is wrong. Send the package again.`);
  }
}

/** Where the entry's data begin, once its own header has agreed with the directory and it ends before the next entry. */
async function dataStart({ reader, entries, directoryOffset }: OpenZip, entry: DeclaredEntry): Promise<number> {
  const header = await reader.bytesAt(entry.headerOffset, LOCAL_HEADER_BYTES + entry.rawName.length);
  const nameBytes = header.readUInt16LE(26);
  const isSame =
    header.readUInt32LE(0) === LOCAL_HEADER &&
    (header.readUInt16LE(6) & ENCRYPTED) === 0 &&
    header.readUInt16LE(8) === entry.method &&
    nameBytes === entry.rawName.length &&
    Buffer.compare(header.subarray(LOCAL_HEADER_BYTES), entry.rawName) === 0;
  if (!isSame) throw badPackage(`Entry ${quoted(entry.name)} has a header that contradicts the package's directory.`);
  const start = entry.headerOffset + LOCAL_HEADER_BYTES + nameBytes + header.readUInt16LE(28);
  const later = entries.map((other) => other.headerOffset).filter((offset) => offset > entry.headerOffset);
  const limit = later.reduce((nearest, offset) => Math.min(nearest, offset), directoryOffset);
  if (start + entry.compressedBytes <= limit) return start;
  throw badPackage(`Entry ${quoted(entry.name)} overlaps what follows it in the archive.`);
}

async function* inflated(
  compressed: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const inflate = createInflateRaw({ chunkSize: 64 * 1024 });
  // The loop below sees every error, because pipeline destroys `inflate` with it.
  pipeline(Readable.from(compressed, { objectMode: false }), inflate, () => undefined);
  try {
    for await (const chunk of inflate) yield chunk;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!code.startsWith("Z_")) throw error;
    throw badPackage(`Entry ${quoted(name)} is damaged: its compressed data cannot be read. Send the package again.`);
  }
}

function wrongSize(entry: DeclaredEntry): FormatError {
  return badPackage(`Entry ${quoted(entry.name)} has another size than its declared ${entry.inflatedBytes} bytes.`);
}

/** Errors of yauzl, which are plain, become errors of the package; those of the source and our own pass as they are. */
async function asPackageError<T>(reader: WindowedReader, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FormatError || error === reader.sourceError || !(error instanceof Error)) throw error;
    throw badPackage(`The package cannot be read as a zip archive: ${error.message}`);
  }
}
