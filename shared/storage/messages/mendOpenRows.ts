import type { Message } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import type { Table } from "../ground/ground.ts";
import { firstRows, pageOfRows } from "../rows/rowPages.ts";
import * as rows from "./messageRows.ts";
import { openRows } from "./rowsBeside.ts";
import { addMissingRows, removeStaleRow } from "./mendRowsBeside.ts";

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
  for (const row of await firstRows(table, activityId, rows.openKeys, checkedMax)) await removeStaleRow(table, row);
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

/** The rows of a message that is open, where they lack. */
async function addRows(table: Table, stored: Stored<Message>): Promise<void> {
  await addMissingRows(table, stored, openRows(stored.value));
}
