import { entityId } from "../domain/entityId.ts";
import type { IncomingRecord, UpsertResult } from "../domain/entityStore.ts";
import type { EntityExecution } from "../domain/execution.ts";
import type { InboundMessage } from "../domain/inboundMessage.ts";
import type { SourceRow } from "../formats/recordFormat.ts";
import type { StagedRecord, StagedRecords, Staging } from "../domain/staging.ts";
import type { Ports } from "../ports.ts";
import { type FailedRecords, collectFailedRecords } from "./failedRecords.ts";
import { type Held, keepWhile } from "./holdMessage.ts";
import type { PreparedLine } from "./prepareImport.ts";
import { isRefusal } from "./refusal.ts";

/** How a line ended; `failure` when its file could not be read to the end, and then none of its records count. */
export type EndedLine = EntityExecution & { readonly failure: string | undefined };

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
  const { id, run, fence, executionId } = held.message();
  const startedAt = ports.clock.now();
  const staging = ports.staging.open(executionId!);
  const failed = collectFailedRecords(ports, line, `${executionId}/failed-${index}-${fence}`);
  const read: Read = { rows: 0 };
  try {
    await stage(held, line, staging, failed, read);
    const { result, doubled } = await commit(
      ports,
      held,
      line,
      await staging.finish(),
      `${id}/${run}/${entityId(line.entity)}`,
    );
    await addDoubled(held, line, failed, doubled);
    const { created, updated, unchanged } = result;
    const outcome = { status: "finished" as const, created, updated, unchanged, failure: undefined };
    return { ...entity, ...outcome, ...(await end(ports, read, failed, startedAt)) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const ended = await end(ports, read, failed, startedAt);
    return { ...entity, ...ended, status: "error", unprocessed: read.rows - ended.failed, failure: error.message };
  } finally {
    await failed.abandon();
    await staging.discard();
  }
}

interface Read {
  rows: number;
}

async function end(ports: Ports, read: Read, failed: FailedRecords, startedAt: number) {
  const failedFile = await failed.finish();
  const counts = { rowsRead: read.rows, failed: failed.count(), firstErrors: failed.firstErrors() };
  return { ...counts, startedAt, finishedAt: ports.clock.now(), ...(failedFile && { failedFile }) };
}

/** Source to staging: converts and checks each row; a rejected one stops no other. */
async function stage(
  held: Held<InboundMessage>,
  line: PreparedLine,
  staging: Staging,
  failed: FailedRecords,
  read: Read,
): Promise<void> {
  const reader = await line.open();
  for await (const batch of reader.batches) {
    await held.keep();
    read.rows += batch.length;
    const records: StagedRecord[] = [];
    for (const row of batch) {
      const mapped = row.problem ? { errors: [{ field: "", ...row.problem }] } : line.map.mapRow(row.cells);
      if ("errors" in mapped) failed.add(row, mapped.errors);
      else records.push({ key: mapped.key, line: row.line, values: mapped.values });
    }
    await failed.flush();
    await staging.add(records);
  }
}

/** Lines whose key an earlier line of the same file has: by their own line, that of the first. */
type Doubled = ReadonlyMap<number, number>;

async function commit(
  ports: Ports,
  held: Held<InboundMessage>,
  line: PreparedLine,
  staged: StagedRecords,
  idempotencyKey: string,
): Promise<{ readonly result: UpsertResult; readonly doubled: Doubled }> {
  let doubled = new Map<number, number>();
  const records = (): AsyncGenerator<IncomingRecord[]> => {
    doubled = new Map();
    return firstOfEachKey(staged, doubled, () => held.keep());
  };
  const ref = { entityId: entityId(line.entity), company: line.company };
  const { fields } = line.map;
  const { truncateFirst } = line.line;
  const result = await keepWhile(ports, held, () =>
    ports.entities.upsert(ref, { idempotencyKey, columns: fields, records, truncateFirst }),
  );
  // A repeat reads no records, but its doubled ones belong into the file of failed records all the same.
  if (result.isRepeat) for await (const _ of records());
  return { result, doubled };
}

async function* firstOfEachKey(
  staged: StagedRecords,
  doubled: Map<number, number>,
  keep: () => Promise<void>,
): AsyncGenerator<IncomingRecord[]> {
  let last: StagedRecord | undefined;
  for await (const batch of staged.records()) {
    await keep();
    const first: IncomingRecord[] = [];
    for (const record of batch) {
      if (last !== undefined && record.key === last.key) {
        doubled.set(record.line, last.line);
        continue;
      }
      last = record;
      first.push(record);
    }
    yield first;
  }
}

/** Their rows are needed once more, so the file is read again; that costs only files that have such rows. */
async function addDoubled(
  held: Held<InboundMessage>,
  line: PreparedLine,
  failed: FailedRecords,
  doubled: Doubled,
): Promise<void> {
  if (doubled.size === 0) return;
  const reader = await line.open();
  for await (const batch of reader.batches) {
    await held.keep();
    for (const row of batch) addIfDoubled(line, failed, doubled, row);
    await failed.flush();
  }
}

function addIfDoubled(line: PreparedLine, failed: FailedRecords, doubled: Doubled, row: SourceRow): void {
  const first = doubled.get(row.line);
  if (first === undefined) return;
  const field = line.entity.fields.find((candidate) => candidate.isKey)?.name ?? "";
  const message = `The same key stands on line ${first} already; the first row counts.`;
  failed.add(row, [{ field, code: "DMF1959", message }]);
}
