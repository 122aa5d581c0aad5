import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import { type InboundMessage, isFinalImport } from "../../domain/inboundMessage.ts";
import type { Ports } from "../../ports.ts";
import { newExecution } from "../attempt/beginExecution.ts";
import { pointAt } from "../attempt/pointAt.ts";
import { type Upload, enqueueMessage } from "../enqueue/enqueueMessage.ts";
import { type ImportWish, openProjectRuns } from "./openProjectRuns.ts";

/** A run that was accepted; whoever asks for its execution finds it. */
export interface StartedRun {
  readonly messageId: string;
  /** Absent while it waits for a run that somebody asked for again. */
  readonly executionId?: string;
}

/**
 * Imports a file or package by a project, at once and by no job; answers when it is accepted and checked, and waits for
 * none of the work. A repeat under the same Idempotency-Key answers the same run, and points at it again.
 */
export async function importNow(ports: Ports, wish: ImportWish, upload: Upload, by: Actor): Promise<StartedRun> {
  const backlog = await openProjectRuns(ports, wish);
  const messageId = await enqueueMessage(ports, backlog, upload);
  const message = (await ports.messages.findInbound(backlog.activityId, messageId))?.value;
  if (!message) throw new DomainError("gone", `The run of message ${messageId} is past its retention.`);
  const { executionId } = message;
  if (!isFinalImport(message)) await show(ports, message, backlog.order.project);
  await record(ports, message, backlog.order.project, by);
  if (!isFinalImport(message)) await pointAt(ports, message);
  return { messageId, ...(executionId !== undefined && { executionId }) };
}

/** Before a worker takes it, its execution is one that has begun nothing yet; whatever an attempt has written stays. */
async function show(ports: Ports, message: InboundMessage, project: string): Promise<void> {
  const { executionId } = message;
  if (executionId === undefined || message.fence > 0) return;
  await ports.executions.save(newExecution(ports, message, project));
}

async function record(ports: Ports, { id }: InboundMessage, project: string, by: Actor): Promise<void> {
  const at = ports.clock.now();
  await ports.audit.record({ at, ...by, action: "run", kind: "project", target: project, detail: id });
}
