import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import { isFinalImport } from "../../domain/inboundMessage.ts";
import type { Ports } from "../../ports.ts";
import { pointAt } from "../attempt/pointAt.ts";
import { type Upload, enqueueMessage } from "../enqueue/enqueueMessage.ts";
import { type ImportWish, openImports } from "./openImports.ts";
import { type StartedRun, recordStart, requireSameRun, startedRun } from "./startedRun.ts";

/**
 * Imports a file or package by a project, at once and by no job; answers when it is accepted and checked, and waits for
 * none of the work. Its bytes are whatever can be read once, such as a request's body or a stored blob. A repeat under the
 * same execution id, or under the same Idempotency-Key, answers the same run, and points at it again.
 */
export async function importNow(ports: Ports, wish: ImportWish, upload: Upload, by: Actor): Promise<StartedRun> {
  const backlog = await openImports(ports, wish, by);
  const messageId = await enqueueMessage(ports, backlog, upload);
  const message = (await ports.messages.findInbound(backlog.activityId, messageId))?.value;
  if (!message) throw new DomainError("gone", `The run of message ${messageId} is past its retention.`);
  requireSameRun(message, backlog.order);
  await recordStart(ports, message, by);
  if (!isFinalImport(message)) await pointAt(ports, message);
  return startedRun(message);
}
