import type { Blobs } from "../../storage/ground/ground.ts";
import { printerFor } from "../../storage/entityStore/layers.ts";
import { frameReader, printsReader } from "../../storage/segments/frameReader.ts";
import { newPrint } from "../../storage/segments/prints.ts";
import { readFooter, type Segment, type SegmentFooter } from "../../storage/segments/segments.ts";
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
    const footer = await readFooter(blobs, segment);
    const read = frameReader(blobs, segment.name, footer.frames, rangeBytesMax);
    const areHashesIll = hashesOf(blobs, segment, footer);
    let lines = 0;
    for (const index of footer.frames.keys()) {
      const frame = await read(index);
      if (await areHashesIll(index, frame)) return `A hash of frame ${index} is not that of its record.`;
      lines += countLines(frame);
    }
    return lines === segment.lineCount
      ? undefined
      : `It has ${lines} records, and its manifest says ${segment.lineCount}.`;
  } catch (error) {
    return `It cannot be read: ${whyUnreadable(error)}`;
  }
}

/** Whether the hashes that lie beside a frame are others than those of its lines. */
function hashesOf(
  blobs: Blobs,
  { name }: Segment,
  { frames, columns, prints: plan }: SegmentFooter,
): (index: number, frame: Buffer) => Promise<boolean> {
  if (!plan) return async () => false;
  const read = printsReader(blobs, name, frames, rangeBytesMax);
  const print = printerFor(plan, columns);
  const own = newPrint();
  return async (index, frame) => {
    const prints = await read(index);
    let at = 0;
    for (let start = 0; start < frame.length; at += own.length) {
      const found = frame.indexOf(lineFeed, start);
      const end = found < 0 ? frame.length : found;
      print(frame, start, end, own, 0);
      if (own.some((word, place) => word !== prints[at + place])) return true;
      start = end + 1;
    }
    return at !== prints.length;
  };
}

/** There is a line feed between two of them. */
function countLines(bytes: Buffer): number {
  let count = 1;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count += 1;
  return count;
}
