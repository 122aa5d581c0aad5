import type { RecordLines } from "../../domain/recordLines.ts";
import { linesOf } from "../../domain/recordLines.ts";
import type { RowBatch } from "../../domain/rowBatch.ts";
import type { StagedRow } from "../../domain/stagedRow.ts";
import { type EntitySnapshot, type StoredRecord, storedRecords } from "../../ports/entityStore.ts";

/**
 * How staged rows lie in their store: as records, whose key is their line. One record in front of them says up to which
 * revision good rows were copied, so that copying a million rows writes one record and not a million.
 */
export const noteColumns = ["FIELD", "CODE", "REASON", "NOTEDBY", "ISCOPIED"] as const;
const rawColumn = "RAW";
export const copiedMark = "!copied";

/** In place of a cell that the row does not have; no file can hold it. */
const absentCell = "\u0000";
const lineDigits = 15;
const yes = "1";

export function keyOfLine(line: number): string {
  return String(line).padStart(lineDigits, "0");
}

export function columnsOfRows(width: number): readonly string[] {
  return [...noteColumns, rawColumn, ...Array.from({ length: width }, (_, index) => `C${index}`)];
}

/** The rows of a file as they came; what cannot be taken apart has its text and its problem. */
export function toRecords(batch: RowBatch): RecordLines {
  const { bytes, count, width, starts, ends, lines, broken } = batch;
  const cellOf = (place: number): string =>
    ends[place]! < starts[place]! ? absentCell : bytes.toString("utf8", starts[place], ends[place]);
  return linesOf(
    Array.from({ length: count }, (_, row) => {
      const odd = broken.get(row);
      const note = ["", odd?.problem.code ?? "", odd?.problem.message ?? "", "", "", odd?.raw ?? ""];
      const cells = Array.from({ length: width }, (__, cell) => {
        return odd ? (odd.cells[cell] ?? "") : cellOf(row * width + cell);
      });
      return { key: keyOfLine(lines[row]!), number: lines[row]!, values: [...note, ...cells] };
    }),
  );
}

/** The values of a row that somebody edited, beside the columns of the rows. */
export function toValues(row: Omit<StagedRow, "line" | "revision">): readonly string[] {
  const cells = row.cells.map((cell) => cell ?? absentCell);
  return [row.field, row.code, row.reason, row.notedBy, row.isNotedCopied ? yes : "", row.raw, ...cells];
}

/** A note beside `noteColumns`. */
export function toNote(note: Pick<StagedRow, "field" | "code" | "reason" | "notedBy" | "isNotedCopied">): string[] {
  return [note.field, note.code, note.reason, note.notedBy, note.isNotedCopied ? yes : ""];
}

export function toStagedRow({ key, seq, values }: StoredRecord): StagedRow {
  const [field = "", code = "", reason = "", notedBy = "", isCopied = "", raw = "", ...cells] = values;
  return {
    line: Number(key),
    field,
    code,
    reason,
    notedBy,
    isNotedCopied: isCopied === yes,
    raw,
    cells: cells.map((cell) => (cell === absentCell ? undefined : cell)),
    revision: seq,
  };
}

/** The revision up to which good rows were copied; 0 before the first copy. */
export async function copiedUpTo(snapshot: EntitySnapshot): Promise<number> {
  for await (const batch of snapshot.read({ columns: ["REASON"], limit: 1 })) {
    const [first] = storedRecords(batch, ["REASON"]);
    return first?.key === copiedMark ? Number(first.values[0]) : 0;
  }
  return 0;
}

/** In the order of their lines; behind one of them, where there is one to go on from. */
export async function* readRows(
  snapshot: EntitySnapshot,
  width: number,
  afterLine: number | undefined,
): AsyncGenerator<readonly StagedRow[]> {
  const columns = columnsOfRows(width);
  const afterKey = afterLine === undefined ? copiedMark : keyOfLine(afterLine);
  for await (const batch of snapshot.read({ columns, afterKey })) {
    yield storedRecords(batch, columns).map(toStagedRow);
  }
}
