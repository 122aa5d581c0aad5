import type { FixedColumn } from "../domain/sourceFormats/fixedWidth.ts";
import { standsAt } from "./csvRowEnds.ts";

/** Notes where the cells of a line lie, which is as long as its columns are wide, without what fills them. */
type CellCutter = (
  bytes: Buffer,
  lineStart: number,
  isAscii: boolean,
  starts: Uint32Array,
  ends: Uint32Array,
  first: number,
) => void;

interface Column {
  readonly width: number;
  readonly isRight: boolean;
  readonly padding: Buffer;
  readonly isBlank: boolean;
}

const blank = 0x20;
const zero = Buffer.from("0");
const decimalSigns = Buffer.from(".,");

export function cellCutter(columns: readonly FixedColumn[]): CellCutter {
  const all = columns.map(({ width, alignment, padding = " " }) => ({
    width,
    isRight: alignment === "right",
    padding: Buffer.from(padding),
    isBlank: padding === " ",
  }));
  return (bytes, lineStart, isAscii, starts, ends, first) => {
    let place = first;
    let from = lineStart;
    for (const column of all) {
      const end = isAscii ? from + column.width : behindCharacters(bytes, from, column.width);
      let [start, to] = [from, end];
      if (!column.isBlank) [start, to] = withoutPadding(bytes, from, end, column);
      else if (column.isRight) while (start < to && bytes[start] === blank) start += 1;
      else while (to > start && bytes[to - 1] === blank) to -= 1;
      starts[place] = start;
      ends[place] = to;
      place += 1;
      from = end;
    }
  };
}

function behindCharacters(bytes: Buffer, from: number, count: number): number {
  let at = from;
  for (let left = count; left > 0; left -= 1) {
    at += 1;
    while ((bytes[at]! & 0xc0) === 0x80) at += 1;
  }
  return at;
}

/** As `valueOfCell` of the domain, of which this must give the same. */
function withoutPadding(bytes: Buffer, from: number, end: number, { padding, isRight }: Column): [number, number] {
  let at = from;
  while (at < end && bytes[at] === blank) at += 1;
  if (at === end) return [from, from];
  const { length } = padding;
  let [start, to] = [from, end];
  if (!isRight) {
    while (to - length >= from && standsAt(bytes, to - length, padding)) to -= length;
    return [from, to === from ? from + length : to];
  }
  while (start < end && standsAt(bytes, start, padding)) start += length;
  const isKept = start === end || (padding.equals(zero) && decimalSigns.includes(bytes[start]!));
  if (isKept && start > from) start -= length;
  return [start, to];
}
