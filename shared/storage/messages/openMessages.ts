import type { OpenMessage } from "../../domain/standing.ts";
import type { EndedCounts, OpenMessages } from "../../ports/openMessages.ts";
import type { Ground, Row, Table } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import { beyond } from "../rows/keys.ts";
import { firstRows } from "../rows/rowPages.ts";
import { jobProgress } from "./jobProgress.ts";
import * as rows from "./messageRows.ts";
import { mendOpenRows } from "./mendOpenRows.ts";
import type { OpenJobs } from "./openJobs.ts";

/** What is open and what ended, by the rows beside the messages of a job, and the index of jobs that have any. */
export function openMessagesStore(ground: Ground, jobs: OpenJobs): OpenMessages {
  const table = ground.table(tableNames.messages);
  const { findProgress } = jobProgress(table);
  return {
    list: (activityId, limit) => listOpen(table, activityId, limit),
    async listParked(activityId, limit) {
      return (await firstRows(table, activityId, rows.parkedKeys, limit)).map(rows.openIdOf);
    },
    countEnded: (activityId, after, limit) => countEnded(table, activityId, after, limit),
    listJobs: (page) => jobs.list(page),
    forgetJob: (job) => jobs.forget(job),
    async mendJob(activityId) {
      await mendOpenRows(table, activityId);
      const isOpen = (await listOpen(table, activityId, 1)).length > 0;
      if (isOpen || (await findProgress(activityId))?.value.blockedBy !== undefined) await jobs.mark(activityId);
    },
  };
}

async function listOpen(table: Table, activityId: string, limit: number): Promise<readonly OpenMessage[]> {
  const [waiting, others] = await Promise.all([
    firstRows(table, activityId, rows.waitingKeys, limit),
    firstRows(table, activityId, rows.openKeys, limit),
  ]);
  return [...waiting.map(rows.toWaitingLoad), ...others.map(rows.toOpen)];
}

async function countEnded(table: Table, activityId: string, after: number, limit: number): Promise<EndedCounts> {
  const range = { from: rows.endedKey(after + 1), below: beyond(rows.endedPrefix) };
  const ended = await firstRows(table, activityId, range, limit);
  const failed = ended.filter(isFailed).length;
  return { processed: ended.length - failed, failed };
}

function isFailed(row: Row): boolean {
  return row.values["isFailed"] === true;
}
