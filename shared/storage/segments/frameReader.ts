import zlib from "node:zlib";
import type { Blobs } from "../ground/ground.ts";
import { decompress } from "./frames.ts";
import { giveBack } from "../../domain/giveBack.ts";
import { oneAhead } from "./oneAhead.ts";
import { type Prints, toPrints } from "./prints.ts";
import { readRange, type FrameEntry, type PiecePlace } from "./segments.ts";

/** Pieces `from` up to, not including, `below`, in one. */
interface PieceRange {
  readonly from: number;
  readonly below: number;
  readonly bytes: Promise<Buffer>;
  /** Whoever fetched it, and each unpacking under way: its memory is given back by the last one. */
  users: number;
}

/** Reads frames of one segment, in the way of `pieceReader`; who goes on in order gets each unpacked ahead. */
export function frameReader(
  blobs: Blobs,
  name: string,
  frames: readonly FrameEntry[],
  rangeBytesMax: number,
): (index: number) => Promise<Buffer> {
  const { hold, holds } = pieceReader(blobs, name, frames, rangeBytesMax);
  return oneAhead(async (index) => {
    const range = hold(index);
    const frame = frames[index];
    if (!range || !frame) throw new RangeError(`The segment "${name}" has no frame ${index}.`);
    return using(range, (bytes) => decompress(pieceOf(frames, range, index, bytes), frame.textBytes));
  }, holds);
}

/** The same for the prints of the frames' lines. All of them must have some. */
export function printsReader(
  blobs: Blobs,
  name: string,
  frames: readonly FrameEntry[],
  rangeBytesMax: number,
): (index: number) => Promise<Prints> {
  const places = frames.map(({ prints }) => prints ?? { offset: 0, sizeBytes: 0, crc32: 0 });
  const { hold } = pieceReader(blobs, name, places, rangeBytesMax);
  return async (index) => {
    const range = hold(index);
    if (!range) throw new RangeError(`The segment "${name}" has no prints ${index}.`);
    return using(range, async (bytes) => {
      const piece = Buffer.copyBytesFrom(pieceOf(places, range, index, bytes));
      if (zlib.crc32(piece) !== places[index]?.crc32) throw new Error(`The prints ${index} of "${name}" are damaged.`);
      return toPrints(piece);
    });
  };
}

function pieceOf(pieces: readonly PiecePlace[], { from }: PieceRange, index: number, bytes: Buffer): Buffer {
  const { offset, sizeBytes } = pieces[index]!;
  const start = offset - pieces[from]!.offset;
  return bytes.subarray(start, start + sizeBytes);
}

/**
 * Fetches pieces of one blob. A lone one costs one small request; whoever goes on in order gets ranges that double up to
 * `rangeBytesMax`, with the next one under way while the last one is used.
 */
function pieceReader(blobs: Blobs, name: string, pieces: readonly PiecePlace[], rangeBytesMax: number) {
  let held: PieceRange | undefined;
  let ahead: PieceRange | undefined;
  let rangeBytes = 0;

  const fetch = (from: number): PieceRange | undefined => {
    const below = endOfRange(pieces, from, rangeBytes);
    const [first, last] = [pieces[from], pieces[below - 1]];
    if (!first || !last) return undefined;
    const bytes = readRange(blobs, name, first.offset, last.offset + last.sizeBytes - first.offset);
    // A range that is read ahead may never be used; a failure shows to whoever uses it.
    bytes.catch(() => undefined);
    return { from, below, bytes, users: 1 };
  };

  const hold = (index: number): PieceRange | undefined => {
    if (covers(held, index)) return held;
    const isNext = held?.below === index;
    rangeBytes = isNext ? Math.min(rangeBytesMax, Math.max(2 * rangeBytes, pieces[index]?.sizeBytes ?? 0)) : 0;
    const isAhead = covers(ahead, index);
    leave(held);
    if (!isAhead) leave(ahead);
    held = isAhead ? ahead : fetch(index);
    ahead = isNext && held ? fetch(held.below) : undefined;
    return held;
  };

  return { hold, holds: (index: number) => covers(held, index) };
}

/** Its memory stays until then. */
async function using<T>(range: PieceRange, use: (bytes: Buffer) => Promise<T>): Promise<T> {
  range.users += 1;
  try {
    return await use(await range.bytes);
  } finally {
    leave(range);
  }
}

function leave(range: PieceRange | undefined): void {
  if (!range) return;
  range.users -= 1;
  if (range.users === 0) range.bytes.then(giveBack, () => undefined);
}

function covers(range: PieceRange | undefined, index: number): boolean {
  return range !== undefined && range.from <= index && index < range.below;
}

/** At least one piece, and as many more as fit and lie right behind it. */
function endOfRange(pieces: readonly PiecePlace[], from: number, rangeBytes: number): number {
  let below = from + 1;
  let last = pieces[from];
  let sizeBytes = last?.sizeBytes ?? 0;
  for (let next = pieces[below]; last && next; next = pieces[below]) {
    sizeBytes += next.sizeBytes;
    if (sizeBytes > rangeBytes || next.offset !== last.offset + last.sizeBytes) break;
    last = next;
    below += 1;
  }
  return below;
}
