import type { Blobs } from "../../storage/ground/ground.ts";
import { frameReader } from "../../storage/segments/frameReader.ts";
import { readFooter, type Segment } from "../../storage/segments/segments.ts";
import { whyUnreadable } from "../walk.ts";

const rangeBytesMax = 4 * 1024 * 1024;
const lineFeed = 0x0a;

/** What is wrong with the bytes of a segment; each frame has a checksum of its own. */
export async function whySegmentIll(
  blobs: Blobs,
  segment: Segment,
  sizeBytes: number,
  isQuick: boolean,
): Promise<string | undefined> {
  if (sizeBytes !== segment.sizeBytes) return `It has ${sizeBytes} bytes, and its manifest says ${segment.sizeBytes}.`;
  if (isQuick) return undefined;
  try {
    const { frames } = await readFooter(blobs, segment);
    const read = frameReader(blobs, segment.name, frames, rangeBytesMax);
    let lines = 0;
    for (const index of frames.keys()) lines += countLines(await read(index));
    return lines === segment.lineCount
      ? undefined
      : `It has ${lines} records, and its manifest says ${segment.lineCount}.`;
  } catch (error) {
    return `It cannot be read: ${whyUnreadable(error)}`;
  }
}

/** There is a line feed between two of them. */
function countLines(bytes: Buffer): number {
  let count = 1;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count += 1;
  return count;
}
