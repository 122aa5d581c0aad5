import type { Message } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import type { Row, RowChange, Table } from "../ground/ground.ts";
import { firstRows, pageOfRows } from "../rows/rowPages.ts";
import * as rows from "./messageRows.ts";
import { openRows } from "./rowsBeside.ts";

const pageMessages = 500;
const pagesMax = 2000;
/** Of the rows that say that a message is open, so many are held against their messages. */
const checkedMax = 1000;

/**
 * Release 0.1.0 keeps no rows of its open messages, and removes none where it ends what this version began. So the messages
 * of a job are looked through once, and the rows of those that are open are held against their messages each time.
 */
export async function mendOpenRows(table: Table, activityId: string): Promise<void> {
  if (!(await table.find(activityId, rows.openRowsKey))) {
    await addMissing(table, activityId);
    await table.insert(activityId, rows.openRowsKey, {});
  }
  for (const row of await firstRows(table, activityId, rows.openKeys, checkedMax)) await removeStale(table, row);
}

async function addMissing(table: Table, activityId: string): Promise<void> {
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const request = { limit: pageMessages, ...(continuation !== undefined && { continuation }) };
    const found = await pageOfRows(table, activityId, rows.messageKeys, request, rows.toMessage);
    for (const stored of found.items) await addRows(table, stored);
    continuation = found.continuation;
    if (continuation === undefined) return;
  }
  throw new Error(`Job ${activityId} has more than ${pageMessages * pagesMax} messages.`);
}

/**
 * The message is written as it stands, so that it cannot move while its rows come. One that a worker has is not written,
 * because its worker would take that for a take-over: a row that comes after its end is found as a stale one.
 */
async function addRows(table: Table, { value, etag }: Stored<Message>): Promise<void> {
  const { activityId, id } = value;
  const missing: RowChange[] = [];
  for (const [rowKey, values] of openRows(value)) {
    if (!(await table.find(activityId, rowKey))) missing.push({ kind: "upsert", rowKey, values });
  }
  if (missing.length === 0) return;
  const same: RowChange = { kind: "replace", rowKey: rows.messageKey(id), values: rows.messageValues(value), etag };
  await table.transact(activityId, value.lease ? missing : [same, ...missing]);
}

/** A message that came to stand so again in this moment has written its row anew, so that it stays. */
async function removeStale(table: Table, row: Row): Promise<void> {
  const { partitionKey, rowKey, etag } = row;
  const message = await table.find(partitionKey, rows.messageKey(rows.openIdOf(row)));
  const isTrue = message && openRows(rows.toMessage(message).value).some(([key]) => key === rowKey);
  if (!isTrue) await table.remove(partitionKey, rowKey, etag);
}
