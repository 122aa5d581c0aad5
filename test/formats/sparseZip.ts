import { crc32 } from "node:zlib";
import type { RandomAccess } from "../../shared/formats/randomAccess.ts";

/** Bytes at a place; between the pieces there are zeros. */
export interface ZipPiece {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** A stored entry: some bytes, or so many zeros that nobody holds, with their checksum. */
type SparseEntry = { readonly name: string } & (
  | { readonly bytes: Buffer }
  | { readonly zeroBytes: number; readonly crc: number }
);

const extraBytes = 20;
const escaped32 = 0xffffffff;

/** An archive of stored entries beyond what 32 bits hold, of which only headers and what is no zero exist. */
export function sparseZip(entries: readonly SparseEntry[]): {
  readonly sizeBytes: number;
  readonly pieces: readonly ZipPiece[];
} {
  const pieces: ZipPiece[] = [];
  const records: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const facts = { name: Buffer.from(entry.name), offset, ...sizeOf(entry) };
    const local = headerOf(facts);
    pieces.push({ offset, bytes: "bytes" in entry ? Buffer.concat([local, entry.bytes]) : local });
    records.push(recordOf(facts));
    offset += local.length + facts.sizeBytes;
  }
  const directory = Buffer.concat(records);
  const end = Buffer.concat([directory, endOf(entries.length, directory.length, offset)]);
  pieces.push({ offset, bytes: end });
  return { sizeBytes: offset + end.length, pieces };
}

/** The archive as storage gives it. */
export function sparseAccess({ sizeBytes, pieces }: ReturnType<typeof sparseZip>): RandomAccess {
  return {
    sizeBytes,
    async *read(offset, length) {
      const chunkBytes = 64 * 1024;
      for (let at = offset; at < offset + length; at += chunkBytes) {
        const chunk = Buffer.alloc(Math.min(chunkBytes, offset + length - at));
        for (const piece of pieces) {
          const from = Math.max(0, at - piece.offset);
          const below = Math.min(piece.bytes.length, at + chunk.length - piece.offset);
          if (from < below) piece.bytes.copy(chunk, piece.offset + from - at, from, below);
        }
        yield chunk;
      }
    },
  };
}

interface Facts {
  readonly name: Buffer;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly crc: number;
}

function sizeOf(entry: SparseEntry): Pick<Facts, "sizeBytes" | "crc"> {
  if ("bytes" in entry) return { sizeBytes: entry.bytes.length, crc: crc32(entry.bytes) };
  return { sizeBytes: entry.zeroBytes, crc: entry.crc };
}

function headerOf({ name, sizeBytes, crc }: Facts): Buffer {
  const header = Buffer.alloc(30 + extraBytes);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(45, 4);
  header.writeUInt16LE(0x800, 6);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(escaped32, 18);
  header.writeUInt32LE(escaped32, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extraBytes, 28);
  return Buffer.concat([header.subarray(0, 30), name, extraOf([sizeBytes, sizeBytes])]);
}

function recordOf({ name, offset, sizeBytes, crc }: Facts): Buffer {
  const extra = extraOf([sizeBytes, sizeBytes, offset]);
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE((3 << 8) | 45, 4);
  record.writeUInt16LE(45, 6);
  record.writeUInt16LE(0x800, 8);
  record.writeUInt32LE(crc, 16);
  record.writeUInt32LE(escaped32, 20);
  record.writeUInt32LE(escaped32, 24);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE(escaped32, 42);
  return Buffer.concat([record, name, extra]);
}

function extraOf(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return extra;
}

/** The end in 64 bits, where to find it, and the end that refers to them. */
function endOf(count: number, directoryBytes: number, directoryOffset: number): Buffer {
  const end = Buffer.alloc(56 + 20 + 22);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(45, 12);
  end.writeUInt16LE(45, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(directoryBytes), 40);
  end.writeBigUInt64LE(BigInt(directoryOffset), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 64);
  end.writeUInt32LE(1, 72);
  end.writeUInt32LE(0x06054b50, 76);
  end.writeUInt16LE(0xffff, 84);
  end.writeUInt16LE(0xffff, 86);
  end.writeUInt32LE(escaped32, 88);
  end.writeUInt32LE(escaped32, 92);
  return end;
}
