import { type RowBatch, rowBatchOf, type SourceRow } from "../../domain/rowBatch.ts";
import { isTaken, needsEdit, type StagedExtent, type StagedRow, type StagingPlace } from "../../domain/stagedRow.ts";
import type { Pace } from "../../ports/pace.ts";
import type { Ports } from "../../ports.ts";
import type { RecordReader } from "../../formats/recordFormat.ts";
import { readRows } from "./stagedRows.ts";

/** The staged rows that an execution takes, as the file that they were. */
export interface StagedSource {
  readonly place: StagingPlace;
  readonly extent: StagedExtent;
  readonly executionId: string;
  readonly pace: Pace;
}

/**
 * Opens the rows as a file's are opened. `sawError` hears of each row that had an error, before the row comes, unless only
 * an edit could mend it.
 */
export async function openStagedRows(
  ports: Ports,
  { place, extent, executionId, pace }: StagedSource,
  sawError?: (line: number) => Promise<void>,
): Promise<RecordReader> {
  const snapshot = await ports.stagedRows.openSnapshot(place);
  const width = place.columns.length;
  async function* batches(): RecordReader["batches"] {
    for await (const rows of readRows(snapshot, width, undefined)) {
      const taken = rows.filter((row) => isTaken(row, extent, executionId));
      for (const row of taken) if (row.code !== "" && !needsEdit(row)) await sawError?.(row.line);
      if (taken.length > 0) yield batchOf(taken, width);
      if (pace.isOver()) await pace.rest();
    }
  }
  return { columns: place.columns, batches: batches(), oddities: () => [] };
}

/** Rows as their file would give them. */
export function batchOf(rows: readonly StagedRow[], width: number): RowBatch {
  return rowBatchOf(rows.map(toSourceRow), width);
}

function toSourceRow(row: StagedRow): SourceRow {
  const { line, code, reason, raw } = row;
  const cells = row.cells.map((cell) => cell ?? "");
  if (needsEdit(row)) return { line, cells, problem: { code, message: reason }, ...(raw !== "" && { raw }) };
  const absent = new Set(row.cells.flatMap((cell, index) => (cell === undefined ? [index] : [])));
  return { line, cells, ...(absent.size > 0 && { absent }) };
}
