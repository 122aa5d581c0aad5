import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { type MendedRows, type Mending, mendsOf } from "../../domain/mendedRows.ts";
import { doubledCode, reasonColumns } from "../../domain/reasonColumns.ts";
import type { LineStaging } from "../../domain/stagedRow.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import { rowBatchOf, rowsIn, type SourceRow } from "../../domain/rowBatch.ts";
import type { RecordsOf } from "../../formats/fileFormat.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import type { RecordReader } from "../../formats/recordFormat.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import { type ExecutionDefinitions, definitionsOf, formatOf, formatsOf } from "../definitions/executionDefinitions.ts";
import { openRecords } from "../sources/openRecords.ts";
import type { SourceFile } from "./sourceFiles.ts";

/** A file of a message, and how its rows are read: from its beginning, again for each call. */
export interface OpenedFile extends Omit<SourceFile, "bytes"> {
  readonly format: SourceFormat;
  readonly open: (of: RecordsOf) => Promise<RecordReader>;
  /** The names of the stylesheets that it went through. */
  readonly appliedStylesheets?: readonly string[];
  /** Of rows that an execution before left in staging. */
  readonly staging?: LineStaging;
}

/**
 * The formats in which an earlier execution wrote its rejected rows, changed since or not, or read its staged ones: the
 * execution that imports them works by these.
 */
export async function formatsOfEarlier(
  ports: Ports,
  { rejectedRowsOf, stagedRows, mends }: InboundMessage,
): Promise<ExecutionDefinitions["formats"] | undefined> {
  const executionId = rejectedRowsOf ?? stagedRows?.executionId;
  if (executionId === undefined) return mends && formatsOf(ports, [mends.format]);
  const versions = (await ports.executions.find(executionId))?.versions;
  return versions && (await definitionsOf(ports, versions)).formats;
}

/**
 * In place of the files of a message, those of the rows that an earlier execution rejected of them; a file of which it
 * rejected none is left out. Nothing is truncated for them: the other rows of the file are in the entity.
 */
export async function rejectedFiles(
  ports: Ports,
  definitions: ExecutionDefinitions,
  of: {
    readonly files: readonly SourceFile[];
    readonly executionId: string;
    /** Rows that somebody has decided about are not read again. */
    readonly mendedBy: readonly MendedRows[];
    readonly pace: Pace;
  },
): Promise<readonly OpenedFile[]> {
  const execution = await ports.executions.find(of.executionId);
  const found = of.files.flatMap((file): readonly OpenedFile[] => {
    const entity = execution?.entities.find((candidate) => isSameName(candidate.entity, file.line.entity));
    const name = entity?.failedFile;
    if (!entity || name === undefined) return [];
    const format = fileFormatOf(formatOf(definitions, entity.format)).rejects;
    const mendOf = mendsOf(of.mendedBy, entity.entity);
    const open = async (as: RecordsOf) => {
      const reader = await openRecords(ports.files.read("executions", name), format, { ...as, ...file }, of.pace);
      return asTheyWere(reader, (row) => mendOf(row.line) === undefined);
    };
    const warnings = [`${file.fileName}: only the rows that the run before rejected were imported.`];
    return [{ ...file, line: { ...file.line, truncateFirst: false }, format, open, warnings }];
  });
  if (found.length > 0) return found;
  throw new DomainError(
    "notFound",
    "The rows that the run before rejected are stored no more. Retry all of the message.",
  );
}

/** The rows of a message that mends another one. Nothing is truncated for them either. */
export function mendedRows(
  definitions: ExecutionDefinitions,
  { format: { name } }: Mending,
  file: SourceFile,
  pace: Pace,
): OpenedFile {
  const format = formatOf(definitions, name);
  const { rejects } = fileFormatOf(format);
  const open = async (as: RecordsOf) =>
    underTheirLines(await openRecords(file.bytes(), rejects, { ...as, ...file }, pace), (row) => row);
  return { ...file, line: { ...file.line, truncateFirst: false }, format, open };
}

function asTheyWere(reader: RecordReader, isMeant: (row: SourceRow) => boolean): RecordReader {
  const places = reasonColumns.map((column) => reader.columns.indexOf(column));
  const toRow = (own: SourceRow, row: SourceRow) => (isMeant(own) ? asItWas(own, row, places) : undefined);
  // The run before warned of what is odd about them.
  return { ...underTheirLines(reader, toRow), oddities: () => [] };
}

/** The rows under the lines that they had in the original file; `toRow` leaves out those that are not meant. */
function underTheirLines(
  { columns, batches, ...reader }: RecordReader,
  toRow: (own: SourceRow, row: SourceRow) => SourceRow | undefined,
): RecordReader {
  const place = columns.indexOf(reasonColumns[0]);
  async function* ownBatches(): RecordReader["batches"] {
    for await (const batch of batches) {
      const rows = rowsIn(batch).flatMap((row) => {
        const line = Number(row.cells[place]);
        return toRow({ ...row, line: Number.isSafeInteger(line) && line > 0 ? line : row.line }, row) ?? [];
      });
      if (rows.length > 0) yield rowBatchOf(rows, batch.width);
    }
  }
  return { ...reader, columns, batches: ownBatches() };
}

/**
 * Only a value may fit by now. A row that could not be read as one, or whose key an earlier row of the file has, is
 * rejected as before: its cells are not what they were, or would be written over those of the row that counted.
 */
function asItWas(own: SourceRow, row: SourceRow, places: readonly number[]): SourceRow {
  const [, field, code, message] = places.map((place) => row.cells[place] ?? "");
  const isOfValue = field !== "" && code !== doubledCode;
  return isOfValue ? own : { ...own, problem: { code: code ?? "", message: message ?? "" } };
}
