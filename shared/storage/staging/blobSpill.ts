import type { Blobs } from "../ground/ground.ts";
import type { Frame } from "../segments/frames.ts";
import { segmentPart } from "../segments/lineParts.ts";
import { readFooter, writeSegments } from "../segments/segments.ts";
import type { Spill } from "./spill.ts";

/** Stores frames, packed, in a blob of a name that none has yet. There must be one frame at least. */
export async function blobSpill(
  blobs: Blobs,
  name: string,
  frames: AsyncIterable<Frame>,
  textBytes: number,
): Promise<Spill> {
  const plan = { columns: [], segmentBytes: Infinity, nameOf: () => name };
  const [segment] = await writeSegments(blobs, frames, plan);
  if (!segment) throw new Error("A spill without lines was to be stored.");
  return {
    isLocal: false,
    textBytes,
    part: (rangeBytesMax) => segmentPart(blobs, (one) => readFooter(blobs, one), segment, rangeBytesMax),
    remove: async () => void (await blobs.remove(name)),
  };
}
