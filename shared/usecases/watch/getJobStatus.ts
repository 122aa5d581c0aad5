import { DomainError } from "../../domain/errors.ts";
import { type Execution, succeededCount } from "../../domain/execution.ts";
import { type InboundMessage, isFinalImport } from "../../domain/inboundMessage.ts";
import { stateSince, whyEnded } from "../../domain/standing.ts";
import type { Ports } from "../../ports.ts";

export interface JobStatus {
  readonly message: InboundMessage;
  readonly execution: Execution | undefined;
  readonly startedAt: number | undefined;
  readonly completedAt: number | undefined;
  /** What a person reads first. */
  readonly log: string;
}

/** Where a message of this job stands, by message id; `notFound` for an unknown id and for another job's. */
export async function getJobStatus(ports: Ports, activityId: string, messageId: string): Promise<JobStatus> {
  const stored = await ports.messages.findInbound(activityId, messageId);
  if (!stored) throw new DomainError("notFound", "This job has no such message; it may be past its retention.");
  const message = stored.value;
  const execution = message.executionId === undefined ? undefined : await ports.executions.find(message.executionId);
  return {
    message,
    execution,
    startedAt: execution?.startedAt,
    completedAt: isFinalImport(message) ? stateSince(message) : undefined,
    log: toLog(message, execution),
  };
}

function toLog(message: InboundMessage, execution: Execution | undefined): string {
  const end = whyEnded(message);
  const lines = [...(end === undefined ? [] : [end]), ...(execution?.warnings ?? [])];
  for (const entity of execution?.entities ?? []) {
    const counts = `${succeededCount(entity)} succeeded, ${entity.failed} failed, ${entity.unprocessed} unprocessed`;
    lines.push(`${entity.entity}: ${entity.rowsRead} records read, ${counts}.`);
    for (const { place, line, message: text } of entity.firstErrors) {
      lines.push(`${entity.fileName}, ${place ?? `line ${line}`}: ${text}`);
    }
  }
  return lines.join("\n");
}
