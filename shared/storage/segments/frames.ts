import { setImmediate } from "node:timers/promises";
import zlib, { type ZstdOptions } from "node:zlib";
import { twiceAsLong } from "../../domain/lineBuffer.ts";
import { keyAt, lineFeed } from "../../domain/recordLines.ts";
import type { ByteRange } from "./byteRange.ts";
import { type Printer, type Prints, printWords } from "./prints.ts";

/** Lines of ascending keys as one piece of UTF-8 text, with line feeds between them. */
export interface Frame {
  readonly firstKey: string;
  readonly lastKey: string;
  readonly lineCount: number;
  /** The greatest number (sequence or source line) in it. */
  readonly numberMax: number;
  readonly bytes: Buffer;
  /** Of its lines, where they are asked for. */
  readonly prints?: Prints | undefined;
  /** Gives the memory back, once nobody reads the bytes any more. */
  readonly release: () => void;
}

/** Collects lines until they make a frame. */
export interface FramePacker {
  readonly frameBytes: number;
  bytes: Buffer;
  filled: number;
  lineCount: number;
  lastStart: number;
  numberMax: number;
  readonly print: Printer | undefined;
  prints: Prints;
  /** Memory of earlier frames, to be used again: as garbage it would lie about until the collector sees it. */
  readonly spare: Buffer[];
}

export function framePacker(frameBytes: number, print?: Printer): FramePacker {
  const empty = { bytes: nothing, filled: 0, lineCount: 0, lastStart: 0, numberMax: 0 };
  return { ...empty, frameBytes, print, prints: new Uint32Array(print ? printWords * linesUsual : 0), spare: [] };
}

const nothing = Buffer.alloc(0);
/** A frame of shorter lines makes the list of their prints grow. */
const linesUsual = 2048;
const spareMax = 3;

/** Adds a line and tells whether the frame is full. */
export function packLine(packer: FramePacker, number: number, bytes: Buffer, start: number, end: number): boolean {
  begin(packer, end - start);
  packer.filled += bytes.copy(packer.bytes, packer.filled, start, end);
  return finish(packer, number);
}

/** The same for a line that is put together from its key, its number with tabs around it, and its values. */
export function packParts(
  packer: FramePacker,
  number: number,
  key: ByteRange,
  numberBytes: Buffer,
  values: ByteRange,
): boolean {
  begin(packer, key.end - key.start + numberBytes.length + values.end - values.start);
  packer.filled += key.bytes.copy(packer.bytes, packer.filled, key.start, key.end);
  packer.filled += numberBytes.copy(packer.bytes, packer.filled);
  packer.filled += values.bytes.copy(packer.bytes, packer.filled, values.start, values.end);
  return finish(packer, number);
}

/** The lines so far as a frame, and an empty packer; undefined when there are none. */
export function takeFrame(packer: FramePacker): Frame | undefined {
  const { lineCount, numberMax, lastStart, filled, bytes: memory, spare, print } = packer;
  if (lineCount === 0) return undefined;
  // Without the line feed behind the last line.
  const bytes = memory.subarray(0, filled - 1);
  const release = (): void => {
    if (spare.length < spareMax) spare.push(memory);
  };
  Object.assign(packer, { bytes: spare.pop() ?? nothing, filled: 0, lineCount: 0, lastStart: 0, numberMax: 0 });
  const prints = print && packer.prints.slice(0, printWords * lineCount);
  return { firstKey: keyAt(bytes, 0), lastKey: keyAt(bytes, lastStart), lineCount, numberMax, bytes, prints, release };
}

/** What a line of usual length may take beyond the size of a frame, so that few frames are copied when they are full. */
const lineBytesUsual = 4 * 1024;

function begin(packer: FramePacker, lineBytes: number): void {
  const { bytes, filled, frameBytes } = packer;
  packer.lastStart = filled;
  if (filled + lineBytes + 1 <= bytes.length) return;
  packer.bytes = Buffer.allocUnsafeSlow(Math.max(frameBytes + lineBytesUsual, 2 * filled, filled + lineBytes + 1));
  bytes.copy(packer.bytes, 0, 0, filled);
}

function finish(packer: FramePacker, number: number): boolean {
  if (packer.print) notePrint(packer, packer.print);
  packer.bytes[packer.filled] = lineFeed;
  packer.filled += 1;
  packer.lineCount += 1;
  if (number > packer.numberMax) packer.numberMax = number;
  return packer.filled >= packer.frameBytes;
}

function notePrint(packer: FramePacker, print: Printer): void {
  const at = printWords * packer.lineCount;
  if (at + printWords > packer.prints.length) packer.prints = twiceAsLong(packer.prints);
  print(packer.bytes, packer.lastStart, packer.filled, packer.prints, at);
}

/** Less is done before another thread would have begun. */
const bytesBesideMin = 64 * 1024;

/** Throws when the bytes are damaged or more than `sizeBytes` come out. What is large is done beside the event loop. */
export async function decompress(bytes: Uint8Array, sizeBytes: number): Promise<Buffer> {
  // One chunk of the right size spares a copy, and with a byte left over nobody makes room for more and looks for it.
  const options = { chunkSize: Math.max(64, sizeBytes + 1), maxOutputLength: sizeBytes };
  if (sizeBytes >= bytesBesideMin) return decompressAsync(bytes, options);
  // Requests go first.
  await setImmediate();
  return zlib.zstdDecompressSync(bytes, options);
}

/** False with a Node that has no zstd, before 22.15. */
export function canDecompress(): boolean {
  return typeof zlib.zstdDecompress === "function";
}

/** Named when it is called: the command line loads this with a Node that has none, and does without. */
function decompressAsync(bytes: Uint8Array, options: ZstdOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    zlib.zstdDecompress(bytes, options, (error, unpacked) => (error ? reject(error) : resolve(unpacked)));
  });
}
