import { viewOf } from "../domain/byteWords.ts";
import { endOfValue, type RecordLines, startOfValues, tab } from "../domain/recordLines.ts";
import { decodeText } from "../domain/recordText.ts";
import { type CsvLayout, cellText, refuseCount, refuseSpecial } from "./csvLayout.ts";
import { copyCells, type Marks, marksIn, nextMark } from "./plainCells.ts";
import { type TextOutput, writeByte, writeText } from "./textOutput.ts";

/** The records as rows in which all cells stand as they do in their lines, but for those with a mark: what lies between two marks is copied at once. */
export function writePlainRows(layout: CsvLayout, batch: RecordLines, output: TextOutput, firstNumber: number): void {
  const { bytes, starts, ends, count } = batch;
  const { columns, rowEnd } = layout;
  const delimiter = layout.delimiter[0]!;
  const marks = marksIn(batch, layout.marks ?? []);
  const source = viewOf(bytes);
  for (let index = 0; index < count; index += 1) {
    const end = ends[index]!;
    let at = startOfValues(bytes, starts[index]!);
    let cells = 0;
    for (let mark = nextMark(marks, at); mark < end; mark = nextMark(marks, at)) {
      const start = startOfValue(bytes, at, mark);
      cells += copyCells(source, at, start, output, delimiter);
      at = endOfValue(bytes, mark, end);
      if (!writeQualified(marks, source, start, at, output)) {
        const text = cellText(layout, decodeText(bytes.toString("utf8", start, at)), cells);
        writeText(output, text ?? refuseSpecial(layout, batch, index, firstNumber + index, cells));
      }
    }
    cells += copyCells(source, at, end, output, delimiter) + 1;
    if (cells !== columns.length) refuseCount(layout, firstNumber + index, cells);
    for (let sign = 0; sign < rowEnd.length; sign += 1) writeByte(output, rowEnd.charCodeAt(sign));
  }
}

/** A cell that stands as it is between qualifiers; false, and nothing, for one that holds a qualifier or a backslash. */
function writeQualified(marks: Marks, source: DataView, start: number, end: number, output: TextOutput): boolean {
  const [qualifierAt, backslashAt] = [marks.places[0]!, marks.places[1]!];
  if (qualifierAt < end || backslashAt < end) return false;
  const qualifier = marks.kinds[0]!;
  writeByte(output, qualifier);
  copyCells(source, start, end, output, tab);
  writeByte(output, qualifier);
  return true;
}

function startOfValue(bytes: Buffer, from: number, at: number): number {
  let start = at;
  while (start > from && bytes[start - 1] !== tab) start -= 1;
  return start;
}
