import type { Execution } from "../../../domain/execution.ts";
import type { Ports } from "../../../ports.ts";
import { findGuid } from "../../request.ts";
import { spanBy, wantedBy } from "../filter.ts";
import type { EntitySet, Row } from "../model.ts";

/**
 * Reads a set that is made of executions, the newest first: of all projects, or of one, or one by its id. `start` is the
 * property that says when an execution began.
 */
export function executionsBy(
  toRows: (execution: Execution) => readonly Row[],
  start?: string,
): Pick<EntitySet, "list"> {
  return {
    list: async (ports, filter, page) => {
      const wanted = wantedBy(filter);
      const jobId = wanted.get("JobId");
      if (jobId !== undefined) {
        const execution = await findExecution(ports, jobId);
        return { items: execution ? toRows(execution) : [] };
      }
      const project = wanted.get("DefinitionGroupId");
      const span = start === undefined ? {} : spanBy(filter, start);
      const found = await ports.lists.listExecutions({ ...span, ...(project !== undefined && { project }) }, page);
      return { ...found, items: found.items.flatMap(toRows) };
    },
  };
}

/** By its id in any spelling. */
export function findExecution(ports: Ports, jobId: string): Promise<Execution | undefined> {
  return ports.executions.find(findGuid(jobId) ?? jobId.toLowerCase());
}
