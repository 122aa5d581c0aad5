import { type ExecutionState, executionState } from "../domain/execution.ts";
import type { Message } from "../ports.ts";
import type { ProjectRun } from "../usecases/watch/listProjectRuns.ts";
import { manageUrl, toTime } from "./manageDefinitionWire.ts";
import { toEntitySummary } from "./manageListWire.ts";

export function toProjectRunView({ message, execution }: ProjectRun, baseUrl: string) {
  const { id: messageId, executionId, direction, company, ownOrder, sizeBytes } = message;
  const { requestedId, requestedBy } = ownOrder ?? {};
  const externalIdentifier = message.direction === "import" ? message.externalIdentifier : undefined;
  return {
    messageId,
    ...(executionId !== undefined && { executionId }),
    ...(requestedId !== undefined && { requestedId }),
    requestedAt: toTime(message.enqueuedAt),
    ...(requestedBy && { requestedBy }),
    direction,
    state: stateOf({ message, execution }),
    ...(company !== undefined && { company }),
    ...(externalIdentifier !== undefined && { externalIdentifier }),
    ...(execution && toTimes(execution)),
    entities: (execution?.entities ?? []).map(toEntitySummary),
    warnings: execution?.warnings.length ?? 0,
    ...(execution?.failure !== undefined && { failure: execution.failure }),
    ...(sizeBytes !== undefined && { sizeBytes }),
    links: toLinks(message, stateOf({ message, execution }), baseUrl),
  };
}

/** A run that was asked for again has no execution before a worker takes it. */
function stateOf({ message, execution }: ProjectRun): ExecutionState {
  if (message.discarded?.isCanceled) return "canceled";
  if (execution) return executionState(execution);
  return message.discarded ? "failed" : "waiting";
}

function toTimes({ fence, startedAt, finishedAt }: NonNullable<ProjectRun["execution"]>) {
  if (fence === 0) return {};
  return { startedAt: toTime(startedAt), ...(finishedAt !== undefined && { finishedAt: toTime(finishedAt) }) };
}

function toLinks(message: Message, state: ExecutionState, baseUrl: string): Readonly<Record<string, string>> {
  const { id, executionId, direction } = message;
  const ofExecution = (...more: readonly string[]) => manageUrl(baseUrl, "executions", executionId ?? "", ...more);
  const isOpen = state === "waiting" || state === "running";
  const hasPackage = direction === "export" && message.isFileUploaded === true;
  return {
    message: manageUrl(baseUrl, "messages", id),
    ...(executionId !== undefined && { execution: ofExecution() }),
    ...(executionId !== undefined && isOpen && { cancel: ofExecution("cancel") }),
    ...(executionId !== undefined && hasPackage && { package: ofExecution("package") }),
  };
}
