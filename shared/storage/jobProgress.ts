import type { JobProgress, Messages } from "../ports.ts";
import type { Table } from "./ground.ts";
import { progressKey } from "./messageRows.ts";
import { tableNames } from "./names.ts";
import { fromColumns, toColumns } from "./storedJson.ts";

/** How far a job's line was handed out: one row beside its messages. */
export function jobProgress(table: Table): Pick<Messages, "findProgress" | "saveProgress"> {
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
  };
}
