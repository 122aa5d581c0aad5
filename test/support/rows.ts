import { lineBuffer, linesIn } from "../../shared/domain/lineBuffer.ts";
import { recordsIn } from "../../shared/domain/recordLines.ts";
import { type RowBatch, rowBatchOf, rowsIn, type SourceRow } from "../../shared/domain/rowBatch.ts";
import type { RowError } from "../../shared/domain/cellValue.ts";
import type { RowMapper } from "../../shared/domain/rowMapper.ts";

export async function collectRows(batches: AsyncIterable<RowBatch>): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for await (const batch of batches) rows.push(...rowsIn(batch));
  return rows;
}

export type MappedRow =
  | { readonly key: string; readonly values: readonly (string | undefined)[] }
  | { readonly errors: readonly RowError[] };

/** One row of these cells through a map, as text again. */
export function mapped(mapRow: RowMapper, cells: readonly string[]): MappedRow {
  const lines = lineBuffer();
  const errors = mapRow(rowBatchOf([{ line: 7, cells }], cells.length), 0, lines);
  if (errors) return { errors };
  const { key, values } = recordsIn(linesIn(lines))[0]!;
  return { key, values };
}
