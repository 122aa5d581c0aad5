import type { Blobs } from "../ground/ground.ts";
import { frameReader, printsReader } from "./frameReader.ts";
import { decompress } from "./frames.ts";
import type { PrintPlan, Prints } from "./prints.ts";
import { readFooter, readRange, toFooter, type Segment, type SegmentFooter } from "./segments.ts";

/** Lines in ascending key order that are read frame by frame: a stored segment, or a sorted buffer. */
export interface LinePart {
  readonly firstKey: string;
  readonly lastKey: string;
  readonly numberMax: number;
  open(): Promise<OpenPart>;
  /** Undefined where its lines have no prints; it may be missing where reading the lines is as cheap. */
  openPrints?(): Promise<OpenPrints | undefined>;
}

export interface OpenPart {
  readonly columns: readonly string[];
  readonly frames: readonly { readonly firstKey: string; readonly numberMax: number }[];
  readFrame(frame: number): Promise<Buffer>;
}

/** The prints of a part's lines, to be read frame by frame. */
export interface OpenPrints {
  readonly plan: PrintPlan;
  readonly columns: readonly string[];
  readonly frames: readonly { readonly firstKey: string }[];
  readPrints(frame: number): Promise<Prints>;
}

export type FooterSource = (segment: Segment) => Promise<SegmentFooter>;

/** Footers never change under their segment's name, so the last `footersMax` are kept. */
export function footerCache(blobs: Blobs, footersMax: number): FooterSource {
  const kept = new Map<string, Promise<SegmentFooter>>();
  return (segment) => {
    const footer = kept.get(segment.name) ?? readFooter(blobs, segment);
    // Deleting and setting moves it to the end: the first in the map is the one that was not used for longest.
    kept.delete(segment.name);
    kept.set(segment.name, footer);
    footer.catch(() => kept.delete(segment.name));
    for (const name of kept.keys()) {
      if (kept.size <= footersMax) break;
      kept.delete(name);
    }
    return footer;
  };
}

export function segmentPart(blobs: Blobs, footerOf: FooterSource, segment: Segment, rangeBytesMax: number): LinePart {
  return {
    firstKey: segment.firstKey,
    lastKey: segment.lastKey,
    numberMax: segment.numberMax,
    async open() {
      const { columns, frames } = await footerOf(segment);
      return { columns, frames, readFrame: frameReader(blobs, segment.name, frames, rangeBytesMax) };
    },
    async openPrints() {
      const { columns, frames, prints: plan } = await footerOf(segment);
      if (!plan) return undefined;
      return { plan, columns, frames, readPrints: printsReader(blobs, segment.name, frames, rangeBytesMax) };
    },
  };
}

/** A small segment in one request. */
export function wholePart(blobs: Blobs, segment: Segment): LinePart {
  return {
    firstKey: segment.firstKey,
    lastKey: segment.lastKey,
    numberMax: segment.numberMax,
    async open() {
      const bytes = await readRange(blobs, segment.name, 0, segment.sizeBytes);
      const { columns, frames } = await toFooter(segment, bytes.subarray(segment.footerOffset));
      const readFrame = async (index: number): Promise<Buffer> => {
        const frame = frames[index];
        if (!frame) throw new RangeError(`The segment "${segment.name}" has no frame ${index}.`);
        return decompress(bytes.subarray(frame.offset, frame.offset + frame.sizeBytes), frame.textBytes);
      };
      return { columns, frames, readFrame };
    },
  };
}
