import type { Span } from "../../ports/lists.ts";
import type { Row, Table } from "../ground/ground.ts";
import { inParallel } from "../../ports/inParallel.ts";
import { firstRows } from "../rows/rowPages.ts";
import { settledMs } from "./aheadRows.ts";
import { endedKey, endedPartition, toEndedRow } from "./endedMessages.ts";
import { executionPartition, executionsOf, toListedExecution } from "./executionList.ts";
import { type Kept, newestFirst } from "./keptLists.ts";
import { missedPartition, toMissedRuns } from "./missedRuns.ts";

const rowsMax = 1000;
const atOnceMax = 8;
/** Longer than what is counted goes back: a day that began in another zone. */
const countedMs = 50 * 60 * 60_000;

type Settle = (row: Row) => Promise<void>;

/**
 * Holds rows against what they tell of: those that are counted, and those whose facts end their retention. A row that a
 * crash left elsewhere is shown to nobody. What is kept beyond the retention is looked at each time.
 */
export async function tidyLists(table: Table, kept: Kept, retainedSince: number): Promise<void> {
  const { ended, missed, listed, executions, clock } = kept;
  const counted = { from: clock.now() - countedMs, to: clock.now() - settledMs };
  const past = { to: Math.min(retainedSince, counted.from) };
  const each = async (partition: string, prefix: string, span: Span, settle: Settle): Promise<void> => {
    const rows = await firstRows(table, partition, newestFirst(prefix, span), rowsMax);
    await inParallel(rows, atOnceMax, settle);
  };
  const settleEnd: Settle = (row) => ended.settle(toEndedRow(row));
  const settleMissed: Settle = (row) => missed.settle(toMissedRuns(row));
  const settleExecution: Settle = async (row) => {
    const execution = toListedExecution(row);
    await listed.settle(
      execution,
      async () => (await executions.find(execution.id))?.startedAt === execution.startedAt,
    );
  };
  await each(endedPartition, endedKey("f"), counted, settleEnd);
  await each(endedPartition, endedKey("a"), past, settleEnd);
  await each(missedPartition, "m_", counted, settleMissed);
  await each(missedPartition, "m_", past, settleMissed);
  await each(executionPartition, executionsOf({}), past, settleExecution);
}
