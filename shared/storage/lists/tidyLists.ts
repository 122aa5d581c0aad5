import type { Row, Table } from "../ground/ground.ts";
import { inParallel } from "../../ports/inParallel.ts";
import { firstRows, pageOfRows } from "../rows/rowPages.ts";
import { settledMs } from "./aheadRows.ts";
import { endedKey, endedPartition, toEndedRow } from "./endedMessages.ts";
import { executionPartition, executionsOf, toListedExecution } from "./executionList.ts";
import { type Kept, newestFirst } from "./keptLists.ts";
import { missedPartition, toMissedRuns } from "./missedRuns.ts";

const rowsMax = 1000;
const atOnceMax = 8;
/** Longer than what is counted goes back: a day that began in another zone. */
const countedMs = 50 * 60 * 60_000;

interface TidiedList {
  readonly partition: string;
  readonly prefix: string;
  readonly settle: (row: Row) => Promise<void>;
}

/** Holds rows that are counted against what they tell of. */
export async function tidyCounted(table: Table, kept: Kept): Promise<void> {
  const { ends, missedRuns } = tidied(kept);
  const now = kept.clock.now();
  const span = { from: now - countedMs, to: now - settledMs };
  for (const { partition, prefix, settle } of [{ ...ends, prefix: endedKey("f") }, missedRuns]) {
    await inParallel(await firstRows(table, partition, newestFirst(prefix, span), rowsMax), atOnceMax, settle);
  }
}

/**
 * The same of a page of those whose facts end their retention or are kept beyond it, and answers where the next one begins.
 * A row that a crash left is shown to nobody until it comes here.
 */
export async function tidyOld(
  table: Table,
  kept: Kept,
  retainedSince: number,
  after = "0",
): Promise<string | undefined> {
  const { ends, missedRuns, runs } = tidied(kept);
  const lists = [ends, missedRuns, runs];
  const span = { to: Math.min(retainedSince, kept.clock.now() - countedMs) };
  let lastKey = after.slice(1);
  for (const [place, { partition, prefix, settle }] of [...lists.entries()].slice(Number(after.slice(0, 1)))) {
    const request = { limit: rowsMax, ...(lastKey !== "" && { continuation: lastKey }) };
    const { items, continuation } = await pageOfRows(
      table,
      partition,
      newestFirst(prefix, span),
      request,
      (row) => row,
    );
    await inParallel(items, atOnceMax, settle);
    if (continuation !== undefined) return `${place}${continuation}`;
    lastKey = "";
  }
  return undefined;
}

function tidied({ ended, missed, listed, executions }: Kept) {
  const ends: TidiedList = {
    partition: endedPartition,
    prefix: endedKey("a"),
    settle: (row) => ended.settle(toEndedRow(row), "settled"),
  };
  const missedRuns: TidiedList = {
    partition: missedPartition,
    prefix: "m_",
    settle: (row) => missed.settle(toMissedRuns(row), "settled"),
  };
  const runs: TidiedList = {
    partition: executionPartition,
    prefix: executionsOf({}),
    async settle(row) {
      const execution = toListedExecution(row);
      const isTrue = async (): Promise<boolean> =>
        (await executions.find(execution.id))?.startedAt === execution.startedAt;
      await listed.settle(execution, isTrue, "settled");
    },
  };
  return { ends, missedRuns, runs };
}
