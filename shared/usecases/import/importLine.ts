import { keyFields } from "../../domain/dataEntity.ts";
import { SievedInVain } from "../../ports/sieve.ts";
import { sieveFor } from "./sieveFor.ts";
import { mergesOf } from "../../domain/composite.ts";
import { entityId } from "../../domain/entityId.ts";
import { DomainError } from "../../domain/errors.ts";
import { emptyLines, lineBuffer, linesIn } from "../../domain/lineBuffer.ts";
import { oddityWarnings } from "../../domain/oddCells.ts";
import { firstOfEachKey, lastKeyOf, type RecordLines } from "../../domain/recordLines.ts";
import { CommitRevoked, type EntityRef, type UpsertCommit, type UpsertResult } from "../../ports/entityStore.ts";
import type { EntityExecution, RunFailure } from "../../domain/execution.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { OpenSieve, StagedRecords, Staging } from "../../ports/staging.ts";
import { rowAt } from "../../domain/rowBatch.ts";
import type { FormatError, RecordReader } from "../../formats/recordFormat.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import { requireSameTree } from "../definitions/executionDefinitions.ts";
import { addDoubledRecords } from "./doubledRecords.ts";
import { type FailedRecords, collectFailedRecords } from "./failedRecords.ts";
import { type Held, LeaseLost, keepWhile } from "../attempt/holdMessage.ts";
import { type LineSource, lineSource } from "./lineSource.ts";
import { numberedRecords, numbersOf } from "./numberedRecords.ts";
import { lookUp } from "./lookUp.ts";
import type { PreparedLine } from "./prepareImport.ts";
import { requireNoneRejected } from "./requireNoneRejected.ts";
import type { RowNotes } from "../staging/rowNotes.ts";
import { failuresIn, isRefusal } from "../sources/refusal.ts";
import { commitKey } from "./settleExecution.ts";

/** How a line ended; `failure` when its file could not be read to the end, and then none of its records count. */
export type EndedLine = EntityExecution & {
  readonly failure: string | undefined;
  /** The same, one by one. */
  readonly failures?: readonly RunFailure[];
  /** What is odd about the rows that were read. */
  readonly warnings: readonly string[];
};

/**
 * Imports one file into its entity: source → staging in key order → one commit of the entity. The commit is all or
 * nothing and bears the message's own key, so an attempt that was cut off, or a doubled one, has no effect of its own.
 */
export async function importLine(
  ports: Ports,
  held: Held<InboundMessage>,
  line: PreparedLine,
  index: number,
  entity: EntityExecution,
): Promise<EndedLine> {
  try {
    return await importOnce(ports, held, { line, index, entity, openSieve: sieveFor(ports, line) });
  } catch (error) {
    if (!(error instanceof SievedInVain)) throw error;
    line.map.begin();
    return importOnce(ports, held, { line, index, entity, openSieve: undefined });
  }
}

interface Import {
  readonly line: PreparedLine;
  readonly index: number;
  readonly entity: EntityExecution;
  readonly openSieve: OpenSieve | undefined;
}

async function importOnce(
  ports: Ports,
  held: Held<InboundMessage>,
  { line, index, entity, openSieve }: Import,
): Promise<EndedLine> {
  const { fence, executionId } = held.message();
  const startedAt = ports.clock.now();
  const staging = ports.staging.open(executionId!, openSieve);
  const read: Read = { rows: 0, oddities: () => [] };
  let failed = collectFailedRecords(ports, line, `${executionId}/failed-${index}-${fence}`);
  let source: LineSource | undefined;
  try {
    source = await lineSource(ports, held, line);
    failed = noting(failed, source.notes);
    await stage(held, { line, source }, staging, failed, read);
    const looked = { line, source, staged: await staging.finish() };
    const staged = await lookUp(ports, executionId!, looked, failed, held.pace);
    if (!line.execute) {
      await source.notes?.write(false);
      return stagedOnly({ ...entity, ...(await end(ports, line, read, failed, startedAt)) });
    }
    requireRecords(line, staged, read);
    if (line.failOnError) await requireNoneRejected(ports, held, { line, source, staged }, failed);
    const { result, hasDoubled } = await commit(ports, held, line, staged);
    if (hasDoubled) await addDoubledRecords(ports, executionId!, { line, source, staged }, failed, held.pace);
    await source.notes?.write(true);
    const { created, updated, unchanged } = result;
    const outcome = { status: "finished" as const, created, updated, unchanged, failure: undefined };
    return { ...entity, ...outcome, ...(await end(ports, line, read, failed, startedAt)) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { ...entity, ...endedBy(error, await end(ports, line, read, failed, startedAt)) };
  } finally {
    // The disk first, which is gone even when storage fails.
    await staging.discard();
    await failed.abandon();
    await source?.notes?.abandon();
  }
}

/** Rejected records are noted on their staged rows as well, where there are any. */
function noting(failed: FailedRecords, notes: RowNotes | undefined): FailedRecords {
  if (!notes) return failed;
  return {
    ...failed,
    async add(row, errors) {
      await failed.add(row, errors);
      await notes.fail(row.line, errors);
    },
  };
}

/** None of its records counts. */
function endedBy<E extends Pick<EndedLine, "rowsRead" | "failed">>(error: DomainError | FormatError, ended: E) {
  const failure = { failure: error.message, failures: failuresIn(error) };
  return { ...ended, status: "error" as const, unprocessed: ended.rowsRead - ended.failed, ...failure };
}

/** Its good records wait for somebody who copies them. */
function stagedOnly(ended: Omit<EndedLine, "failure">): EndedLine {
  const unprocessed = ended.rowsRead - ended.failed;
  const { entity, warnings } = ended;
  const text = `${ended.fileName}: ${unprocessed} good records wait in staging. Copy them: POST messages/{id}/retry?rows=staged.`;
  return { ...ended, entity, status: "staged", unprocessed, warnings: [...warnings, text], failure: undefined };
}

interface Read {
  rows: number;
  oddities: RecordReader["oddities"];
}

/** A line that empties its entity first empties nothing for a file that brings nothing, or for one of rejects. */
function requireRecords({ line, fileName }: PreparedLine, { count }: StagedRecords, { rows }: Read): void {
  if (!line.truncateFirst || count > 0) return;
  const what = rows === 0 ? "the file holds no records" : `none of its ${rows} records is good`;
  const next = rows === 0 ? "Push the file with its records." : "Mend the file and push it again.";
  const text = `${fileName}: ${what}, so nothing was removed, although the line empties the entity first (truncateFirst). ${next}`;
  throw new DomainError("invalid", text);
}

async function end(
  ports: Ports,
  { fileName, map }: PreparedLine,
  read: Read,
  failed: FailedRecords,
  startedAt: number,
) {
  const failedFile = await failed.finish();
  const counts = { rowsRead: read.rows, failed: failed.count(), firstErrors: failed.firstErrors() };
  const warnings = [
    ...oddityWarnings(fileName, read.oddities()),
    ...map.warnings().map((text) => `${fileName}: ${text}`),
  ];
  return { ...counts, warnings, startedAt, finishedAt: ports.clock.now(), ...(failedFile && { failedFile }) };
}

/** Records are handed on once there is so much of them: by their default values they may be far longer than their rows. */
const handedOnBytes = 256 * 1024;

/** Source to staging: converts and checks each row; a rejected one stops no other. */
async function stage(
  held: Held<InboundMessage>,
  { line, source }: { readonly line: PreparedLine; readonly source: LineSource },
  staging: Staging,
  failed: FailedRecords,
  read: Read,
): Promise<void> {
  const reader = await source.openToValidate();
  read.oddities = reader.oddities;
  const records = lineBuffer();
  for await (const batch of reader.batches) {
    if (held.pace.isOver()) await held.pace.rest();
    read.rows += batch.count;
    emptyLines(records);
    for (let index = 0; index < batch.count; index += 1) {
      const problem = batch.broken.size > 0 ? batch.broken.get(index)?.problem : undefined;
      const errors = problem ? [{ field: "", ...problem }] : line.map.mapRow(batch, index, records);
      if (records.filled >= handedOnBytes) {
        await staging.add(linesIn(records));
        emptyLines(records);
      }
      if (!errors) continue;
      if (held.pace.isOver()) await held.pace.rest();
      const row = rowAt(batch, index);
      await failed.add(row, line.nameCells(reader, row.line, errors));
    }
    await staging.add(linesIn(records));
  }
}

async function commit(
  ports: Ports,
  held: Held<InboundMessage>,
  line: PreparedLine,
  staged: StagedRecords,
): Promise<{ readonly result: UpsertResult; readonly hasDoubled: boolean }> {
  const ref = { entityId: entityId(line.entity), company: line.company };
  const { fields } = line.map;
  const { truncateFirst } = line.line;
  const { fence, executionId } = held.message();
  const records = (draw: () => string) =>
    numberedRecords(ports, executionId!, line, withoutDoubled(staged, held.pace), draw);
  const result = await upsert(ports, held, ref, {
    idempotencyKey: commitKey(held.message(), ref.entityId),
    fence,
    columns: fields,
    keyColumns: keyFields(line.entity).map((field) => field.name),
    records,
    ...(staged.heldBack && { heldBack: staged.heldBack }),
    ...numbersOf(line),
    truncateFirst,
    ...mergesOf(line.entity),
    requireValid: () => requireSameTree(ports, line.definitions),
  });
  const stagedCount = staged.count + (staged.heldBack?.count ?? 0);
  return { result, hasDoubled: result.created + result.updated + result.unchanged < stagedCount };
}

/** Whoever revoked the commit has given this attempt up. */
async function upsert(
  ports: Ports,
  held: Held<InboundMessage>,
  ref: EntityRef,
  records: UpsertCommit,
): Promise<UpsertResult> {
  await held.keep();
  try {
    return await keepWhile(ports, held, () => ports.entities.upsert(ref, records));
  } catch (error) {
    if (error instanceof CommitRevoked) throw new LeaseLost(error.message);
    throw error;
  }
}

async function* withoutDoubled(staged: StagedRecords, pace: Pace): AsyncGenerator<RecordLines> {
  let last: Buffer | undefined;
  for await (const batch of staged.records()) {
    if (pace.isOver()) await pace.rest();
    const before = last;
    last = lastKeyOf(batch);
    yield firstOfEachKey(batch, before);
  }
}
