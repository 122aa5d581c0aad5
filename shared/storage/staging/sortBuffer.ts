import type { Pace } from "../../ports/pace.ts";
import type { StagedRecord } from "../../ports/staging.ts";
import { decodeText, encodeText, encodeValues, lineOf } from "../segments/lines.ts";
import type { Frame } from "../segments/frames.ts";
import type { LinePart } from "../segments/lineParts.ts";
import { sortAtPace } from "./sortAtPace.ts";

const chunkBytes = 1024 * 1024;
/** What the places and the key of a record take beside its line. */
const recordOverheadBytes = 100;
/** V8 keeps shorter substrings as copies; a longer one would hold on to the whole text that it was cut from. */
const ownedTextLength = 12;

/** Lines as bytes outside the garbage collector's care, with their keys beside them. */
export interface SortBuffer {
  readonly chunks: Buffer[];
  /** The chunk at hand and how far it is filled; later chunks are left from before `emptyBuffer`. */
  chunk: number;
  filled: number;
  sizeBytes: number;
  readonly keys: string[];
  readonly numbers: number[];
  readonly chunkOf: number[];
  readonly starts: number[];
  readonly ends: number[];
}

export function sortBuffer(): SortBuffer {
  return { chunks: [], chunk: 0, filled: 0, sizeBytes: 0, keys: [], numbers: [], chunkOf: [], starts: [], ends: [] };
}

/** Keeps the chunks: as garbage they would double the memory until the collector sees them. */
export function emptyBuffer(buffer: SortBuffer): void {
  for (const list of [buffer.keys, buffer.numbers, buffer.chunkOf, buffer.starts, buffer.ends]) list.length = 0;
  Object.assign(buffer, { chunk: 0, filled: 0, sizeBytes: 0 });
}

export function addRecord(buffer: SortBuffer, { key, line, values }: StagedRecord): void {
  const encodedKey = encodeText(key);
  const text = `${lineOf(encodedKey, line, encodeValues(values))}\n`;
  const chunk = chunkFor(buffer, text);
  const start = buffer.filled;
  buffer.filled += chunk.write(text, start);
  buffer.keys.push(key.length <= ownedTextLength ? key : ownKey(chunk, start, encodedKey));
  buffer.numbers.push(line);
  buffer.chunkOf.push(buffer.chunk);
  buffer.starts.push(start);
  buffer.ends.push(buffer.filled);
  buffer.sizeBytes += buffer.filled - start + recordOverheadBytes;
}

function ownKey(chunk: Buffer, start: number, encodedKey: string): string {
  return decodeText(chunk.toString("utf8", start, start + Buffer.byteLength(encodedKey)));
}

/** The chunk at hand if the line surely fits, else the next one that is large enough. */
function chunkFor(buffer: SortBuffer, text: string): Buffer {
  const bytesMax = 3 * text.length;
  for (let chunk = buffer.chunks[buffer.chunk]; chunk; chunk = buffer.chunks[buffer.chunk]) {
    if (buffer.filled + bytesMax <= chunk.length) return chunk;
    buffer.chunk += 1;
    buffer.filled = 0;
  }
  const chunk = Buffer.allocUnsafeSlow(Math.max(chunkBytes, bytesMax));
  buffer.chunks.push(chunk);
  return chunk;
}

/** The places of all records, ordered by key and line. Most files are in order already, which the sort is quick to see. */
export async function sortedPlaces({ keys, numbers }: SortBuffer, pace: Pace): Promise<readonly number[]> {
  const places = keys.map((_, place) => place);
  const compare = (one: number, other: number): number => {
    const [oneKey = "", otherKey = ""] = [keys[one], keys[other]];
    if (oneKey !== otherKey) return oneKey < otherKey ? -1 : 1;
    return (numbers[one] ?? 0) - (numbers[other] ?? 0);
  };
  return sortAtPace(places, compare, pace);
}

/** The records at these places, as frames to be stored. */
export function* sortedFrames(buffer: SortBuffer, places: readonly number[], frameBytes: number): Generator<Frame> {
  for (const [from, below] of framesOf(buffer, places, frameBytes)) {
    yield {
      firstKey: buffer.keys[places[from] ?? 0] ?? "",
      lastKey: buffer.keys[places[below - 1] ?? 0] ?? "",
      lineCount: below - from,
      numberMax: places.slice(from, below).reduce((most, place) => Math.max(most, buffer.numbers[place] ?? 0), 0),
      bytes: gather(buffer, places, from, below),
    };
  }
}

/** The records at these places, read where they are. */
export function sortedPart(buffer: SortBuffer, places: readonly number[], frameBytes: number): LinePart {
  const ranges = framesOf(buffer, places, frameBytes);
  const keyAt = (index: number): string => buffer.keys[places[index] ?? 0] ?? "";
  const frames = ranges.map(([from]) => ({ firstKey: keyAt(from), numberMax: Infinity }));
  const readText = async (frame: number): Promise<string> => {
    const [from, below] = ranges[frame] ?? [0, 0];
    return gather(buffer, places, from, below).toString("utf8");
  };
  return {
    firstKey: keyAt(0),
    lastKey: keyAt(places.length - 1),
    numberMax: Infinity,
    open: async () => ({ columns: [], frames, readText }),
  };
}

function framesOf(buffer: SortBuffer, places: readonly number[], frameBytes: number): (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = [];
  let from = 0;
  let sizeBytes = 0;
  for (const [index, place] of places.entries()) {
    sizeBytes += (buffer.ends[place] ?? 0) - (buffer.starts[place] ?? 0);
    if (sizeBytes < frameBytes && index < places.length - 1) continue;
    ranges.push([from, index + 1]);
    from = index + 1;
    sizeBytes = 0;
  }
  return ranges;
}

/** The lines of these places in one piece, without the line feed at the end. */
function gather(buffer: SortBuffer, places: readonly number[], from: number, below: number): Buffer {
  let sizeBytes = 0;
  for (let index = from; index < below; index += 1) {
    const place = places[index] ?? 0;
    sizeBytes += (buffer.ends[place] ?? 0) - (buffer.starts[place] ?? 0);
  }
  const bytes = Buffer.allocUnsafeSlow(sizeBytes);
  let at = 0;
  for (let index = from; index < below; index += 1) {
    const place = places[index] ?? 0;
    at += buffer.chunks[buffer.chunkOf[place] ?? 0]?.copy(bytes, at, buffer.starts[place], buffer.ends[place]) ?? 0;
  }
  return bytes.subarray(0, -1);
}
