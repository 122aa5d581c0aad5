import { crc32 } from "node:zlib";
import { deflated } from "./deflate.ts";
import { centralRecord, dataDescriptor, endOfZip, localHeader, type ZipEntry } from "./zipRecords.ts";

export interface ZipInput {
  readonly name: string;
  /** Streamed, or whole when they are few. */
  readonly bytes: AsyncIterable<Uint8Array> | Uint8Array;
  /** Each piece has memory of its own, and nobody else needs it: it may be given back. */
  readonly isOwn?: boolean;
}

export interface ZipWriteOptions {
  /** The time that every entry carries, epoch milliseconds: the same files then give the same bytes. */
  readonly modifiedAt: number;
  /** 1 to 9, and 0 for none. Level 1 takes a third of the time of level 6 on delimited files, for about the same size. */
  readonly compressionLevel?: number;
}

const FAST = 1;

/**
 * A zip of the files, one after another, each asked for when the one before it is done; at the pace of the reader,
 * never with a whole file in memory. Zip64 where sizes need it. A file that fails ends the zip with its error.
 */
export async function* writeZip(
  files: AsyncIterable<ZipInput>,
  { modifiedAt, compressionLevel = FAST }: ZipWriteOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const entries: ZipEntry[] = [];
  let offset = 0;
  for await (const file of files) {
    const entry: ZipEntry = { ...newEntry(file.name, modifiedAt, compressionLevel), offset };
    const header = localHeader(entry);
    yield header;
    for await (const piece of packed(file, entry, compressionLevel)) {
      entry.compressedBytes += piece.length;
      yield piece;
    }
    const descriptor = dataDescriptor(entry);
    yield descriptor;
    offset += header.length + entry.compressedBytes + descriptor.length;
    entries.push(entry);
  }
  let directoryBytes = 0;
  for (const entry of entries) {
    const record = centralRecord(entry);
    directoryBytes += record.length;
    yield record;
  }
  yield endOfZip({ count: entries.length, offset, sizeBytes: directoryBytes });
}

function newEntry(name: string, modifiedAt: number, compressionLevel: number) {
  return {
    name: nameBytes(name),
    modifiedAt,
    isStored: compressionLevel === 0,
    crc: 0,
    compressedBytes: 0,
    inflatedBytes: 0,
  };
}

function packed({ bytes, isOwn = false }: ZipInput, entry: ZipEntry, level: number): AsyncIterable<Uint8Array> {
  const pieces = noted(bytes instanceof Uint8Array ? [bytes] : bytes, entry);
  return entry.isStored ? pieces : deflated(pieces, { level, isOwn });
}

async function* noted(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  entry: ZipEntry,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    entry.crc = crc32(piece, entry.crc);
    entry.inflatedBytes += piece.length;
    yield piece;
  }
}

const nameBytesMax = 0xffff;

/** Throws for a name that leaves the folder which the zip is unpacked to. */
function nameBytes(name: string): Uint8Array {
  const given = name.replaceAll("\\", "/");
  const isInside = given !== "" && !/^(?:[a-z]:|\/)|\/$/i.test(given) && !given.split("/").includes("..");
  const bytes = Buffer.from(given);
  if (!isInside || bytes.length > nameBytesMax) throw new RangeError(`No file in a zip can be called "${name}".`);
  return bytes;
}
