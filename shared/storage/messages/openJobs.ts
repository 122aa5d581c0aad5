import type { Clock } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import type { OpenJob } from "../../ports/openMessages.ts";
import type { Row, Table } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import { requireId } from "../rows/keys.ts";
import { keysWith, pageOfRows } from "../rows/rowPages.ts";

/** Beside the claims of messages: the jobs that may have open ones, and those whose events may wait for webhooks. */
export type JobIndex = "jobs" | "events";
/** Activity ids begin with a hexadecimal digit. */
const allKeys = { from: "0", below: keysWith("f").below };
/** For so long a process relies on a mark that it made. */
const reliedOnMs = 5 * 60_000;
/** Far longer, so that a job leaves the index only when every process marks it anew before its next message. */
const keptMs = 60 * 60_000;

export interface OpenJobs {
  /** Does what may give the job an open message: the job is in the index before that, and when it is done. */
  marked<T>(activityId: string, work: () => Promise<T>): Promise<T>;
  mark(activityId: string): Promise<void>;
  list(page: PageRequest): Promise<Page<OpenJob>>;
  forget(job: OpenJob): Promise<boolean>;
}

/**
 * The index of the jobs that may have open messages, a row each. A process marks a job before it brings a message, unless
 * it has done so within the last minutes. A job is taken out by the ETag of its row, and only when that row is older than
 * anything that a process still relies on: so a message that comes between the look at the job and the removal has
 * either marked it, which the ETag shows, or will. Whoever stood still in between marks it once more.
 */
export function openJobs(table: Table, clock: Clock, partitionKey: JobIndex = "jobs"): OpenJobs {
  const markedHere = new Map<string, number>();

  const mark = async (activityId: string): Promise<void> => {
    const now = clock.now();
    const values = { markedAt: now };
    await table.transact(partitionKey, [{ kind: "upsert", rowKey: requireId(activityId), values }]);
    markedHere.set(activityId, now);
  };
  const markUnlessLately = async (activityId: string): Promise<void> => {
    const agoMs = clock.now() - (markedHere.get(activityId) ?? Number.NEGATIVE_INFINITY);
    // A clock that was set back says nothing about how long ago that was.
    if (agoMs < 0 || agoMs > reliedOnMs) await mark(activityId);
  };

  return {
    async marked(activityId, work) {
      await markUnlessLately(activityId);
      try {
        return await work();
      } finally {
        await markUnlessLately(activityId);
      }
    },
    mark,
    list: (page) => pageOfRows(table, partitionKey, allKeys, page, toOpenJob),
    async forget({ activityId, markedAt, etag }) {
      if (clock.now() - markedAt <= keptMs) return false;
      return table.remove(partitionKey, requireId(activityId), etag);
    },
  };
}

function toOpenJob(row: Row): OpenJob {
  const { markedAt } = row.values;
  if (typeof markedAt !== "number") {
    throw new Error(`Row ${row.partitionKey} / ${row.rowKey} of table ${tableNames.claims} marks no job.`);
  }
  return { activityId: row.rowKey, markedAt, etag: row.etag };
}
