import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import type { EntityExecution, Execution } from "../../domain/execution.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { type LineSet, createLineSet } from "../../domain/lineSet.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import { reasonColumns } from "../../domain/reasonColumns.ts";
import { linesOf, type RecordLines } from "../../domain/recordLines.ts";
import { rowsIn, type SourceRow } from "../../domain/rowBatch.ts";
import { FormatError, type RecordReader } from "../../formats/recordFormat.ts";
import type { FileFacts, Ports, Slice } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import { type ExecutionDefinitions, definitionsOf, versionsOf } from "../definitions/executionDefinitions.ts";
import { findOrder } from "../orders/findOrder.ts";
import { recordsOfLine } from "../sources/recordsOfLine.ts";
import { openRecords } from "../sources/openRecords.ts";
import { formatOfExecution } from "./formatOfExecution.ts";
import { type PreparedLine, newestForImport, prepareImport } from "../import/prepareImport.ts";

export type ResultKind = "succeeded" | "failed" | "unprocessed";

export interface ResultFile {
  readonly fileName: string;
  /** Absent for a file that is made while it is read. */
  readonly facts?: FileFacts;
  /** Of one that is made: all that its bytes depend on. */
  readonly madeOf?: string;
  readonly read: (slice?: Slice) => AsyncIterable<Uint8Array>;
}

/**
 * The records of one entity of an execution, in the format of their line. The failed ones were written while they were
 * found; the others are made now, from the original file without the failed lines, by the definitions that the
 * execution worked by. `notFound` when there is no such file, and `gone` when storage has lost it.
 */
export async function openResultFile(
  ports: Ports,
  executionId: string,
  entityName: string,
  kind: ResultKind,
): Promise<ResultFile> {
  const execution = await ports.executions.find(executionId);
  const entity = execution?.entities.find((candidate) => isSameName(candidate.entity, entityName));
  if (!execution || !entity) throw new DomainError("notFound", "There is no such execution, or it has no such entity.");
  if (execution.direction === "export") throw new DomainError("notFound", "Only imports have result files.");
  const { format } = await formatOfExecution(ports, execution, entity);
  const file = fileFormatOf(kind === "failed" ? fileFormatOf(format).rejects : format);
  const fileName = `${entity.entity} ${kind}.${file.extension}`;
  if (kind === "failed") return { fileName, ...(await openFailed(ports, entity)) };
  const rowsOfKind = kind === "succeeded" ? entity.created + entity.updated + entity.unchanged : entity.unprocessed;
  const isNotRun = kind === "unprocessed" && entity.status === "notRun";
  if (rowsOfKind === 0 && !isNotRun)
    throw new DomainError("notFound", `The run has no ${kind} records of this entity.`);
  return { fileName, ...(await prepareOthers(ports, execution, entity)) };
}

async function openFailed(ports: Ports, { failedFile }: EntityExecution): Promise<Omit<ResultFile, "fileName">> {
  if (failedFile === undefined) throw new DomainError("notFound", "The run has no failed records of this entity.");
  const facts = await ports.files.findFacts("executions", failedFile);
  if (!facts) throw new DomainError("gone", "The file of the run's failed records is no longer stored.");
  return { facts, read: (slice) => ports.files.read("executions", failedFile, slice?.offset, slice?.length) };
}

/** They are made by what was found now, however often and however late they are read. */
async function prepareOthers(
  ports: Ports,
  execution: Execution,
  entity: EntityExecution,
): Promise<Omit<ResultFile, "fileName">> {
  if (execution.stagedRowsOf !== undefined) throw fromStaging();
  const found = await ports.messages.findInbound(execution.activityId, execution.messageId);
  if (!found) throw gone();
  const message = asOfExecution(found.value, execution);
  const definitions = await readable(() => definitionsOfExecution(ports, execution, found.value));
  const { id, externalIdentifier, company, sha256, rejectedRowsOf, mends, mendedBy } = message;
  const ofMessage = { id, externalIdentifier, company, sha256, rejectedRowsOf, mends, mendedBy };
  const madeOf = JSON.stringify(["records", execution.id, message.fence, entity, ofMessage, versionsOf(definitions)]);
  return { madeOf, read: () => makeOthers(ports, definitions, message, entity) };
}

async function* makeOthers(
  ports: Ports,
  definitions: ExecutionDefinitions,
  message: InboundMessage,
  entity: EntityExecution,
): AsyncGenerator<Uint8Array> {
  const pace = ports.startPace();
  const lines = await readable(() => prepareImport(ports, definitions, message, pace));
  const line = lines.find((candidate) => isSameName(candidate.entity.name, entity.entity));
  if (!line) throw new DomainError("notFound", "The message's file of this entity can no longer be read.");
  const failedLines = await readFailedLines(ports, line, entity, pace);
  const rows = withoutLines(await line.open(), failedLines);
  const of = recordsOfLine(line.line, line.entity, line.columns);
  const writer = fileFormatOf(line.format).createWriter(of, pace);
  yield* writer.write(line.columns, toLines(line, rows, pace));
}

/** Which of its rows the execution read; a later one may read others. */
function asOfExecution(
  { rejectedRowsOf: _now, stagedRows: _rows, ...message }: InboundMessage,
  { id: executionId, fence = message.fence, rejectedRowsOf }: Execution,
): InboundMessage {
  return { ...message, executionId, fence, ...(rejectedRowsOf !== undefined && { rejectedRowsOf }) };
}

async function definitionsOfExecution(
  ports: Ports,
  execution: Execution,
  message: InboundMessage,
): Promise<ExecutionDefinitions> {
  if (execution.versions) return definitionsOf(ports, execution.versions);
  const given = await findOrder(ports, message);
  if (!given) throw gone();
  return newestForImport(ports, given, message);
}

/** What it took then cannot be told any more: rows go on to be edited. */
function fromStaging(): DomainError {
  const message = "The run took rows that were in staging: look at them there (executions/{id}/staging/{entity}).";
  return new DomainError("notFound", message);
}

function gone(): DomainError {
  return new DomainError("notFound", "The message of this run is gone.");
}

/** By newer definitions, where the execution wrote none down, the file may no longer be what it was. */
async function readable<T>(prepare: () => Promise<T>): Promise<T> {
  try {
    return await prepare();
  } catch (error) {
    if (error instanceof FormatError) throw new DomainError("conflict", error.message);
    throw error;
  }
}

/** The lines of the failed records, from the file that has them all. */
async function readFailedLines(
  ports: Ports,
  { format, entity: definition }: PreparedLine,
  entity: EntityExecution,
  pace: Pace,
): Promise<LineSet> {
  const lines = createLineSet();
  if (entity.failedFile === undefined) return lines;
  const bytes = ports.files.read("executions", entity.failedFile);
  const of = { fileName: entity.failedFile, entity: definition, expected: [] };
  const reader = await openRecords(bytes, fileFormatOf(format).rejects, of, pace);
  const column = reader.columns.indexOf(reasonColumns[0]);
  for await (const batch of reader.batches) {
    for (const row of rowsIn(batch)) lines.add(Number(row.cells[column]));
    if (pace.isOver()) await pace.rest();
  }
  return lines;
}

async function* withoutLines(reader: RecordReader, lines: LineSet): AsyncGenerator<readonly SourceRow[]> {
  try {
    for await (const batch of reader.batches) {
      yield rowsIn(batch).filter((row) => !lines.has(row.line) && !row.problem);
    }
  } catch (error) {
    // A file that could not be read to its end gives the records before that place.
    if (!(error instanceof FormatError)) throw error;
  }
}

async function* toLines(
  line: PreparedLine,
  batches: AsyncIterable<readonly SourceRow[]>,
  pace: Pace,
): AsyncGenerator<RecordLines> {
  for await (const batch of batches) {
    if (pace.isOver()) await pace.rest();
    const valuesOf = ({ cells, absent }: SourceRow): readonly (string | undefined)[] =>
      line.columns.map((_, index) => (absent?.has(index) ? undefined : (cells[index] ?? "")));
    yield linesOf(batch.map((row) => ({ key: "", number: row.line, values: valuesOf(row) })));
  }
}
