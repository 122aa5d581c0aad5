import { twiceAsLong } from "../../domain/lineBuffer.ts";
import { backslash, tab } from "../../domain/recordLines.ts";
import { decodeText, encodeText } from "../../domain/recordText.ts";
import type { ByteRange } from "./byteRange.ts";

const letterN = 0x4e;

/** A line's values, taken apart: where each one begins, and behind the last one where another would. */
export interface Cells {
  bytes: Buffer;
  count: number;
  starts: Uint32Array;
}

export function cells(): Cells {
  return { bytes: Buffer.alloc(0), count: 0, starts: new Uint32Array(64) };
}

/** Notes the values between these places in place of those before. */
export function takeApart(into: Cells, { bytes, start, end }: ByteRange): void {
  let count = 0;
  for (let at = start; at <= end; count += 1) {
    if (count + 1 >= into.starts.length) into.starts = twiceAsLong(into.starts);
    into.starts[count] = at;
    while (at < end && bytes[at] !== tab) at += 1;
    at += 1;
    into.starts[count + 1] = at;
  }
  into.bytes = bytes;
  into.count = count;
}

/** No value, as before `takeApart`. */
export function forget(into: Cells): void {
  into.count = 0;
}

/** Whether there is a value that is not empty. */
export function isFilled({ count, starts }: Cells, place: number): boolean {
  return place >= 0 && place < count && starts[place + 1]! - 1 > starts[place]!;
}

/** Whether there is a value, empty or not: one to keep what is stored is none. */
export function isGiven({ bytes, count, starts }: Cells, place: number): boolean {
  if (place < 0 || place >= count) return false;
  const start = starts[place]!;
  return !(starts[place + 1]! - start === 3 && bytes[start] === backslash && bytes[start + 1] === letterN);
}

export function isSameCell(one: Cells, other: Cells, place: number): boolean {
  const [start, end] = [one.starts[place]!, one.starts[place + 1]! - 1];
  return one.bytes.compare(other.bytes, other.starts[place], other.starts[place + 1]! - 1, start, end) === 0;
}

/** Values that are put together from those of others, tabs between them. */
export interface CellWriter extends ByteRange {
  bytes: Buffer;
  end: number;
  count: number;
}

export function cellWriter(): CellWriter {
  return { bytes: Buffer.allocUnsafeSlow(1024), start: 0, end: 0, count: 0 };
}

export function beginCells(writer: CellWriter): void {
  writer.end = 0;
  writer.count = 0;
}

/** Writes the value at the place behind those before; an empty one where there is none. */
export function writeCell(writer: CellWriter, from: Cells, place: number): void {
  const isThere = place >= 0 && place < from.count;
  const start = isThere ? from.starts[place]! : 0;
  const end = isThere ? from.starts[place + 1]! - 1 : 0;
  makeRoom(writer, end - start + 1);
  if (writer.count > 0) writer.bytes[writer.end++] = tab;
  writer.end += from.bytes.copy(writer.bytes, writer.end, start, end);
  writer.count += 1;
}

/** The value at the place; "" where there is none. */
export function textOf({ bytes, count, starts }: Cells, place: number): string {
  if (place < 0 || place >= count) return "";
  return decodeText(bytes.toString("utf8", starts[place], starts[place + 1]! - 1));
}

/** Writes a value that is no one's. */
export function writeText(writer: CellWriter, text: string): void {
  const bytes = Buffer.from(encodeText(text));
  makeRoom(writer, bytes.length + 1);
  if (writer.count > 0) writer.bytes[writer.end++] = tab;
  writer.end += bytes.copy(writer.bytes, writer.end);
  writer.count += 1;
}

function makeRoom(writer: CellWriter, sizeBytes: number): void {
  const { bytes, end } = writer;
  if (end + sizeBytes <= bytes.length) return;
  writer.bytes = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, end + sizeBytes));
  bytes.copy(writer.bytes, 0, 0, end);
}
