import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Execution } from "../../domain/execution.ts";
import { type InboundMessage, discard, isFinalImport } from "../../domain/inboundMessage.ts";
import type { Discarding } from "../../domain/message.ts";
import { nameList } from "../../domain/nameList.ts";
import { type OutboundMessage, discardExport } from "../../domain/outboundMessage.ts";
import { standingOf } from "../../domain/standing.ts";
import type { Message, Ports } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { findOrder } from "../orders/findOrder.ts";
import { unblocked } from "../attempt/jobProgress.ts";
import { endExecution, takeOverExecution } from "../attempt/saveExecution.ts";
import { settleExport } from "../export/exportMessage.ts";
import { settleExecution } from "../import/settleExecution.ts";
import type { Settle } from "./nextRun.ts";

/**
 * Gives up, for good, a message that waits, has failed or is parked, or an export that nobody acknowledged; its bytes stay
 * until the retention ends. The reason is told to whoever sent or manages it. A repeat changes nothing. `conflict` for one
 * that a worker holds or that ended well, and whatever `requireMeant` throws of the message as it is.
 */
export async function discardMessage(
  ports: Ports,
  activityId: string,
  messageId: string,
  by: Actor,
  reason: string,
  requireMeant: (message: Message) => void = () => undefined,
): Promise<void> {
  const discarding = { at: ports.clock.now(), ...by, reason };
  const done = await untilWon(`Message ${messageId}`, async () => {
    const stored = await ports.messages.find(activityId, messageId);
    if (!stored) throw new DomainError("notFound", "This job has no such message; it may be past its retention.");
    const { value: before, etag } = stored;
    if (before.discarded) return undefined;
    requireMeant(before);
    const saved =
      before.direction === "import"
        ? await discardImport(ports, { value: before, etag }, discarding)
        : await discardRun(ports, { value: before, etag }, discarding);
    return saved ? { before, after: saved.value } : lost;
  });
  if (!done) return;
  const { direction } = done.after;
  await ports.audit.record({
    at: discarding.at,
    ...by,
    action: "discard",
    kind: "message",
    target: messageId,
    activityId,
    detail: reason,
  });
  ports.log.info("message.discarded", { activityId, messageId, direction });
  await followDiscard(ports, done.before, done.after);
}

/** The message that holds its job up holds it no longer: both are one write. */
async function discardImport(ports: Ports, stored: Stored<InboundMessage>, discarding: Discarding) {
  const { activityId, id } = stored.value;
  const { next, execution } = await judgeDiscard(ports, stored.value, discarding, settleAttempts);
  await endExecution(ports, execution, `Discarded: ${discarding.reason}`);
  const judged = await ports.messages.findProgress(activityId);
  if (judged?.value.blockedBy !== id) return ports.messages.replace(stored, next);
  return ports.messages.replace(stored, next, { progress: { judged, next: unblocked(judged.value) } });
}

/**
 * What it makes of an import that it is discarded, and which execution goes on no further; throws where it may not.
 * Nothing is written but by `settle`: what its attempts had under way is decided first.
 */
export async function judgeDiscard(
  ports: Ports,
  message: InboundMessage,
  discarding: Discarding,
  settle: Settle,
  giveUp: typeof discard = discard,
): Promise<{ readonly next: InboundMessage; readonly execution: Execution | undefined }> {
  const next = giveUp(message, discarding);
  if (isFinalImport(message) || message.executionId === undefined) return { next, execution: undefined };
  const { execution, stored, isWhole } = await settle(ports, message);
  if (isWhole) {
    const text = `Message ${message.id} has stored all of its records: its next attempt ends it.`;
    throw new DomainError("conflict", text);
  }
  if (stored.length === 0) return { next, execution };
  return { next: giveUp(message, discarding, `What it had for ${nameList(stored)} is stored.`), execution };
}

export function settleAttempts(ports: Ports, message: InboundMessage) {
  return settleExecution(ports, message, message.fence + 1);
}

async function discardRun(ports: Ports, stored: Stored<OutboundMessage>, discarding: Discarding) {
  const next = discardExport(stored.value, discarding);
  if (standingOf(stored.value) === "inProcess") {
    await endExecution(ports, await takeOverExecution(ports, stored.value), `Discarded: ${discarding.reason}`);
  }
  return ports.messages.replace(stored, next);
}

/** Whatever stood behind it goes on. */
export async function followDiscard(ports: Ports, before: Message, after: Message): Promise<void> {
  const { activityId, id: messageId, run } = after;
  if (after.direction === "export") {
    if (standingOf(before) === "inProcess") await settleExport(ports, after);
    if (after.delivery) await ports.outbox.remove(activityId, after.delivery);
    return;
  }
  await ports.claims.remove({ messageId, run });
  const given = await findOrder(ports, after);
  if (given?.order.isOrdered) await ports.work.send({ kind: "drainJob", activityId });
}
