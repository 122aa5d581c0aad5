import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompressSync } from "node:zlib";

/** Lines of ascending keys as one piece of UTF-8 text. */
export interface Frame {
  readonly firstKey: string;
  readonly lastKey: string;
  readonly lineCount: number;
  /** The greatest number (sequence or source line) in it. */
  readonly numberMax: number;
  readonly bytes: Uint8Array;
}

/** Collects lines until they make a frame. */
export interface FramePacker {
  readonly frameBytes: number;
  lines: string[];
  firstKey: string;
  lastKey: string;
  numberMax: number;
  characters: number;
}

export function framePacker(frameBytes: number): FramePacker {
  return { frameBytes, lines: [], firstKey: "", lastKey: "", numberMax: 0, characters: 0 };
}

/** Adds a line and tells whether the frame is full. */
export function packLine(packer: FramePacker, key: string, number: number, line: string): boolean {
  if (packer.lines.length === 0) packer.firstKey = key;
  packer.lines.push(line);
  packer.lastKey = key;
  if (number > packer.numberMax) packer.numberMax = number;
  packer.characters += line.length + 1;
  return packer.characters >= packer.frameBytes;
}

/** The lines so far as a frame, and an empty packer; undefined when there are none. */
export function takeFrame(packer: FramePacker): Frame | undefined {
  if (packer.lines.length === 0) return undefined;
  const { numberMax, lines } = packer;
  // A key is often a view into the text that it was read from; kept in an index, it would keep all of that in memory.
  const [firstKey, lastKey] = [structuredClone(packer.firstKey), structuredClone(packer.lastKey)];
  const frame = { firstKey, lastKey, numberMax, lineCount: lines.length, bytes: Buffer.from(lines.join("\n")) };
  Object.assign(packer, framePacker(packer.frameBytes));
  return frame;
}

// Level 1 is the fastest and, on short repeating lines, packs as tightly as level 3. The checksum finds damage.
const compression = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
  chunkSize: 256 * 1024,
};
const compressAsync = promisify(zstdCompress);

/** Runs beside the event loop. */
export async function compress(bytes: Uint8Array): Promise<Buffer> {
  return compressAsync(bytes, compression);
}

/** Throws when the bytes are damaged or more than `sizeBytes` come out. */
export async function decompress(bytes: Uint8Array, sizeBytes: number): Promise<string> {
  // A frame is done in a millisecond, half of what the way to another thread costs; but requests go first.
  await setImmediate();
  // One chunk of the right size spares a copy.
  const text = zstdDecompressSync(bytes, { chunkSize: Math.max(64, sizeBytes), maxOutputLength: sizeBytes });
  return text.toString("utf8");
}
