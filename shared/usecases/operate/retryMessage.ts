import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { type RetryWish, requireUnchanged } from "../../domain/messageAction.ts";
import type { OutboundMessage } from "../../domain/outboundMessage.ts";
import type { Message, Ports } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import type { Gate } from "../../ports/jobGate.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { claimOf } from "../attempt/claimOf.ts";
import { findOrder } from "../orders/findOrder.ts";
import { findOpenGate } from "../definitions/jobGate.ts";
import { noProgress, unblocked } from "../attempt/jobProgress.ts";
import { pointAt } from "../attempt/pointAt.ts";
import { settleExecution } from "../import/settleExecution.ts";
import { nextExport, nextImport } from "./nextRun.ts";

/** With the gate behind which the job is there to run the message. */
interface AllowedWish extends RetryWish {
  readonly gate: Gate;
}

/**
 * Gives a parked or failed message another execution from its original bytes. However often it is asked, there is one:
 * the first request moves the state, and the next finds a message that is not finished (`conflict`). `conflict` as
 * well, with the newer messages named, when the execution would write an import's older values over theirs and nobody
 * forces it; its rejected rows alone may always run again. An execution that was given up with all of its records
 * stored is ended as it is. Whatever `requireMeant` throws of the message as it is stands in its way.
 */
export async function retryMessage(
  ports: Ports,
  activityId: string,
  messageId: string,
  by: Actor,
  wish: RetryWish = {},
  requireMeant: (message: Message) => void = () => undefined,
): Promise<void> {
  const now = ports.clock.now();
  const saved = await untilWon(`Message ${messageId}`, async () => {
    const gate = await findOpenGate(ports, { activityId, id: messageId });
    const stored = await ports.messages.find(activityId, messageId);
    if (!stored) throw new DomainError("notFound", "This job has no such message; it may be past its retention.");
    const { value, etag } = stored;
    requireUnchanged(value, wish);
    requireMeant(value);
    const retried =
      value.direction === "import"
        ? await retryImport(ports, { value, etag }, { ...wish, gate }, now)
        : await retryExported(ports, { value, etag }, { ...wish, gate }, now);
    return retried ?? lost;
  });
  const rows = wish.rows === undefined || wish.rows === "all" ? false : `${wish.rows} rows`;
  const detail = [rows, wish.execute === false && "validated alone", wish.isForced && "forced"];
  await ports.audit.record({
    at: now,
    ...by,
    action: "retry",
    kind: "message",
    target: messageId,
    activityId,
    detail: detail.filter(Boolean).join(", "),
  });
  await pointAt(ports, saved.value);
}

/**
 * A message that holds its job up holds it no longer: both are one write. In an ordered job that write also fails when
 * another message was begun after the look at the newer ones, since whoever begins one writes the progress.
 */
async function retryImport(ports: Ports, stored: Stored<InboundMessage>, wish: AllowedWish, now: number) {
  const { activityId, id } = stored.value;
  const given = await findOrder(ports, stored.value);
  const judged = await ports.messages.findProgress(activityId);
  const next = await nextImport(ports, given?.order, stored.value, { wish, settle: settleAttempts }, now);
  const progress = judged?.value ?? noProgress;
  const isBlocking = progress.blockedBy === id;
  if (!isBlocking && !given?.order.isOrdered) return ports.messages.replace(stored, next, { gate: wish.gate });
  return ports.messages.replace(stored, next, {
    gate: wish.gate,
    progress: { judged, next: isBlocking ? unblocked(progress) : progress },
  });
}

async function retryExported(
  ports: Ports,
  stored: Stored<OutboundMessage>,
  { gate, ...wish }: AllowedWish,
  now: number,
) {
  const { next, progress } = await nextExport(ports, stored.value, wish, now);
  await ports.claims.put(claimOf(next, now));
  return ports.messages.replace(stored, next, { gate, ...(progress && { progress }) });
}

/** What its attempts had under way is decided before it runs again. */
function settleAttempts(ports: Ports, message: InboundMessage) {
  return settleExecution(ports, message, message.fence + 1);
}
