import { isGuid } from "../../domain/guid.ts";
import type { Execution } from "../../domain/execution.ts";
import type { Message, Ports } from "../../ports.ts";

/** A message with one of its executions: at least one of both is there. */
export interface FoundRun {
  readonly activityId: string;
  /** Undefined when the retention has just taken it. */
  readonly message: Message | undefined;
  /** Undefined until it has begun. */
  readonly execution: Execution | undefined;
}

/** By the id of an execution, or by that of a message, whose last one is meant then; undefined for what is neither. */
export async function findRun(ports: Ports, id: string): Promise<FoundRun | undefined> {
  const execution = await ports.executions.find(id);
  if (execution) {
    const { activityId, messageId } = execution;
    return { activityId, execution, message: (await ports.messages.find(activityId, messageId))?.value };
  }
  const activityId = isGuid(id) ? await ports.messages.findActivity(id) : undefined;
  const message = activityId === undefined ? undefined : (await ports.messages.find(activityId, id))?.value;
  return message && { activityId: message.activityId, message, execution: await lastOf(ports, message) };
}

async function lastOf(ports: Ports, { executionId }: Message): Promise<Execution | undefined> {
  return executionId === undefined ? undefined : ports.executions.find(executionId);
}
