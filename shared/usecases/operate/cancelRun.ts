import { type Actor, actorOf } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import { type InboundMessage, cancelImport, returnToBacklog } from "../../domain/inboundMessage.ts";
import type { Execution } from "../../domain/execution.ts";
import { type Discarding, isLeased } from "../../domain/message.ts";
import { type OutboundMessage, cancelExport } from "../../domain/outboundMessage.ts";
import type { Message, Ports } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { pointAt } from "../attempt/pointAt.ts";
import { endExecution, takeOverExecution } from "../attempt/saveExecution.ts";
import { foreseeSettled } from "../import/foreseeSettled.ts";
import { getExecution } from "../watch/getExecution.ts";
import { followDiscard, judgeDiscard, settleAttempts } from "./discardMessage.ts";

const reason = "Canceled by an operator.";

/** The same of one execution: `conflict` for one whose message has run again since. Answers it as it stands then. */
export async function cancelExecution(ports: Ports, executionId: string, by: Actor): Promise<Execution> {
  const { activityId, messageId } = await getExecution(ports, executionId);
  await cancelRun(ports, activityId, messageId, by, (message) => {
    if (message.executionId === executionId) return;
    throw new DomainError("conflict", `Execution ${executionId} has ended: its message has run again since.`);
  });
  return getExecution(ports, executionId);
}

/**
 * Ends the run of a message that waits, or that a worker has: that one finds its lease void, and whatever it still does
 * has no effect. What the run had stored whole of an entity stays, and is told. A repeat changes nothing. Throws `conflict`
 * for a run that has ended, or has stored all that it had and ends in this moment.
 */
async function cancelRun(
  ports: Ports,
  activityId: string,
  messageId: string,
  by: Actor,
  requireMeant: (message: Message) => void,
): Promise<void> {
  const canceling: Discarding = { at: ports.clock.now(), ...actorOf(by), reason };
  const done = await untilWon(`Message ${messageId}`, async () => {
    const stored = await ports.messages.find(activityId, messageId);
    if (!stored) throw new DomainError("notFound", "This job has no such message; it may be past its retention.");
    const { value: before, etag } = stored;
    requireMeant(before);
    if (before.discarded?.isCanceled) return undefined;
    const saved =
      before.direction === "import"
        ? await cancelImporting(ports, { value: before, etag }, canceling)
        : await cancelExporting(ports, { value: before, etag }, canceling);
    return saved ? { before, after: saved.value } : lost;
  });
  if (!done) return;
  const { direction } = done.after;
  const entry = { action: "cancel", kind: "message", target: messageId, activityId, detail: "" } as const;
  await ports.audit.record({ at: canceling.at, ...by, ...entry });
  ports.log.info("message.discarded", { activityId, messageId, direction });
  await followDiscard(ports, done.before, done.after);
}

/** A look comes first, so that a run that is at its end is not held up by the one who may not cancel it any more. */
async function cancelImporting(
  ports: Ports,
  stored: Stored<InboundMessage>,
  canceling: Discarding,
): Promise<Stored<Message> | undefined> {
  const { value: message } = stored;
  await judgeDiscard(ports, message, canceling, foreseeSettled, cancelImport);
  const judged = judgeDiscard(ports, message, canceling, settleAttempts, cancelImport);
  const { next, execution } = await judged.catch(async (error: unknown) => {
    await letEnd(ports, stored);
    throw error;
  });
  await end(ports, message, execution, canceling);
  return ports.messages.replace(stored, next);
}

/** What it had was stored between the look and the end of its worker's rights: the next attempt ends it as it is. */
async function letEnd(ports: Ports, stored: Stored<InboundMessage>): Promise<void> {
  const { value: message } = stored;
  if (message.state === "Enqueued") return;
  const { fence, ...rest } = returnToBacklog(message, ports.clock.now(), "Its worker was to be canceled.");
  const saved = await ports.messages.replace(stored, { ...rest, fence: fence + 1 });
  if (saved) await pointAt(ports, saved.value);
}

async function cancelExporting(
  ports: Ports,
  stored: Stored<OutboundMessage>,
  canceling: Discarding,
): Promise<Stored<Message> | undefined> {
  const { value: message } = stored;
  const next = cancelExport(message, canceling);
  await end(ports, message, await takeOverExecution(ports, message), canceling);
  return ports.messages.replace(stored, next);
}

/** A worker that has saved its end may write the message any time, and is not to find that its run was canceled. */
async function end(
  ports: Ports,
  message: Message,
  execution: Execution | undefined,
  { at, ...by }: Discarding,
): Promise<void> {
  const isEnded = execution?.finishedAt !== undefined && !execution.canceled;
  if (isEnded && isLeased(message, at)) {
    throw new DomainError("conflict", `The run of message ${message.id} ends in this moment.`);
  }
  await endExecution(ports, execution, reason, { canceled: { at, ...actorOf(by) } });
}
