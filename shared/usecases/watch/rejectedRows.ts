import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import type { EntityExecution, Execution } from "../../domain/execution.ts";
import { isReasonColumn, rawColumn, reasonColumns } from "../../domain/reasonColumns.ts";
import { rowsIn, type SourceRow } from "../../domain/rowBatch.ts";
import type { DelimitedFormat } from "../../domain/sourceFormats/delimited.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import type { RecordReader } from "../../formats/recordFormat.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import { openRecords } from "../sources/openRecords.ts";
import { type FormatOfExecution, formatOfExecution } from "./formatOfExecution.ts";

/** The file in which an execution wrote down the rows of an entity that it rejected. */
export interface RejectedFile extends FormatOfExecution {
  readonly execution: Execution;
  readonly entity: EntityExecution;
  /** The format of the file itself. */
  readonly rejects: DelimitedFormat;
  readonly name: string;
}

/** A rejected row as its file has it. */
export interface RejectedRow {
  /** In the file that the message brought. */
  readonly line: number;
  readonly field: string;
  readonly code: string;
  readonly reason: string;
  /** Its text, where it could not be taken apart into its cells. */
  readonly raw: string;
  /** Beside the columns; undefined for one that the row does not have. */
  readonly cells: readonly (string | undefined)[];
}

export interface RejectedRows {
  /** Of the file that the message brought. */
  readonly columns: readonly string[];
  /** In the order in which they were rejected. */
  readonly batches: AsyncIterable<readonly RejectedRow[]>;
}

/** `notFound` when the execution rejected none, and `gone` when storage has lost them. */
export async function findRejected(ports: Ports, executionId: string, entityName: string): Promise<RejectedFile> {
  const execution = await ports.executions.find(executionId);
  const entity = execution?.entities.find((candidate) => isSameName(candidate.entity, entityName));
  if (!execution || !entity) throw new DomainError("notFound", "There is no such execution, or it has no such entity.");
  if (entity.failedFile === undefined) {
    throw new DomainError("notFound", "The run has no rejected rows of this entity.");
  }
  const file = await findRejectedOf(ports, execution, entity);
  if (file) return file;
  throw new DomainError("gone", "The rows that the run rejected are no longer stored.");
}

/** Undefined when the execution has rejected none of the entity, or has not written them all, or they are stored no more. */
export async function findRejectedOf(
  ports: Ports,
  execution: Execution,
  entity: EntityExecution,
): Promise<RejectedFile | undefined> {
  const { failedFile: name } = entity;
  if (name === undefined || !(await ports.files.findFacts("executions", name))) return undefined;
  const found = await formatOfExecution(ports, execution, entity);
  return { ...found, execution, entity, rejects: fileFormatOf(found.format).rejects, name };
}

export async function openRejected(ports: Ports, file: RejectedFile, pace: Pace): Promise<RejectedRows> {
  const bytes = ports.files.read("executions", file.name);
  const of = { entity: undefined, expected: [], fileName: `${file.entity.entity} failed` };
  const reader = await openRecords(bytes, file.rejects, of, pace);
  const { columns } = reader;
  const own = [...columns.keys()].filter((index) => !isReasonColumn(columns[index]!));
  return { columns: own.map((index) => columns[index]!), batches: toRejected(reader, own, pace) };
}

async function* toRejected(
  { columns, batches }: RecordReader,
  own: readonly number[],
  pace: Pace,
): RejectedRows["batches"] {
  const places = [...reasonColumns, rawColumn].map((column) => columns.indexOf(column));
  const toRow = ({ cells, absent }: SourceRow): RejectedRow => {
    const [line, field, code, reason, raw] = places.map((place) => cells[place] ?? "");
    const values = own.map((index) => (absent?.has(index) ? undefined : (cells[index] ?? "")));
    return { line: Number(line), field: field!, code: code!, reason: reason!, raw: raw!, cells: values };
  };
  for await (const batch of batches) {
    if (pace.isOver()) await pace.rest();
    yield rowsIn(batch).map(toRow);
  }
}
