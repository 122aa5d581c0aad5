import { executionIdsOf } from "../../domain/message.ts";
import { messageEnd } from "../../domain/standing.ts";
import type { Message } from "../../ports.ts";
import type { Table } from "../ground/ground.ts";
import { listedKey, messageKeys, toMessage } from "../messages/messageRows.ts";
import { namedRow } from "../messages/rowsBeside.ts";
import { pageOfRows } from "../rows/rowPages.ts";
import type { Kept } from "./keptLists.ts";

const pageMessages = 500;
const pagesMax = 2000;
const looksApartMs = 60 * 60_000;

/**
 * Release 0.1.0 kept no lists and no rows of names: a job's messages, with their executions, are looked through once, and
 * once more when no host of that release is at work any longer.
 */
export async function adoptEnded(table: Table, kept: Kept, activityId: string): Promise<void> {
  const looked = await table.find(activityId, listedKey);
  const isDone = looked && looked.values["firstAt"] === undefined;
  const now = kept.clock.now();
  if (isDone || (looked && now - Number(looked.values["firstAt"]) < looksApartMs)) return;
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const request = { limit: pageMessages, ...(continuation !== undefined && { continuation }) };
    const found = await pageOfRows(table, activityId, messageKeys, request, (row) => toMessage(row).value);
    for (const message of found.items) {
      await adopt(kept, message);
      await adoptName(table, message);
    }
    continuation = found.continuation;
    if (continuation === undefined) break;
  }
  if (continuation !== undefined) {
    throw new Error(`Job ${activityId} has more than ${pageMessages * pagesMax} messages.`);
  }
  const values = looked ? {} : { firstAt: now };
  await table.transact(activityId, [{ kind: "upsert", rowKey: listedKey, values }]);
}

async function adopt({ ended, listed, executions }: Kept, message: Message): Promise<void> {
  const end = messageEnd(message);
  if (end) await ended.before(message, end, nothing);
  for (const id of executionIdsOf(message)) {
    const execution = await executions.find(id);
    if (execution) await listed.before(execution, nothing);
  }
}

/** One that waits gets the row when a worker takes it; what finds the row of a removed one, or both, shows no more for it. */
async function adoptName(table: Table, message: Message): Promise<void> {
  const rows = namedRow(message);
  if (rows.length === 0) return;
  await table.transact(
    message.activityId,
    rows.map(([rowKey, values]) => ({ kind: "upsert", rowKey, values })),
  );
}

const nothing = (): Promise<void> => Promise.resolve();
