import type { EntityRef } from "../../ports/entityStore.ts";
import type { Pace } from "../../ports/pace.ts";
import { compareKeys, endOfKey, numberAt, startOfValues } from "../../domain/recordLines.ts";
import type { ByteRange } from "../segments/byteRange.ts";
import { beginCells, cells, cellWriter, takeApart, writeCell } from "../segments/cells.ts";
import { framePacker, packLine, packParts, takeFrame, type Frame, type FramePacker } from "../segments/frames.ts";
import { columnsAt, isAt, lineCursor, seek, seekFurther, type LineCursor } from "../segments/lineCursor.ts";
import { segmentPart, wholePart, type FooterSource, type LinePart } from "../segments/lineParts.ts";
import { printer, type Printer, type PrintPlan } from "../segments/prints.ts";
import { writeSegments } from "../segments/segments.ts";
import type { StoreGround } from "./limits.ts";
import { goOn, type LineMerge } from "./lineMerge.ts";
import { segmentPrefix, type Layer } from "./manifest.ts";
import { placesOf, projectionTo } from "./projection.ts";

const rangeBytesMin = 64 * 1024;

/** What the lines of a layer are like. */
export interface LayerForm {
  readonly columns: readonly string[];
  /** By which they get prints; undefined for none. */
  readonly prints: PrintPlan | undefined;
}

/** For the frames of a layer. */
export function packerOf({ limits }: StoreGround, { columns, prints }: LayerForm): FramePacker {
  return framePacker(limits.frameBytes, prints && printerFor(prints, columns));
}

export function printerFor({ seed, keyColumns }: PrintPlan, columns: readonly string[]): Printer {
  return printer(
    seed,
    placesOf(keyColumns, columns).filter((place) => place >= 0),
  );
}

/** Stores frames as a layer that no manifest knows yet; undefined when there is no frame. */
export async function writeLayer(
  ground: StoreGround,
  ref: EntityRef,
  { columns, prints }: LayerForm,
  frames: AsyncIterable<Frame>,
): Promise<Layer | undefined> {
  const id = ground.newId();
  const madeAt = ground.now();
  const nameOf = (index: number): string => `${segmentPrefix(ref)}${id}-${index}`;
  const { segmentBytes, wholeSegmentBytes: printlessBytes } = ground.limits;
  const plan = { columns, prints, segmentBytes, printlessBytes, nameOf };
  const segments = await writeSegments(ground.blobs, frames, plan);
  return segments.length > 0 ? { id, madeAt, segments } : undefined;
}

/** A cursor at the start of each layer, in the same order; together they read ahead no more than the limit. */
export function openLayers(
  ground: StoreGround,
  footerOf: FooterSource,
  layers: readonly Layer[],
  changedSince = -1,
): LineCursor[] {
  return partsOf(ground, footerOf, layers).map((parts) => lineCursor(parts, changedSince));
}

/** The segments of each layer, to be read; together they read ahead no more than the limit. */
export function partsOf(ground: StoreGround, footerOf: FooterSource, layers: readonly Layer[]): LinePart[][] {
  // Each is read through one range, and has another one under way.
  const rangeBytesMax = Math.max(rangeBytesMin, Math.floor(ground.limits.readAheadBytes / (2 * layers.length)));
  return layers.map(({ segments }) =>
    segments.map((segment) =>
      segment.footerOffset <= ground.limits.wholeSegmentBytes
        ? wholePart(ground.blobs, segment)
        : segmentPart(ground.blobs, footerOf, segment, rangeBytesMax),
    ),
  );
}

/**
 * The cursor that holds the newest line of the key that begins at `at`; cursors only go forward, so keys must ascend.
 * `found` is "unread" when one of them has to read first.
 */
export function findLoaded(cursors: readonly LineCursor[], key: Buffer, at: number): LineCursor | "unread" | undefined {
  for (const cursor of cursors) {
    if (!seek(cursor, key, at)) return "unread";
    if (isAt(cursor, key, at)) return cursor;
  }
  return undefined;
}

/** The same, whatever there is to be read. */
export async function findNewest(
  cursors: readonly LineCursor[],
  key: Buffer,
  at: number,
): Promise<LineCursor | undefined> {
  for (const cursor of cursors) {
    if (!seek(cursor, key, at)) await seekFurther(cursor, key, at);
    if (isAt(cursor, key, at)) return cursor;
  }
  return undefined;
}

/** Packs the lines of one merge beside the columns of the layer that they go to. */
export interface LinePacker {
  readonly packer: FramePacker;
  readonly merge: LineMerge;
  readonly pace: Pace;
  /** Packs the line at hand with the number that it has; tells whether the frame is full. */
  readonly packMerged: (line: LineCursor) => boolean;
}

export function linePacker(packer: FramePacker, merge: LineMerge, pace: Pace, columns: readonly string[]): LinePacker {
  const projected = projecting(columns);
  const packMerged = (line: LineCursor): boolean => {
    const number = numberAt(line.bytes, line.start);
    const values = projected(line, columnsAt(line));
    if (values.bytes === line.bytes) return packLine(packer, number, line.bytes, line.start, line.end);
    const key = { bytes: line.bytes, start: line.start, end: endOfKey(line.bytes, line.start) };
    return packParts(packer, number, key, Buffer.from(`\t${number}\t`), values);
  };
  return { packer, merge, pace, packMerged };
}

/** The values of a line beside other columns: where they lie in the line when nothing moves, else good until the next one. */
export function projecting(wanted: readonly string[]): (line: ByteRange, columns: readonly string[]) => ByteRange {
  const projection = projectionTo(wanted);
  const [apart, writer] = [cells(), cellWriter()];
  return ({ bytes, start, end }, columns) => {
    const places = projection.placesIn(columns);
    const values = { bytes, start: startOfValues(bytes, start), end };
    if (places === "same") return values;
    takeApart(apart, values);
    beginCells(writer);
    for (const place of places) writeCell(writer, apart, place);
    return writer;
  };
}

/** Packs the merge's lines as they are, those before the key alone when there is one; the merge stands behind them then. */
export async function* framesUpTo(lines: LinePacker, key?: Buffer, at = 0): AsyncGenerator<Frame> {
  const { packer, merge, pace } = lines;
  for (let line = merge.winner; line && isBefore(line, key, at); line = merge.winner) {
    if (lines.packMerged(line)) {
      yield* lastFrame(packer);
      if (pace.isOver()) await pace.rest();
    }
    const loading = goOn(merge);
    if (loading) await loading;
  }
}

export function isBefore(line: LineCursor, key: Buffer | undefined, at: number): boolean {
  return key === undefined || compareKeys(line.bytes, line.start, key, at) < 0;
}

export function* lastFrame(packer: FramePacker): Generator<Frame> {
  const frame = takeFrame(packer);
  if (frame) yield frame;
}
