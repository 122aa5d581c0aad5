import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import type { EntityExecution, Execution } from "../../domain/execution.ts";
import { isReasonColumn, rawColumn, reasonColumns } from "../../domain/reasonColumns.ts";
import { rowsIn, type SourceRow } from "../../domain/rowBatch.ts";
import type { DelimitedFormat } from "../../domain/sourceFormats/delimited.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import { FormatError, type RecordReader } from "../../formats/recordFormat.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import { openRecords } from "../sources/openRecords.ts";
import { noContinuation, type RowsPlace } from "./errorPages.ts";
import { type FormatOfExecution, formatOfExecution } from "./formatOfExecution.ts";

/** The file in which an execution wrote down the rows of an entity that it rejected. */
export interface RejectedFile extends FormatOfExecution {
  readonly execution: Execution;
  readonly entity: EntityExecution;
  /** The format of the file itself. */
  readonly rejects: DelimitedFormat;
  readonly name: string;
  readonly sizeBytes: number;
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

export interface RejectedBatch {
  readonly rows: readonly RejectedRow[];
  /** Where the rows behind these begin; absent where the encoding of the file tells no such place. */
  readonly next?: RowsPlace;
}

export interface RejectedRows {
  /** Of the file that the message brought. */
  readonly columns: readonly string[];
  /** In the order in which they were rejected. */
  readonly batches: AsyncIterable<RejectedBatch>;
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
  const facts = name === undefined ? undefined : await ports.files.findFacts("executions", name);
  if (name === undefined || !facts) return undefined;
  const found = await formatOfExecution(ports, execution, entity);
  const { rejects } = fileFormatOf(found.format);
  return { ...found, execution, entity, rejects, name, sizeBytes: facts.sizeBytes };
}

const utf8 = 65_001;

/** From the first row on, or from a place that `next` told; another one is `invalid`. */
export async function openRejected(
  ports: Ports,
  file: RejectedFile,
  pace: Pace,
  from?: RowsPlace,
): Promise<RejectedRows> {
  const bytes = from ? readFrom(ports, file, from) : ports.files.read("executions", file.name);
  const of = { entity: undefined, expected: [], fileName: `${file.entity.entity} failed` };
  const reader = await openRecords(bytes, file.rejects, of, pace).catch((error) => {
    throw from ? asUnknownPlace(error) : error;
  });
  const { columns, headerEndsAt } = reader;
  if (from && headerEndsAt !== from.headerEndsAt) throw noContinuation();
  const own = [...columns.keys()].filter((index) => !isReasonColumn(columns[index]!));
  const batches = toRejected(reader, own, pace, file.rejects);
  return { columns: own.map((index) => columns[index]!), batches: from ? readOn(batches, from) : batches };
}

/** As if the rows before were not there. */
async function* readFrom({ files }: Ports, file: RejectedFile, from: RowsPlace): AsyncGenerator<Uint8Array> {
  const { headerEndsAt, at } = from;
  if (headerEndsAt > at || at >= file.sizeBytes) throw noContinuation();
  yield* files.read("executions", file.name, 0, headerEndsAt);
  yield* files.read("executions", file.name, at);
}

/** With places of the whole file. One that nobody told of shows by what is no rejected row. */
async function* readOn(batches: RejectedRows["batches"], { headerEndsAt, at }: RowsPlace): RejectedRows["batches"] {
  try {
    for await (const { rows, next } of batches) {
      if (!rows.every(({ line }) => Number.isSafeInteger(line) && line > 0)) throw noContinuation();
      yield { rows, ...(next && { next: { headerEndsAt, at: at + next.at - headerEndsAt } }) };
    }
  } catch (error) {
    throw asUnknownPlace(error);
  }
}

function asUnknownPlace(error: unknown): unknown {
  return error instanceof FormatError ? noContinuation() : error;
}

async function* toRejected(
  { columns, batches, headerEndsAt }: RecordReader,
  own: readonly number[],
  pace: Pace,
  { codePage }: DelimitedFormat,
): RejectedRows["batches"] {
  // In other encodings the bytes that are counted are not those of the file.
  const isPlaced = headerEndsAt !== undefined && codePage === utf8;
  const places = [...reasonColumns, rawColumn].map((column) => columns.indexOf(column));
  const toRow = ({ cells, absent }: SourceRow): RejectedRow => {
    const [line, field, code, reason, raw] = places.map((place) => cells[place] ?? "");
    const values = own.map((index) => (absent?.has(index) ? undefined : (cells[index] ?? "")));
    return { line: Number(line), field: field!, code: code!, reason: reason!, raw: raw!, cells: values };
  };
  for await (const batch of batches) {
    if (pace.isOver()) await pace.rest();
    const next = isPlaced && batch.nextAt !== undefined && { next: { headerEndsAt, at: batch.nextAt } };
    yield { rows: rowsIn(batch).map(toRow), ...next };
  }
}
