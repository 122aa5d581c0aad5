import type { Lists } from "../../ports/lists.ts";
import type { Page } from "../../ports/stored.ts";
import type { Ground } from "../ground/ground.ts";
import { inParallel } from "../../ports/inParallel.ts";
import { tableNames } from "../ground/names.ts";
import { firstRows, pageOfRows } from "../rows/rowPages.ts";
import { adoptEnded } from "./adoptEnded.ts";
import { endedKey, endedPartition, toEndedRow } from "./endedMessages.ts";
import { executionPartition, executionsOf, toListedExecution } from "./executionList.ts";
import { type Kept, newestFirst } from "./keptLists.ts";
import { missedPartition, toMissedRuns } from "./missedRuns.ts";
import { tidyCounted, tidyOld } from "./tidyLists.ts";

const readsAtOnceMax = 16;

export function listsStore(ground: Ground, kept: Kept): Lists {
  const table = ground.table(tableNames.lists);
  const { executions, ended } = kept;
  return {
    async listEnded({ hasErrors, ...span }, page) {
      const range = newestFirst(endedKey(hasErrors ? "f" : "a"), span);
      return onlyTrue(await pageOfRows(table, endedPartition, range, page, toEndedRow), (row) => ended.find(row));
    },
    async countFailed(span, limit) {
      const rows = await firstRows(table, endedPartition, newestFirst(endedKey("f"), span), limit + 1);
      return { count: Math.min(rows.length, limit), isCut: rows.length > limit };
    },
    async listExecutions(question, page) {
      const range = newestFirst(executionsOf(question), question);
      const rows = await pageOfRows(table, executionPartition, range, page, toListedExecution);
      return onlyTrue(rows, async ({ id, startedAt }) => {
        const execution = await executions.find(id);
        return execution?.startedAt === startedAt ? execution : undefined;
      });
    },
    async listMissed(from, limit) {
      return (await firstRows(table, missedPartition, newestFirst("m_", { from }), limit)).map(toMissedRuns);
    },
    tidy: () => tidyCounted(table, kept),
    tidyOld: (retainedSince, after) => tidyOld(table, kept, retainedSince, after),
    adopt: (activityId) => adoptEnded(ground.table(tableNames.messages), kept, activityId),
  };
}

async function onlyTrue<R, T>(page: Page<R>, find: (row: R) => Promise<T | undefined>): Promise<Page<T>> {
  const found = await inParallel(page.items, readsAtOnceMax, find);
  return { ...page, items: found.filter((item) => item !== undefined) as readonly T[] };
}
