import { type EntityExecution, executionState, succeededCount } from "../domain/execution.ts";
import type { MessageOfJob, MessagesOfJobs } from "../usecases/watch/listAllMessages.ts";
import type { ExecutionOfJob } from "../usecases/watch/listExecutions.ts";
import { ofJob, toTime } from "./manageDefinitionWire.ts";
import { toMessageView } from "./manageMessageWire.ts";

export function toMessagesOfJobsReply({ items, continuation, isCut }: MessagesOfJobs, now: number) {
  const jsonBody = {
    items: items.map((each) => toMessageOfJobView(each, now)),
    ...(continuation !== undefined && { continuation }),
    ...(isCut && { isAtLeast: true }),
  };
  return { jsonBody };
}

function toMessageOfJobView({ message, jobName, isBlocking }: MessageOfJob, now: number) {
  return { ...toMessageView(message, now, isBlocking), ...(jobName !== undefined && { jobName }) };
}

/** An execution without its errors and links, which its own address has. */
export function toExecutionSummary({ execution, jobName }: ExecutionOfJob) {
  const { id, messageId, activityId, direction, project, attempt, startedAt, finishedAt, failure } = execution;
  return {
    id,
    messageId,
    ...ofJob(activityId),
    ...(jobName !== undefined && { jobName }),
    direction,
    project,
    state: executionState(execution),
    attempt,
    startedAt: toTime(startedAt),
    ...(finishedAt !== undefined && { finishedAt: toTime(finishedAt) }),
    entities: execution.entities.map(toEntitySummary),
    warnings: execution.warnings.length,
    ...(failure !== undefined && { failure }),
  };
}

export function toEntitySummary(execution: EntityExecution) {
  const { entity, status, rowsRead, failed, unprocessed, exported } = execution;
  return { entity, status, rowsRead, succeeded: succeededCount(execution), failed, unprocessed, exported };
}
