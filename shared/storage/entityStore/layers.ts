import type { EntityRef } from "../../ports/entityStore.ts";
import { packLine, takeFrame, type Frame, type FramePacker } from "../segments/frames.ts";
import type { StoreGround } from "./limits.ts";
import { segmentPart, wholePart, type FooterSource } from "../segments/lineParts.ts";
import { encodeText, lineOf, numberOf, tailOf } from "../segments/lines.ts";
import { segmentPrefix, type Layer } from "./manifest.ts";
import { goOn, type LineFeed, type MergedLine } from "./mergedLines.ts";
import type { Projection } from "./projection.ts";
import { lineCursor, seek, seekFurther, type LineCursor } from "../segments/lineCursor.ts";
import { writeSegments } from "../segments/segments.ts";

const rangeBytesMin = 64 * 1024;

/** Stores frames as a layer that no manifest knows yet; undefined when there is no frame. */
export async function writeLayer(
  ground: StoreGround,
  ref: EntityRef,
  columns: readonly string[],
  frames: AsyncIterable<Frame>,
): Promise<Layer | undefined> {
  const id = ground.newId();
  const madeAt = ground.now();
  const nameOf = (index: number): string => `${segmentPrefix(ref)}${id}-${index}`;
  const { segmentBytes } = ground.limits;
  const segments = await writeSegments(ground.blobs, frames, { columns, segmentBytes, nameOf });
  return segments.length > 0 ? { id, madeAt, segments } : undefined;
}

/** A cursor at the start of each layer, in the same order; together they read ahead no more than the limit. */
export function openLayers(
  ground: StoreGround,
  footerOf: FooterSource,
  layers: readonly Layer[],
  changedSince = -1,
): LineCursor[] {
  // Each cursor holds one range and has another one under way.
  const rangeBytesMax = Math.max(rangeBytesMin, Math.floor(ground.limits.readAheadBytes / (2 * layers.length)));
  return layers.map((layer) => {
    const parts = layer.segments.map((segment) =>
      segment.sizeBytes <= ground.limits.wholeSegmentBytes
        ? wholePart(ground.blobs, segment)
        : segmentPart(ground.blobs, footerOf, segment, rangeBytesMax),
    );
    return lineCursor(parts, changedSince);
  });
}

/** The cursor that holds the newest line of `key`; cursors only go forward, so keys must ascend. */
export async function findNewest(cursors: readonly LineCursor[], key: string): Promise<LineCursor | undefined> {
  for (const cursor of cursors) {
    if (!seek(cursor, key)) await seekFurther(cursor, key);
    if (cursor.key === key) return cursor;
  }
  return undefined;
}

/** Packs the feed's lines as they are, those before `key` alone when there is one; the feed stands behind them then. */
export async function* framesUpTo(
  key: string | undefined,
  feed: LineFeed,
  packer: FramePacker,
  projection: Projection,
): AsyncGenerator<Frame> {
  while (feed.current && (key === undefined || feed.current.key < key)) {
    if (packMerged(packer, feed.current, projection)) yield* lastFrame(packer);
    await goOn(feed);
  }
}

/** Packs a line beside the columns of its new layer, with the number that it has; tells whether the frame is full. */
export function packMerged(packer: FramePacker, { key, line, columns }: MergedLine, projection: Projection): boolean {
  const seq = numberOf(line);
  const projected = projection.isSame(columns)
    ? line
    : lineOf(encodeText(key), seq, projection.tail(tailOf(line), columns));
  return packLine(packer, key, seq, projected);
}

export function* lastFrame(packer: FramePacker): Generator<Frame> {
  const frame = takeFrame(packer);
  if (frame) yield frame;
}
