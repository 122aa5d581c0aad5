import type { Occurrence, WaitingRun } from "../../domain/occurrence.ts";
import type { Occurrences } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import type { Ground, Row, RowChange, Table } from "../ground/ground.ts";
import { behind, newestFirstTimeKey, timeKey } from "../rows/keys.ts";
import { tableNames } from "../ground/names.ts";
import { type KeyRange, firstRows, keysWith, pageOfRows } from "../rows/rowPages.ts";
import { removeRowGroups } from "../rows/removeRows.ts";
import type { MissedList } from "../lists/missedRuns.ts";
import { eventChanges } from "../rows/eventRows.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";

export const occurrenceKeys: KeyRange = { from: "0", below: ":" };
const waitingKeys = keysWith("w_");
const scanRows = 200;
const scanPagesMax = 50;

/**
 * The ledger: one partition per job, the newest due time first. A due time that has not begun has a second row,
 * `w_{time}`, in step with the first by transactions: what waits is found however long ago it was recorded. Events that
 * wait for webhooks stand beside them.
 */
export function occurrencesStore(ground: Ground, missed: MissedList): Occurrences {
  const table = ground.table(tableNames.occurrences);
  return {
    async insert(occurrence, events) {
      const { activityId, dueAt } = occurrence;
      const row: RowChange = { kind: "insert", rowKey: newestFirstTimeKey(dueAt), values: toColumns(occurrence) };
      const rows = [row, ...(occurrence.state === "due" ? [waitingRow(occurrence)] : []), ...eventChanges(events)];
      const insert = async () => (await table.transact(activityId, rows)) !== undefined;
      if (occurrence.state !== "missed") return insert();
      const isInserted = await missed.before(occurrence, insert);
      if (!isInserted) await missed.settle(occurrence);
      return isInserted;
    },
    async find(activityId, dueAt) {
      const row = await table.find(activityId, newestFirstTimeKey(dueAt));
      return row && { value: toOccurrence(row), etag: row.etag };
    },
    replace: (stored, next) => replaceOccurrence(table, stored, next),
    list: (activityId, page) => pageOfRows(table, activityId, occurrenceKeys, page, toOccurrence),
    async listWaiting(activityId, limit) {
      return (await firstRows(table, activityId, waitingKeys, limit)).map(toWaiting);
    },
    async removeBefore(activityId, before, limit) {
      const rows = await finalRowsBefore(table, activityId, before, limit);
      const removals = rows.map(({ rowKey, etag }) => [{ kind: "remove", rowKey, etag } as const]);
      return removeRowGroups(table, activityId, removals);
    },
  };
}

async function replaceOccurrence(table: Table, stored: Stored<Occurrence>, next: Occurrence): Promise<boolean> {
  const { activityId, dueAt, state } = stored.value;
  const rowKey = newestFirstTimeKey(dueAt);
  const values = toColumns(next);
  if (state === "due" && next.state !== "due") {
    const row: RowChange = { kind: "replace", rowKey, values, etag: stored.etag };
    const waiting: RowChange = { kind: "remove", rowKey: waitingKey(dueAt) };
    if (await table.transact(activityId, [row, waiting])) return true;
    // One that an earlier version recorded has no second row.
    if (await table.find(activityId, waiting.rowKey)) return false;
  }
  return (await table.replace(activityId, rowKey, values, stored.etag)) !== undefined;
}

function waitingKey(dueAt: number): string {
  return `w_${timeKey(dueAt)}`;
}

export function waitingRow({ dueAt, trigger, recordedAt }: WaitingRun): RowChange {
  return { kind: "upsert", rowKey: waitingKey(dueAt), values: toColumns({ dueAt, trigger, recordedAt }) };
}

function toWaiting(row: Row): WaitingRun {
  return fromColumns<WaitingRun>(tableNames.occurrences, row, ["dueAt", "trigger", "recordedAt"]);
}

export function toOccurrence(row: Row): Occurrence {
  return fromColumns<Occurrence>(tableNames.occurrences, row, ["activityId", "dueAt", "lastDueAt", "state"]);
}

/** Looks past rows that are not final, however many there are. A row of several due times is as old as its last one. */
async function finalRowsBefore(table: Table, activityId: string, before: number, limit: number): Promise<Row[]> {
  const range: KeyRange = { ...occurrenceKeys, from: behind(newestFirstTimeKey(before)) };
  const found: Row[] = [];
  let continuation: string | undefined;
  for (let pages = 0; pages < scanPagesMax && found.length < limit; pages++) {
    const rest = continuation === undefined ? {} : { continuation };
    const page = await pageOfRows(table, activityId, range, { limit: scanRows, ...rest }, (row) => row);
    found.push(...page.items.filter((row) => isFinalBefore(toOccurrence(row), before)));
    continuation = page.continuation;
    if (continuation === undefined) break;
  }
  return found.slice(0, limit);
}

function isFinalBefore(occurrence: Occurrence, before: number): boolean {
  const isFinal = occurrence.state !== "due" && occurrence.state !== "started";
  return isFinal && occurrence.lastDueAt < before;
}
