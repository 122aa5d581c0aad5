/**
 * The records of a zip around the bytes of its files, as APPNOTE.TXT has them
 * (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
 */

/** A file in a zip; its sizes and checksum grow while its bytes go by. */
export interface ZipEntry {
  readonly name: Uint8Array;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  /** As it is, not deflated. */
  readonly isStored: boolean;
  /** Of its local header in the zip. */
  readonly offset: number;
  crc: number;
  compressedBytes: number;
  inflatedBytes: number;
}

const versionUsual = 20;
const versionZip64 = 45;
/** Of a Unix, by version 6.3 of the specification. */
const madeBy = (3 << 8) | 63;
/** A plain file that its owner and group may write. */
const fileMode = 0o100664 * 0x10000;
/** Names are UTF-8; checksum and sizes follow behind the bytes. */
const flags = (1 << 11) | (1 << 3);
const deflate = 8;
const in32Bits = 0xffff_ffff;
const in16Bits = 0xffff;

export function localHeader(entry: ZipEntry): Buffer {
  const record = Buffer.alloc(30);
  record.writeUInt32LE(0x04034b50, 0);
  writeFacts(record.subarray(4), entry, versionUsual);
  return Buffer.concat([record, entry.name]);
}

/** What version and flags, method, time, and the length of the name are, where both headers have them in this order. */
function writeFacts(record: Buffer, { name, modifiedAt, isStored }: ZipEntry, version: number): void {
  const { time, date } = dosTime(modifiedAt);
  record.writeUInt16LE(version, 0);
  record.writeUInt16LE(flags, 2);
  record.writeUInt16LE(isStored ? 0 : deflate, 4);
  record.writeUInt16LE(time, 6);
  record.writeUInt16LE(date, 8);
  record.writeUInt16LE(name.length, 22);
}

export function dataDescriptor(entry: ZipEntry): Buffer {
  const { crc, compressedBytes, inflatedBytes } = entry;
  const isLong = isZip64(entry);
  const record = Buffer.alloc(isLong ? 24 : 16);
  record.writeUInt32LE(0x08074b50, 0);
  record.writeUInt32LE(crc, 4);
  if (isLong) {
    writeLong(record, compressedBytes, 8);
    writeLong(record, inflatedBytes, 16);
  } else {
    record.writeUInt32LE(compressedBytes, 8);
    record.writeUInt32LE(inflatedBytes, 12);
  }
  return record;
}

export function centralRecord(entry: ZipEntry): Buffer {
  const { crc, name, offset, compressedBytes, inflatedBytes } = entry;
  const isLong = isZip64(entry);
  const extra = isLong ? zip64Extra(entry) : Buffer.alloc(0);
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(madeBy, 4);
  writeFacts(record.subarray(6), entry, isLong ? versionZip64 : versionUsual);
  record.writeUInt32LE(crc, 16);
  record.writeUInt32LE(isLong ? in32Bits : compressedBytes, 20);
  record.writeUInt32LE(isLong ? in32Bits : inflatedBytes, 24);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE(fileMode, 38);
  record.writeUInt32LE(isLong ? in32Bits : offset, 42);
  return Buffer.concat([record, name, extra]);
}

function zip64Extra({ compressedBytes, inflatedBytes, offset }: ZipEntry): Buffer {
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(0x0001, 0);
  extra.writeUInt16LE(24, 2);
  writeLong(extra, inflatedBytes, 4);
  writeLong(extra, compressedBytes, 12);
  writeLong(extra, offset, 20);
  return extra;
}

/** Where the central directory lies, and how many records it has. */
interface Directory {
  readonly count: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

export function endOfZip(directory: Directory): Buffer {
  const { count, offset, sizeBytes } = directory;
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(Math.min(count, in16Bits), 8);
  record.writeUInt16LE(Math.min(count, in16Bits), 10);
  record.writeUInt32LE(Math.min(sizeBytes, in32Bits), 12);
  record.writeUInt32LE(Math.min(offset, in32Bits), 16);
  const isLong = count >= in16Bits || sizeBytes >= in32Bits || offset >= in32Bits;
  return isLong ? Buffer.concat([zip64End(directory), record]) : record;
}

/** The record of a directory out of reach, and where to find it. */
function zip64End({ count, offset, sizeBytes }: Directory): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(0x06064b50, 0);
  writeLong(record, 56 - 12, 4);
  record.writeUInt16LE(madeBy, 12);
  record.writeUInt16LE(versionZip64, 14);
  writeLong(record, count, 24);
  writeLong(record, count, 32);
  writeLong(record, sizeBytes, 40);
  writeLong(record, offset, 48);
  record.writeUInt32LE(0x07064b50, 56);
  writeLong(record, offset + sizeBytes, 56 + 8);
  record.writeUInt32LE(1, 56 + 16);
  return record;
}

function isZip64({ compressedBytes, inflatedBytes, offset }: ZipEntry): boolean {
  return Math.max(compressedBytes, inflatedBytes, offset) >= in32Bits;
}

function writeLong(record: Buffer, value: number, at: number): void {
  record.writeBigUInt64LE(BigInt(value), at);
}

const firstTime = Date.UTC(1980, 0, 1);
const lastTime = Date.UTC(2107, 11, 31, 23, 59, 58);

/** The zip stores a time without a zone, in steps of two seconds; it is UTC on every machine. */
function dosTime(epochMs: number): { readonly time: number; readonly date: number } {
  const at = new Date(Math.min(Math.max(epochMs, firstTime), lastTime));
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | Math.floor(at.getUTCSeconds() / 2);
  return { time, date };
}
