import type { Execution } from "../../../domain/execution.ts";
import type { Ports } from "../../../ports.ts";
import { listJobExecutions } from "../../../usecases/watch/listJobExecutions.ts";
import { findGuid } from "../../request.ts";
import type { EntitySet, Row } from "../model.ts";

/** Executions have few entities as a rule. */
const rowsPerExecution = 2;

/** Reads a set that is made of executions: one by its id, or all there are. */
export function executionsBy(toRows: (execution: Execution) => readonly Row[]): Pick<EntitySet, "list"> {
  return {
    list: async (ports, wanted, page) => {
      const jobId = wanted.get("JobId");
      if (jobId !== undefined) {
        const execution = await findExecution(ports, jobId);
        return { items: execution ? toRows(execution) : [] };
      }
      const limit = Math.ceil(page.limit / rowsPerExecution);
      const found = await listJobExecutions(ports, wanted.get("DefinitionGroupId"), { ...page, limit });
      return { ...found, items: found.items.flatMap(toRows) };
    },
  };
}

/** By its id in any spelling. */
export function findExecution(ports: Ports, jobId: string): Promise<Execution | undefined> {
  return ports.executions.find(findGuid(jobId) ?? jobId.toLowerCase());
}
