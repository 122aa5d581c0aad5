import { type Execution, type ExecutionState, executionState } from "../../domain/execution.ts";
import { foldName } from "../../domain/foldName.ts";
import type { Ports } from "../../ports.ts";
import type { ExecutionQuestion } from "../../ports/lists.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { jobNames } from "./jobNames.ts";

const readsMax = 10;

export interface ExecutionWish extends ExecutionQuestion {
  readonly state?: ExecutionState;
  readonly entity?: string;
}

/** An execution as a list across all jobs shows it. */
export interface ExecutionOfJob {
  readonly execution: Execution;
  /** Undefined where the job is gone. */
  readonly jobName: string | undefined;
}

/**
 * The executions of all jobs, newest first. With a state or an entity, or of a job and its project both, it looks through a
 * bounded number of them, and may answer fewer than asked for with a continuation.
 */
export async function listExecutions(
  ports: Ports,
  wish: ExecutionWish,
  page: PageRequest,
): Promise<Page<ExecutionOfJob>> {
  const items: Execution[] = [];
  let { continuation } = page;
  for (let reads = 0; reads < readsMax && items.length < page.limit; reads++) {
    // A read ends where the answer does, so that the continuation leaves nothing out.
    const limit = page.limit - items.length;
    const found = await ports.lists.listExecutions(wish, {
      limit,
      ...(continuation !== undefined && { continuation }),
    });
    items.push(...found.items.filter((execution) => isWished(execution, wish)));
    continuation = found.continuation;
    if (continuation === undefined) break;
  }
  const names = await jobNames(
    ports,
    items.map(({ activityId }) => activityId),
  );
  const named = items.map((execution) => ({ execution, jobName: names.get(execution.activityId) }));
  return { items: named, ...(continuation !== undefined && { continuation }) };
}

function isWished(execution: Execution, { state, entity, project }: ExecutionWish): boolean {
  const isNamed = (name: string, wished: string | undefined) =>
    wished === undefined || foldName(name) === foldName(wished);
  if (state !== undefined && executionState(execution) !== state) return false;
  if (!isNamed(execution.project, project)) return false;
  return entity === undefined || execution.entities.some((each) => isNamed(each.entity, entity));
}
