import { crc32, deflateRawSync } from "node:zlib";

/** One entry of a hand-made zip. Everything but name and data is for lies: what the headers say instead of the truth. */
export interface CraftedEntry {
  readonly name: string | Uint8Array;
  readonly data: Uint8Array;
  readonly isStored?: boolean;
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  readonly inflatedBytes?: number;
  readonly compressedBytes?: number;
  readonly unixMode?: number;
  readonly localName?: string;
  readonly localFlags?: number;
  readonly localExtraBytes?: number;
  readonly extra?: Uint8Array;
  /** Instead of writing data, point to those of the entry with this index. */
  readonly sharesDataOf?: number;
}

export interface CraftedDirectory {
  readonly entryCount?: number;
  readonly offset?: number;
}

/** Builds a zip as it is told, valid or not. */
export function craftZip(entries: readonly CraftedEntry[], directory: CraftedDirectory = {}): Buffer {
  const locals: Buffer[] = [];
  const records: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const entry of entries) {
    const packed = entry.isStored === true ? Buffer.from(entry.data) : deflateRawSync(entry.data);
    const shared = entry.sharesDataOf === undefined ? undefined : offsets[entry.sharesDataOf];
    offsets.push(shared ?? offset);
    records.push(directoryRecord(entry, packed, shared ?? offset));
    if (shared !== undefined) continue;
    const local = Buffer.concat([localHeader(entry, packed), packed]);
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(records);
  const count = directory.entryCount ?? entries.length;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(directory.offset ?? offset, 16);
  return Buffer.concat([...locals, central, end]);
}

function localHeader(entry: CraftedEntry, packed: Buffer): Buffer {
  const name = Buffer.from(entry.localName ?? entry.name);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  writeSizes(header, entry, packed, 6, entry.localFlags ?? entry.flags);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(entry.localExtraBytes ?? 0, 28);
  return Buffer.concat([header, name]);
}

function directoryRecord(entry: CraftedEntry, packed: Buffer, offset: number): Buffer {
  const name = Buffer.from(entry.name);
  const extra = Buffer.from(entry.extra ?? []);
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE((3 << 8) | 20, 4);
  record.writeUInt16LE(20, 6);
  writeSizes(record, entry, packed, 8, entry.flags);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE(((entry.unixMode ?? 0) << 16) >>> 0, 38);
  record.writeUInt32LE(offset, 42);
  return Buffer.concat([record, name, extra]);
}

// Flags, method, time, date, checksum and the two sizes stand in this order in both headers.
function writeSizes(header: Buffer, entry: CraftedEntry, packed: Buffer, at: number, flags = 0x800): void {
  header.writeUInt16LE(flags, at);
  header.writeUInt16LE(entry.method ?? (entry.isStored === true ? 0 : 8), at + 2);
  header.writeUInt32LE(entry.crc ?? crc32(entry.data), at + 8);
  header.writeUInt32LE(entry.compressedBytes ?? packed.length, at + 12);
  header.writeUInt32LE(entry.inflatedBytes ?? entry.data.length, at + 16);
}
