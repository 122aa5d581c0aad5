import type { JobProgress, Messages } from "../../ports.ts";
import type { Table } from "../ground/ground.ts";
import { earlierCounterKey, listedKey, openRowsKey, progressKey, watermarksKey } from "./messageRows.ts";
import { tableNames } from "../ground/names.ts";
import { fromColumns, toColumns } from "../rows/storedJson.ts";

/** How far a job has come: one row beside its messages. */
export function jobProgress(table: Table): Pick<Messages, "findProgress" | "saveProgress" | "forgetJob"> {
  return {
    async findProgress(activityId) {
      const row = await table.find(activityId, progressKey);
      if (!row) return undefined;
      return { value: fromColumns<JobProgress>(tableNames.messages, row, ["sentThrough", "passedAt"]), etag: row.etag };
    },
    async saveProgress(activityId, next, etag) {
      const written =
        etag === undefined
          ? await table.insert(activityId, progressKey, toColumns(next))
          : await table.replace(activityId, progressKey, toColumns(next), etag);
      return written !== undefined;
    },
    async forgetJob(activityId) {
      // The gate outlives the job: who judged before its removal must not find the way open, and places never go back.
      const keys = [watermarksKey, progressKey, openRowsKey, listedKey, earlierCounterKey];
      for (const key of keys) await table.remove(activityId, key);
    },
  };
}
