import { type EntityExecution, type Execution, executionState, succeededCount } from "./execution.ts";
import type { InboundMessage } from "./inboundMessage.ts";
import type { OutboundMessage } from "./outboundMessage.ts";
import { standingOf } from "./standing.ts";

/** How the original sums up an execution, each by its number. */
export const summaryStatuses = [
  "Unknown",
  "NotRun",
  "Executing",
  "Succeeded",
  "PartiallySucceeded",
  "Failed",
  "Canceled",
] as const;

export type SummaryStatus = (typeof summaryStatuses)[number];

/** In part is what brought some records to their place, and not all of them. */
export function summaryStatus(execution: Execution): SummaryStatus {
  const state = executionState(execution);
  if (state === "waiting") return "NotRun";
  if (state === "running") return "Executing";
  if (state === "canceled") return "Canceled";
  if (state === "finished") return "Succeeded";
  const isBrought = execution.entities.some((entity) => succeededCount(entity) + entity.exported > 0);
  return isBrought ? "PartiallySucceeded" : "Failed";
}

/**
 * The same of a run as its message stands: one is final only when everything is there that it leaves, the package of an
 * export as well, and canceled is what somebody gave up before it had ended. An earlier run of the message is as it was.
 */
export function runStatus(
  message: InboundMessage | OutboundMessage | undefined,
  execution: Execution | undefined,
): SummaryStatus {
  const isPast = execution !== undefined && message?.executionId !== execution.id;
  if (!message || isPast) return execution ? summaryStatus(execution) : "NotRun";
  const { discarded } = message;
  if (discarded && (execution?.finishedAt ?? discarded.at) >= discarded.at) return "Canceled";
  if (!isOver(message)) return execution && message.attempts > 0 ? "Executing" : "NotRun";
  return execution ? summaryStatus(execution) : "Failed";
}

/** Whether nothing more comes of an execution of a message, by whatever run of it that is. */
export function isRunOver(message: InboundMessage | OutboundMessage | undefined, execution: Execution): boolean {
  if (!message) return execution.finishedAt !== undefined;
  return message.executionId !== execution.id || isOver(message);
}

function isOver(message: InboundMessage | OutboundMessage): boolean {
  const standing = standingOf(message);
  return standing === "offered" || standing === "ended";
}

/** The same of one entity of it. */
export function entitySummaryStatus(entity: EntityExecution): SummaryStatus {
  switch (entity.status) {
    case "notStarted":
    case "notRun":
      return "NotRun";
    case "executing":
      return "Executing";
    case "error":
      return "Failed";
    case "staged":
      return inPart(entity.failed, entity.unprocessed);
    case "finished":
      return inPart(entity.failed + entity.unprocessed, succeededCount(entity) + entity.exported);
  }
}

function inPart(lacking: number, brought: number): SummaryStatus {
  if (lacking === 0) return "Succeeded";
  return brought > 0 ? "PartiallySucceeded" : "Failed";
}
