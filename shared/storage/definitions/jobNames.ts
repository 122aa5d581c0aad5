import type { Definitions } from "../../ports.ts";
import type { Table } from "../ground/ground.ts";
import { nameKey } from "../rows/keys.ts";

const partitionKey = "jobName";
const triesMax = 5;

/** Job names are unique although jobs are kept by id: each name is a row, and the first to insert it holds it. */
export function jobNames(table: Table): Pick<Definitions, "reserveJobName" | "releaseJobName"> {
  return {
    async reserveJobName(name, activityId) {
      for (let tries = 0; tries < triesMax; tries++) {
        if ((await table.insert(partitionKey, nameKey(name), { activityId })) !== undefined) return activityId;
        const holder = (await table.find(partitionKey, nameKey(name)))?.values["activityId"];
        if (typeof holder === "string") return holder;
      }
      throw new Error("A job name was taken and released again and again while it was to be reserved.");
    },
    async releaseJobName(name, activityId) {
      const row = await table.find(partitionKey, nameKey(name));
      if (row?.values["activityId"] === activityId) await table.remove(partitionKey, row.rowKey, row.etag);
    },
  };
}
