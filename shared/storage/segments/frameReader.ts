import type { Blobs } from "../ground/ground.ts";
import { decompress } from "./frames.ts";
import { giveBack } from "./giveBack.ts";
import { oneAhead } from "./oneAhead.ts";
import { readRange, type FrameEntry } from "./segments.ts";

/** Frames `from` up to, not including, `below`, in one piece. */
interface FrameRange {
  readonly from: number;
  readonly below: number;
  readonly bytes: Promise<Buffer>;
  /** Whoever fetched it, and each unpacking under way: its memory is given back by the last one. */
  users: number;
}

/**
 * Reads frames of one segment. A lone frame costs one small request; whoever goes on in order gets ranges that
 * double up to `rangeBytesMax`, with the next one under way while the last one is used.
 */
export function frameReader(
  blobs: Blobs,
  name: string,
  frames: readonly FrameEntry[],
  rangeBytesMax: number,
): (index: number) => Promise<Buffer> {
  let held: FrameRange | undefined;
  let ahead: FrameRange | undefined;
  let rangeBytes = 0;

  const fetch = (from: number): FrameRange | undefined => {
    const below = endOfRange(frames, from, rangeBytes);
    const [first, last] = [frames[from], frames[below - 1]];
    if (!first || !last) return undefined;
    const bytes = readRange(blobs, name, first.offset, last.offset + last.sizeBytes - first.offset);
    // A range that is read ahead may never be used; a failure shows to whoever uses it.
    bytes.catch(() => undefined);
    return { from, below, bytes, users: 1 };
  };

  const hold = (index: number): FrameRange | undefined => {
    if (covers(held, index)) return held;
    const isNext = held?.below === index;
    rangeBytes = isNext ? Math.min(rangeBytesMax, Math.max(2 * rangeBytes, frames[index]?.sizeBytes ?? 0)) : 0;
    const isAhead = covers(ahead, index);
    leave(held);
    if (!isAhead) leave(ahead);
    held = isAhead ? ahead : fetch(index);
    ahead = isNext && held ? fetch(held.below) : undefined;
    return held;
  };

  return oneAhead(
    async (index) => {
      const range = hold(index);
      const [first, frame] = [frames[range?.from ?? 0], frames[index]];
      if (!range || !first || !frame) throw new RangeError(`The segment "${name}" has no frame ${index}.`);
      return unpack(range, frame, frame.offset - first.offset);
    },
    (index) => covers(held, index),
  );
}

async function unpack(range: FrameRange, { sizeBytes, textBytes }: FrameEntry, start: number): Promise<Buffer> {
  range.users += 1;
  try {
    return await decompress((await range.bytes).subarray(start, start + sizeBytes), textBytes);
  } finally {
    leave(range);
  }
}

function leave(range: FrameRange | undefined): void {
  if (!range) return;
  range.users -= 1;
  if (range.users === 0) range.bytes.then(giveBack, () => undefined);
}

function covers(range: FrameRange | undefined, index: number): boolean {
  return range !== undefined && range.from <= index && index < range.below;
}

/** At least one frame, and as many more as fit. */
function endOfRange(frames: readonly FrameEntry[], from: number, rangeBytes: number): number {
  let below = from + 1;
  let sizeBytes = frames[from]?.sizeBytes ?? 0;
  for (let frame = frames[below]; frame && sizeBytes + frame.sizeBytes <= rangeBytes; frame = frames[below]) {
    sizeBytes += frame.sizeBytes;
    below += 1;
  }
  return below;
}
