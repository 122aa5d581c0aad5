import { twiceAsLong } from "../domain/lineBuffer.ts";
import type { BrokenRow, RowBatch, RowPlace } from "../domain/rowBatch.ts";

/** Rows whose cells come as texts, written into memory that is used again for the next batch. */
export interface CellBuffer {
  readonly width: number;
  bytes: Buffer;
  filled: number;
  count: number;
  starts: Uint32Array;
  ends: Uint32Array;
  numbers: number[];
  /** Line and column of each row. No objects: V8 would take them for such as live long. */
  places: number[];
  broken: Map<number, BrokenRow>;
}

const bytesAtFirst = 256 * 1024;
const cellsAtFirst = 16 * 1024;
/** Cells up to this length are written character by character, which is then faster. */
const shortCharacters = 32;

export function cellBuffer(width: number): CellBuffer {
  return {
    width,
    bytes: Buffer.allocUnsafeSlow(bytesAtFirst),
    filled: 0,
    count: 0,
    starts: new Uint32Array(cellsAtFirst),
    ends: new Uint32Array(cellsAtFirst),
    numbers: [],
    places: [],
    broken: new Map(),
  };
}

/** An undefined cell is one that the row does not have. */
export function addRow(
  buffer: CellBuffer,
  cells: readonly (string | undefined)[],
  number: number,
  place: RowPlace,
): void {
  begin(buffer, number, place);
  const { starts, ends, width } = buffer;
  const first = buffer.count * width;
  for (let cell = 0; cell < width; cell += 1) {
    const text = cells[cell];
    starts[first + cell] = text === undefined ? buffer.filled + 1 : buffer.filled;
    if (text !== undefined && text !== "") write(buffer, text);
    ends[first + cell] = buffer.filled;
  }
  buffer.count += 1;
}

export function addBrokenRow(buffer: CellBuffer, row: BrokenRow, place: RowPlace): void {
  begin(buffer, row.line, place);
  buffer.broken.set(buffer.count, row);
  buffer.count += 1;
}

/** The rows since the last call, good until the next row is added; undefined where there are none. */
export function takeRows(buffer: CellBuffer): RowBatch | undefined {
  const { bytes, count, width, starts, ends, numbers, places, broken } = buffer;
  if (count === 0) return undefined;
  Object.assign(buffer, { filled: 0, count: 0, numbers: [], places: [], broken: new Map() });
  const placeOf = (index: number): RowPlace => ({ line: places[2 * index]!, column: places[2 * index + 1]! });
  return { bytes, count, width, starts, ends, lines: Float64Array.from(numbers), broken, placeOf };
}

function begin(buffer: CellBuffer, number: number, { line, column }: RowPlace): void {
  while ((buffer.count + 1) * buffer.width > buffer.starts.length) {
    buffer.starts = twiceAsLong(buffer.starts);
    buffer.ends = twiceAsLong(buffer.ends);
  }
  buffer.numbers.push(number);
  buffer.places.push(line, column);
}

function write(buffer: CellBuffer, text: string): void {
  const { bytes, filled } = buffer;
  if (filled + 3 * text.length > bytes.length) {
    buffer.bytes = Buffer.allocUnsafeSlow(2 * (filled + 3 * text.length));
    bytes.copy(buffer.bytes, 0, 0, filled);
  }
  if (text.length <= shortCharacters && writeAscii(buffer, text)) return;
  buffer.filled += buffer.bytes.write(text, filled);
}

/** False where the text is not ASCII alone. */
function writeAscii(buffer: CellBuffer, text: string): boolean {
  const { bytes, filled } = buffer;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) return false;
    bytes[filled + index] = code;
  }
  buffer.filled += text.length;
  return true;
}
