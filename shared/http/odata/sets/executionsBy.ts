import { isSameName } from "../../../domain/dataEntity.ts";
import type { Execution } from "../../../domain/execution.ts";
import { inParallel } from "../../../ports/inParallel.ts";
import { executionIdOf } from "../../../usecases/orders/requestedId.ts";
import { findRun } from "../../../usecases/watch/findRun.ts";
import { findGuid } from "../../request.ts";
import { spanBy, wantedBy } from "../filter.ts";
import type { EntitySet, Reader, Row } from "../model.ts";

const looksAtOnceMax = 8;

/** An execution under the id that its clients know. */
export interface NamedExecution {
  readonly execution: Execution;
  readonly jobId: string;
}

/**
 * Reads a set that is made of executions, the newest first, as far as they are open to whoever asks: of all projects, or of one, or one by its id. `start` is the
 * property that says when an execution began.
 */
export function executionsBy(
  toRows: (named: NamedExecution) => readonly Row[],
  start?: string,
): Pick<EntitySet, "list"> {
  return {
    list: async (reader, filter, page) => {
      const wanted = wantedBy(filter);
      const jobId = wanted.get("JobId");
      if (jobId !== undefined) {
        const found = await findExecution(reader, jobId);
        return { items: found ? toRows(found) : [] };
      }
      const project = wanted.get("DefinitionGroupId");
      const span = start === undefined ? {} : spanBy(filter, start);
      const { lists } = reader.ports;
      const found = await lists.listExecutions({ ...span, ...(project !== undefined && { project }) }, page);
      const seen = await seenBy(reader, found.items);
      return { ...found, items: seen.flatMap((execution) => toRows({ execution, jobId: jobIdOf(execution) })) };
    },
  };
}

async function seenBy({ isOpenRun }: Reader, executions: readonly Execution[]): Promise<readonly Execution[]> {
  const open = await inParallel(executions, looksAtOnceMax, isOpenRun);
  return executions.filter((_, index) => open[index]);
}

/** By its id in any spelling, or by what whoever asked for it calls it: the last one, then. */
export async function findExecution({ ports, isOpenRun }: Reader, jobId: string): Promise<NamedExecution | undefined> {
  const id = findGuid(jobId) ?? jobId;
  const execution = (await findRun(ports, id))?.execution;
  if (execution && !(await isOpenRun(execution))) return undefined;
  if (execution?.id === id) return { execution, jobId: id };
  const { requestedId } = execution ?? {};
  if (!execution || requestedId === undefined || !isSameName(requestedId, id)) return undefined;
  return { execution, jobId: requestedId };
}

/** Of several under one name the first has it, so that no two have the same. */
function jobIdOf({ id, requestedId }: Execution): string {
  return requestedId !== undefined && executionIdOf(requestedId) === id ? requestedId : id;
}
