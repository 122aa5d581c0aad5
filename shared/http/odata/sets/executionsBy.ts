import { isSameName } from "../../../domain/dataEntity.ts";
import type { Execution } from "../../../domain/execution.ts";
import type { Ports } from "../../../ports.ts";
import { executionIdOf } from "../../../usecases/orders/requestedId.ts";
import { findRun } from "../../../usecases/watch/findRun.ts";
import { findGuid } from "../../request.ts";
import { spanBy, wantedBy } from "../filter.ts";
import type { EntitySet, Row } from "../model.ts";

/** An execution under the id that its clients know. */
export interface NamedExecution {
  readonly execution: Execution;
  readonly jobId: string;
}

/**
 * Reads a set that is made of executions, the newest first: of all projects, or of one, or one by its id. `start` is the
 * property that says when an execution began.
 */
export function executionsBy(
  toRows: (named: NamedExecution) => readonly Row[],
  start?: string,
): Pick<EntitySet, "list"> {
  return {
    list: async (ports, filter, page) => {
      const wanted = wantedBy(filter);
      const jobId = wanted.get("JobId");
      if (jobId !== undefined) {
        const found = await findExecution(ports, jobId);
        return { items: found ? toRows(found) : [] };
      }
      const project = wanted.get("DefinitionGroupId");
      const span = start === undefined ? {} : spanBy(filter, start);
      const found = await ports.lists.listExecutions({ ...span, ...(project !== undefined && { project }) }, page);
      return { ...found, items: found.items.flatMap((execution) => toRows({ execution, jobId: jobIdOf(execution) })) };
    },
  };
}

/** By its id in any spelling, or by what whoever asked for it calls it: the last one, then. */
export async function findExecution(ports: Ports, jobId: string): Promise<NamedExecution | undefined> {
  const id = findGuid(jobId) ?? jobId;
  const execution = (await findRun(ports, id))?.execution;
  if (execution?.id === id) return { execution, jobId: id };
  const { requestedId } = execution ?? {};
  if (!execution || requestedId === undefined || !isSameName(requestedId, id)) return undefined;
  return { execution, jobId: requestedId };
}

/** Of several under one name the first has it, so that no two have the same. */
function jobIdOf({ id, requestedId }: Execution): string {
  return requestedId !== undefined && executionIdOf(requestedId) === id ? requestedId : id;
}
