import { executionIdsOf } from "../../domain/message.ts";
import { messageEnd } from "../../domain/standing.ts";
import type { Message } from "../../ports.ts";
import type { Table } from "../ground/ground.ts";
import { listedKey, messageKeys, toMessage } from "../messages/messageRows.ts";
import { pageOfRows } from "../rows/rowPages.ts";
import type { Kept } from "./keptLists.ts";

const pageMessages = 500;
const pagesMax = 2000;

/** Release 0.1.0 kept no lists: the messages of a job, and their executions, are looked through once. */
export async function adoptEnded(table: Table, kept: Kept, activityId: string): Promise<void> {
  if (await table.find(activityId, listedKey)) return;
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const request = { limit: pageMessages, ...(continuation !== undefined && { continuation }) };
    const found = await pageOfRows(table, activityId, messageKeys, request, (row) => toMessage(row).value);
    for (const message of found.items) await adopt(kept, message);
    continuation = found.continuation;
    if (continuation === undefined) break;
  }
  if (continuation !== undefined) {
    throw new Error(`Job ${activityId} has more than ${pageMessages * pagesMax} messages.`);
  }
  await table.insert(activityId, listedKey, {});
}

async function adopt({ ended, listed, executions }: Kept, message: Message): Promise<void> {
  const end = messageEnd(message);
  if (end) await ended.before(message, end, nothing);
  for (const id of executionIdsOf(message)) {
    const execution = await executions.find(id);
    if (execution) await listed.before(execution, nothing);
  }
}

const nothing = (): Promise<void> => Promise.resolve();
