import zlib from "node:zlib";
import type { Blobs } from "../ground/ground.ts";
import { type Compressor, compressor } from "./compressor.ts";
import { decompress, type Frame } from "./frames.ts";
import { giveBack } from "../../domain/giveBack.ts";
import { type PrintPlan, toBytes } from "./prints.ts";

/** Where a piece of a blob lies. */
export interface PiecePlace {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** One frame's place in its segment, and that of its lines' prints. */
export interface FrameEntry extends PiecePlace {
  readonly firstKey: string;
  readonly numberMax: number;
  readonly textBytes: number;
  /** Missing where there are none. */
  prints?: PiecePlace & { readonly crc32: number };
}

/** Stands at the end of a segment; column names stand here once, not in every line. */
export interface SegmentFooter {
  readonly columns: readonly string[];
  readonly frames: readonly FrameEntry[];
  /** Missing in the segments of earlier versions. */
  readonly prints?: PrintPlan;
}

/** All that a reader needs to find its way into an immutable blob of frames. */
export interface Segment {
  readonly name: string;
  readonly sizeBytes: number;
  readonly footerOffset: number;
  readonly footerTextBytes: number;
  readonly lineCount: number;
  readonly firstKey: string;
  readonly lastKey: string;
  readonly numberMax: number;
}

export interface SegmentPlan {
  readonly columns: readonly string[];
  readonly segmentBytes: number;
  /** By which the frames' prints were made; undefined where they have none. */
  readonly prints?: PrintPlan | undefined;
  /** With frames of no more bytes a segment is read at once, so that prints would spare nothing, and are left out. */
  readonly printlessBytes?: number;
  /** A name that no blob has yet. */
  readonly nameOf: (index: number) => string;
}

interface OpenSegment {
  readonly frames: FrameEntry[];
  /** Of the last frames, not stored yet. */
  prints: Buffer[];
  printsBytes: number;
  offset: number;
  lineCount: number;
  numberMax: number;
  lastKey: string;
  footerTextBytes: number;
}

/** Packing goes on with the next ones, while whoever makes and stores frames does not come to the packed ones. */
const framesUnderWayMax = 3;
/** So many are read at once. */
const printsBytesUsual = 1024 * 1024;

/** Stores frames of ascending keys in as many segments as they need; none for no frame. */
export async function writeSegments(blobs: Blobs, frames: AsyncIterable<Frame>, plan: SegmentPlan): Promise<Segment[]> {
  const source = frames[Symbol.asyncIterator]();
  const segments: Segment[] = [];
  const packer = compressor();
  try {
    let next = await source.next();
    while (!next.done) {
      const open = openSegment();
      const name = plan.nameOf(segments.length);
      const packed = packSegment(open, next, source, { ...plan, packer });
      const stored = await blobs.putStream(name, packed.bytes, { condition: "new" });
      if (!stored) throw new Error(`The segment "${name}" exists already.`);
      segments.push(toSegment(name, stored.sizeBytes, open));
      next = packed.following();
    }
  } finally {
    packer.close();
    await source.return?.();
  }
  return segments;
}

function toFooterText(open: OpenSegment, footer: SegmentFooter): Buffer {
  const text = Buffer.from(JSON.stringify(footer));
  open.footerTextBytes = text.length;
  return text;
}

function openSegment(): OpenSegment {
  return {
    frames: [],
    prints: [],
    printsBytes: 0,
    offset: 0,
    lineCount: 0,
    numberMax: 0,
    lastKey: "",
    footerTextBytes: 0,
  };
}

/** The bytes of one segment as they are asked for, and afterwards the frame that did not go into it. */
function packSegment(
  open: OpenSegment,
  first: IteratorResult<Frame>,
  source: AsyncIterator<Frame>,
  { packer, segmentBytes, columns, prints, printlessBytes = 0 }: SegmentPlan & { readonly packer: Compressor },
): { readonly bytes: AsyncIterable<Uint8Array>; readonly following: () => IteratorResult<Frame> } {
  let next = first;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    const underWay: { readonly frame: Frame; readonly packing: Promise<readonly Buffer[]> }[] = [];
    let bytesUnderWay = 0;
    // Several parts lie in one piece of memory, which whoever takes them has copied when the next one begins.
    let last: Buffer | undefined;
    for (;;) {
      // Packed they take no more than this, so that a segment is cut where it would be with one at a time.
      while (!next.done && underWay.length < framesUnderWayMax && open.offset + bytesUnderWay < segmentBytes) {
        const frame = next.value;
        const packing = packer.compress(frame.bytes);
        // A failure to pack shows at the await below.
        packing.catch(() => undefined);
        underWay.push({ frame, packing });
        bytesUnderWay += frame.bytes.length;
        next = await source.next();
      }
      const first = underWay.shift();
      if (!first) break;
      const packed = await first.packing;
      bytesUnderWay -= first.frame.bytes.length;
      first.frame.release();
      addFrame(open, first.frame, sizeOf(packed));
      for (const part of packed) {
        yield part;
        if (last && last.buffer !== part.buffer) giveBack(last);
        last = part;
      }
      if (open.printsBytes >= printsBytesUsual) yield takePrints(open);
    }
    if (open.printsBytes > 0 && open.offset > printlessBytes) yield takePrints(open);
    const { frames } = open;
    const known = frames.at(-1)?.prints && prints;
    yield* await packer.compress(toFooterText(open, { columns, frames, ...(known && { prints: known }) }));
  }
  return { bytes: bytes(), following: () => next };
}

function sizeOf(parts: readonly Buffer[]): number {
  return parts.reduce((sizeBytes, part) => sizeBytes + part.length, 0);
}

function toSegment(name: string, sizeBytes: number, open: OpenSegment): Segment {
  const { footerTextBytes, lineCount, numberMax, lastKey } = open;
  const firstKey = open.frames[0]?.firstKey ?? "";
  return { name, sizeBytes, footerOffset: open.offset, footerTextBytes, lineCount, firstKey, lastKey, numberMax };
}

function addFrame(open: OpenSegment, frame: Frame, sizeBytes: number): void {
  const { firstKey, numberMax, bytes, prints } = frame;
  open.frames.push({ firstKey, numberMax, offset: open.offset, sizeBytes, textBytes: bytes.length });
  if (prints) open.printsBytes += open.prints[open.prints.push(toBytes(prints)) - 1]!.length;
  open.offset += sizeBytes;
  open.lineCount += frame.lineCount;
  open.numberMax = Math.max(open.numberMax, numberMax);
  open.lastKey = frame.lastKey;
}

/** Stored behind their frames, so that many are read at once, and none of the frames with them. */
function takePrints(open: OpenSegment): Buffer {
  const { prints, printsBytes, frames } = open;
  for (const [index, bytes] of prints.entries()) {
    frames.at(index - prints.length)!.prints = {
      offset: open.offset,
      sizeBytes: bytes.length,
      crc32: zlib.crc32(bytes),
    };
    open.offset += bytes.length;
  }
  Object.assign(open, { prints: [], printsBytes: 0 });
  return Buffer.concat(prints, printsBytes);
}

/** The footer, by one range read. */
export async function readFooter(blobs: Blobs, segment: Segment): Promise<SegmentFooter> {
  const { name, footerOffset, sizeBytes } = segment;
  return toFooter(segment, await readRange(blobs, name, footerOffset, sizeBytes - footerOffset));
}

export async function toFooter({ footerTextBytes }: Segment, bytes: Uint8Array): Promise<SegmentFooter> {
  return JSON.parse((await decompress(bytes, footerTextBytes)).toString("utf8")) as SegmentFooter;
}

export async function readRange(blobs: Blobs, name: string, offset: number, length: number): Promise<Buffer> {
  const chunks = await blobs.read(name, offset, length);
  if (!chunks) throw new Error(`The segment "${name}" is gone: this read outlived the grace of the garbage removal.`);
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  for await (const chunk of chunks) {
    if (filled + chunk.length > length) break;
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  if (filled !== length) throw new Error(`The segment "${name}" is shorter than its manifest says.`);
  return bytes;
}
