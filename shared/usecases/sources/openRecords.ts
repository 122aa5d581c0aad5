import { isSameName } from "../../domain/dataEntity.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import { isReasonColumn, rawColumn, reasonColumns } from "../../domain/reasonColumns.ts";
import { readStart } from "../../formats/byteChunks.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import type { RecordsOf } from "../../formats/fileFormat.ts";
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

/** Which file it is, and whose records it holds. */
export interface OpenedAs extends RecordsOf {
  readonly fileName: string;
}

/** Opens a file in its source data format; whatever is wrong with it names the file. */
export async function openRecords(
  bytes: AsyncIterable<Uint8Array>,
  format: SourceFormat,
  of: OpenedAs,
  pace: Pace,
): Promise<RecordReader> {
  const reader = await named(of.fileName, async () => {
    const { format: own, bytes: whole } = await asRejects(bytes, format);
    const file = fileFormatOf(own);
    const opened = await file.open(whole, of, pace);
    return withRawRows(file.hasColumnNames ? opened : await withReasonColumns(opened));
  });
  return { ...reader, batches: namedBatches(of.fileName, reader) };
}

const startBytes = 64;
const rejectsStart = new RegExp(`^\\ufeff?"?${reasonColumns[0]}"?([,;\\t])"?${reasonColumns[1]}"?\\1`);

function rejectsSign(start: Uint8Array): string | undefined {
  return rejectsStart.exec(Buffer.from(start).toString("utf8"))?.[1];
}

/** Whether a file begins as one of rejected rows does, whatever the format of its line. */
export function beginsAsRejects(start: Uint8Array): boolean {
  return rejectsSign(start) !== undefined;
}

/**
 * Rejected rows of a format that is no delimited text are written as delimited text all the same, and may be pushed again
 * once they were mended: a file that begins with their columns is read as that, also by the delimiter that a
 * spreadsheet gave it.
 */
async function asRejects(
  bytes: AsyncIterable<Uint8Array>,
  format: SourceFormat,
): Promise<{ readonly format: SourceFormat; readonly bytes: AsyncIterable<Uint8Array> }> {
  const { rejects } = fileFormatOf(format);
  if (rejects.kind === format.kind) return { format, bytes };
  const { start, whole } = await readStart(bytes, startBytes);
  const sign = rejectsSign(start);
  if (sign === undefined) return { format, bytes: whole };
  const columnDelimiter = sign === "," ? "comma" : sign === ";" ? "semicolon" : "tab";
  return { format: { ...rejects, columnDelimiter }, bytes: whole };
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
    for await (const batch of batches) {
      const { width, nextAt } = batch;
      yield { ...rowBatchOf(rowsIn(batch).map(checked), width), ...(nextAt !== undefined && { nextAt }) };
    }
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
