import type { Message } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import type { Row, RowChange, RowValues, Table } from "../ground/ground.ts";
import * as rows from "./messageRows.ts";
import { rowsBeside } from "./rowsBeside.ts";

/**
 * Adds rows that should stand beside a message and do not; false when there was nothing to add, or it moved. It is written as it stands, so that it
 * cannot move while its rows come. One that a worker has is not written, because its worker would take that for a take-over: a
 * row that comes after its end is found as a stale one.
 */
export async function addMissingRows(
  table: Table,
  { value, etag }: Stored<Message>,
  wanted: Iterable<readonly [rowKey: string, values: RowValues]>,
): Promise<boolean> {
  const { activityId, id } = value;
  const missing: RowChange[] = [];
  for (const [rowKey, values] of wanted) {
    if (!(await table.find(activityId, rowKey))) missing.push({ kind: "upsert", rowKey, values });
  }
  if (missing.length === 0) return false;
  const same: RowChange = { kind: "replace", rowKey: rows.messageKey(id), values: rows.messageValues(value), etag };
  return (await table.transact(activityId, value.lease ? missing : [same, ...missing])) !== undefined;
}

/** Whether the message that such a row is about still stands so. */
export async function isTrueRow(table: Table, row: Row): Promise<boolean> {
  const message = await table.find(row.partitionKey, rows.messageKey(rows.besideIdOf(row)));
  return message !== undefined && rowsBeside(rows.toMessage(message).value).has(row.rowKey);
}

/**
 * Removes a row that is not true, as it was looked at: a message that came to stand so again in this moment has written it anew, so that it
 * stays.
 */
export async function removeStaleRow(table: Table, row: Row): Promise<boolean> {
  if (await isTrueRow(table, row)) return false;
  return table.remove(row.partitionKey, row.rowKey, row.etag);
}
