import { DomainError } from "../../domain/errors.ts";
import type { Execution } from "../../domain/execution.ts";
import type { Message, Ports } from "../../ports.ts";
import { type MendInState, mendsInState } from "./livingMends.ts";

export interface MessageDetail {
  readonly message: Message;
  readonly execution: Execution | undefined;
  readonly isBlocking: boolean;
  readonly mends: readonly MendInState[];
}

/** A message of any job, by its own id alone; `notFound` for one that is unknown or past its retention. */
export async function getMessage(ports: Ports, messageId: string): Promise<Message> {
  const activityId = await ports.messages.findActivity(messageId);
  const stored = activityId === undefined ? undefined : await ports.messages.find(activityId, messageId);
  if (stored) return stored.value;
  throw new DomainError("notFound", `There is no message ${messageId}; it may be past its retention.`);
}

/** The message with its last run, and what mends its rows. */
export async function getMessageDetail(ports: Ports, messageId: string): Promise<MessageDetail> {
  const message = await getMessage(ports, messageId);
  const progress = await ports.messages.findProgress(message.activityId);
  const execution = message.executionId === undefined ? undefined : await ports.executions.find(message.executionId);
  const mends = message.direction === "import" ? await mendsInState(ports, message) : [];
  return { message, execution, isBlocking: progress?.value.blockedBy === messageId, mends };
}
