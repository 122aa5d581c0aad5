import type { OpenMessage } from "../../domain/standing.ts";
import type { EndedCounts, OpenMessages } from "../../ports/openMessages.ts";
import type { Ground, Row, Table } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import { beyond } from "../rows/keys.ts";
import { firstRows, pageOfRows } from "../rows/rowPages.ts";
import { jobProgress } from "./jobProgress.ts";
import * as rows from "./messageRows.ts";
import { mendOpenRows } from "./mendOpenRows.ts";
import type { OpenJobs } from "./openJobs.ts";

const pageRows = 1000;
const pagesMax = 10;

/** What is open and what ended, by the rows beside the messages of a job, and the index of jobs that have any. */
export function openMessagesStore(ground: Ground, jobs: OpenJobs): OpenMessages {
  const table = ground.table(tableNames.messages);
  const { findProgress } = jobProgress(table);
  return {
    list: (activityId, limit) => listOpen(table, activityId, limit),
    listStanding: (activityId, standing, limit) => listStanding(table, activityId, standing, limit),
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
    listOthers(table, activityId, limit),
  ]);
  return [...waiting.map(rows.toWaitingLoad), ...others.map(rows.toOpen)];
}

/** Where all together are more than that, each kind is looked at, so that none hides behind the others. */
async function listOthers(table: Table, activityId: string, limit: number): Promise<readonly Row[]> {
  const together = await firstRows(table, activityId, rows.openKeys, limit);
  if (together.length < limit) return together;
  const ofKind = (kind: rows.OpenKind) => firstRows(table, activityId, rows.keysOfKind(kind), limit);
  return (await Promise.all(rows.openKinds.map(ofKind))).flat();
}

/** Looks past those that somebody released, as far as that goes. */
async function listStanding(table: Table, activityId: string, standing: OpenMessage["standing"], limit: number) {
  const isWaiting = standing === "waiting";
  const range = isWaiting ? rows.waitingKeys : rows.keysOfKind(standing);
  const items: OpenMessage[] = [];
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax && items.length < limit; page++) {
    const request = { limit: pageRows, ...(continuation !== undefined && { continuation }) };
    const found = await pageOfRows(table, activityId, range, request, isWaiting ? rows.toWaitingLoad : rows.toOpen);
    items.push(...found.items.filter(({ isReleased }) => !isReleased));
    continuation = found.continuation;
    if (continuation === undefined) break;
  }
  return { items: items.slice(0, limit), isCut: continuation !== undefined || items.length > limit };
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
