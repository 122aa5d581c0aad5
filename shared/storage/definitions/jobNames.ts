import type { Definitions } from "../../ports/definitions.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import type { Table } from "../ground/ground.ts";
import { nameKey } from "../rows/keys.ts";

const partitionKey = "jobName";

/** Job names are unique although jobs are kept by id: each name is a row, and the first to insert it holds it. */
export function jobNames(table: Table): Pick<Definitions, "reserveJobName" | "findJobName" | "releaseJobName"> {
  const findHolder = async (name: string): Promise<string | undefined> => {
    const holder = (await table.find(partitionKey, nameKey(name)))?.values["activityId"];
    return typeof holder === "string" ? holder : undefined;
  };
  return {
    findJobName: findHolder,
    async reserveJobName(name, activityId) {
      return untilWon("The holder of a job name", async () => {
        if ((await table.insert(partitionKey, nameKey(name), { activityId })) !== undefined) return activityId;
        return (await findHolder(name)) ?? lost;
      });
    },
    async releaseJobName(name, activityId) {
      const row = await table.find(partitionKey, nameKey(name));
      if (row?.values["activityId"] === activityId) await table.remove(partitionKey, row.rowKey, row.etag);
    },
  };
}
