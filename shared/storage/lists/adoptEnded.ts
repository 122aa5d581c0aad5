import { executionIdsOf } from "../../domain/message.ts";
import { messageEnd } from "../../domain/standing.ts";
import type { Message } from "../../ports.ts";
import { inParallel } from "../../ports/inParallel.ts";
import type { Table } from "../ground/ground.ts";
import { listedKey, messageKeys, toMessage } from "../messages/messageRows.ts";
import { namedRow } from "../messages/rowsBeside.ts";
import { pageOfRows } from "../rows/rowPages.ts";
import type { Kept } from "./keptLists.ts";

const pageMessages = 500;
/** Of one job at a time; the rest waits for the next pass of the upkeep. */
const pagesMax = 4;
const atOnceMax = 16;
const looksApartMs = 60 * 60_000;

/** How far the looks have come: in the first until it has its time, and done when nothing is noted any more. */
interface Looked {
  readonly firstAt?: number;
  readonly after?: string;
}

/**
 * Release 0.1.0 kept no lists and no rows of names: a job's messages, with their executions, are looked through once, and
 * once more when no host of that release is at work any longer. How far that has come is noted with each page, so that a
 * job of many messages is done in several passes.
 */
export async function adoptEnded(table: Table, kept: Kept, activityId: string): Promise<void> {
  const row = await table.find(activityId, listedKey);
  const looked: Looked = row?.values ?? {};
  const now = kept.clock.now();
  const isDone = row && looked.firstAt === undefined && looked.after === undefined;
  const isBetween = looked.firstAt !== undefined && looked.after === undefined && now - looked.firstAt < looksApartMs;
  if (isDone || isBetween) return;
  const isFirst = looked.firstAt === undefined;
  let continuation = looked.after;
  for (let page = 0; page < pagesMax; page++) {
    const request = { limit: pageMessages, ...(continuation !== undefined && { continuation }) };
    const found = await pageOfRows(table, activityId, messageKeys, request, (stored) => toMessage(stored).value);
    await inParallel(found.items, atOnceMax, async (message) => {
      await adopt(kept, message);
      await adoptName(table, message);
    });
    continuation = found.continuation;
    const isOver = continuation === undefined;
    const values = isOver ? { ...(isFirst && { firstAt: now }) } : { ...row?.values, after: continuation ?? "" };
    await table.transact(activityId, [{ kind: "upsert", rowKey: listedKey, values }]);
    if (isOver) return;
  }
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
