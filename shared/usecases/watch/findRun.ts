import { isGuid } from "../../domain/guid.ts";
import type { Execution } from "../../domain/execution.ts";
import type { Message, Ports } from "../../ports.ts";
import { executionIdOf } from "../orders/requestedId.ts";

/** A message with one of its executions: at least one of both is there. */
export interface FoundRun {
  readonly activityId: string;
  /** Undefined before it is accepted, and when the retention has just taken it. */
  readonly message: Message | undefined;
  /** Undefined until it has begun. */
  readonly execution: Execution | undefined;
}

/**
 * By the id of an execution; by that of a message, or by what whoever asked for it calls it, whose last execution is meant
 * then. Undefined for what is none of them.
 */
export async function findRun(ports: Ports, id: string): Promise<FoundRun | undefined> {
  const known = isGuid(id) ? ((await byExecution(ports, id)) ?? (await byMessage(ports, id))) : undefined;
  return known ?? byRequest(ports, id);
}

async function byExecution(ports: Ports, executionId: string): Promise<FoundRun | undefined> {
  const execution = await ports.executions.find(executionId);
  if (!execution) return undefined;
  const { activityId, messageId } = execution;
  return { activityId, execution, message: (await ports.messages.find(activityId, messageId))?.value };
}

async function byMessage(ports: Ports, messageId: string): Promise<FoundRun | undefined> {
  const activityId = await ports.messages.findActivity(messageId);
  const message = activityId === undefined ? undefined : (await ports.messages.find(activityId, messageId))?.value;
  return message && lastOf(ports, message);
}

async function byRequest(ports: Ports, requestedId: string): Promise<FoundRun | undefined> {
  const first = await byExecution(ports, executionIdOf(requestedId));
  return first?.message ? lastOf(ports, first.message, first) : first;
}

async function lastOf(ports: Ports, message: Message, known?: FoundRun): Promise<FoundRun> {
  const { activityId, executionId } = message;
  if (known?.execution && known.execution.id === executionId) return known;
  return {
    activityId,
    message,
    execution: executionId === undefined ? undefined : await ports.executions.find(executionId),
  };
}
