import type { Execution } from "../../domain/execution.ts";
import type { Clock } from "../../ports.ts";
import type { ExecutionQuestion } from "../../ports/lists.ts";
import type { Ground, Row } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import { nameKey, newestFirstTimeKey, requireId, sha256Key } from "../rows/keys.ts";
import { type AheadList, type AheadRows, type SettledRows, aheadList } from "./aheadRows.ts";

export const executionPartition = "executions";

export type ListedExecution = Pick<Execution, "id" | "startedAt" | "project" | "activityId">;

export interface ExecutionList {
  before<T>(execution: ListedExecution, write: () => Promise<T>): Promise<T>;
  settle(execution: ListedExecution, isTrue: () => Promise<boolean>, which?: SettledRows): Promise<void>;
}

/** The executions of all jobs in the order of their begin, and beside that those of each project and of each job. */
export function executionList(ground: Ground, clock: Clock): ExecutionList {
  const list: AheadList = aheadList(ground.table(tableNames.lists), executionPartition, clock);
  return {
    before: (execution, write) => list.before(executionRows(execution), write),
    settle: (execution, ...how) => list.settle(executionRows(execution), ...how),
  };
}

export function executionRows({ id, startedAt, project, activityId }: ListedExecution): AheadRows {
  const rest = `${newestFirstTimeKey(startedAt)}_${id}`;
  const values = { id, startedAt, project, activityId };
  const row = (question: ExecutionQuestion) => ({ rowKey: `${executionsOf(question)}${rest}`, values });
  return [row({}), row({ project }), row({ activityId })];
}

/** The keys of those that are asked for begin so. */
export function executionsOf({ project, activityId }: ExecutionQuestion): string {
  if (activityId !== undefined) return `j_${requireId(activityId)}_`;
  return project === undefined ? "a_" : `p_${sha256Key(nameKey(project))}_`;
}

export function toListedExecution({ values, rowKey }: Row): ListedExecution {
  const { id, startedAt, project, activityId } = values;
  if (typeof id !== "string" || typeof startedAt !== "number" || typeof activityId !== "string") {
    throw new Error(`Row ${executionPartition} / ${rowKey} of table ${tableNames.lists} tells of no execution.`);
  }
  return { id, startedAt, project: String(project), activityId };
}
