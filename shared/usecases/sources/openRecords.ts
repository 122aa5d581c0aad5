import { isSameName } from "../../domain/dataEntity.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import { isReasonColumn, rawColumn, reasonColumns } from "../../domain/reasonColumns.ts";
import { openCsv } from "../../formats/csvReader.ts";
import {
  type RowBatch,
  rowAt,
  rowBatchOf,
  type RowProblem,
  rowsBehind,
  rowsIn,
  type SourceRow,
} from "../../domain/rowBatch.ts";
import { FormatError, type RecordReader } from "../../formats/recordFormat.ts";
import type { Pace } from "../../ports/pace.ts";

/** Opens a file in its source data format; whatever is wrong with it names the file. */
export async function openRecords(
  bytes: AsyncIterable<Uint8Array>,
  format: SourceFormat,
  fileName: string,
  pace: Pace,
): Promise<RecordReader> {
  const reader = await named(fileName, async () => {
    const opened = await openCsv(bytes, format, pace);
    return withRawRows(format.hasHeader ? opened : await withReasonColumns(opened));
  });
  return { ...reader, batches: namedBatches(fileName, reader) };
}

/**
 * A file of failed records always has a header row, also in a format that has none: so it may be mended and pushed
 * again, its first four cells say how its columns are called.
 */
async function withReasonColumns(reader: RecordReader): Promise<RecordReader> {
  const batches = reader.batches[Symbol.asyncIterator]();
  const first = await batches.next();
  const header = first.done ? undefined : rowAt(first.value, 0);
  const isHeader = reasonColumns.every((column, index) => isSameName(header?.cells[index]?.trim() ?? "", column));
  const rows = first.done ? undefined : rowsBehind(first.value, isHeader ? 1 : 0);
  return { ...reader, columns: isHeader && header ? header.cells : reader.columns, batches: continued(rows, batches) };
}

const unmended: RowProblem = {
  code: "DMF2018",
  message: `Nobody mended the row: it could not be read, and column "${rawColumn}" has its text. Put its values into the columns behind.`,
};

/** In a file of failed records, a row that has nothing but its text is still the row that could not be read. */
function withRawRows(reader: RecordReader): RecordReader {
  const { columns, batches } = reader;
  const place = (name: string): number => columns.findIndex((column) => isSameName(column.trim(), name));
  const rawAt = place(rawColumn);
  if (rawAt < 0 || reasonColumns.some((name) => place(name) < 0)) return reader;
  const own = columns.flatMap((column, index) => (isReasonColumn(column) ? [] : [index]));
  const checked = (row: SourceRow): SourceRow => {
    const raw = row.cells[rawAt];
    if (!raw || row.problem || own.some((index) => row.cells[index]?.trim())) return row;
    return { ...row, problem: unmended, raw };
  };
  async function* checkedBatches(): RecordReader["batches"] {
    for await (const batch of batches) yield rowBatchOf(rowsIn(batch).map(checked), batch.width);
  }
  return { ...reader, batches: checkedBatches() };
}

async function* continued(first: RowBatch | undefined, rest: AsyncIterator<RowBatch>): AsyncGenerator<RowBatch> {
  try {
    if (first && first.count > 0) yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* namedBatches(fileName: string, reader: RecordReader): RecordReader["batches"] {
  try {
    yield* reader.batches;
  } catch (error) {
    throw withName(fileName, error);
  }
}

async function named<T>(fileName: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withName(fileName, error);
  }
}

function withName(fileName: string, error: unknown): unknown {
  if (!(error instanceof FormatError)) return error;
  const [text, shown] = [`${fileName}: ${error.message}`, `${fileName}: ${error.shown}`];
  return new FormatError(error.code, text, error.line, shown);
}
