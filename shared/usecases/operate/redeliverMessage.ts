import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import { type Seen, requireUnchanged } from "../../domain/messageAction.ts";
import { type OutboundMessage, redeliver } from "../../domain/outboundMessage.ts";
import type { Message, Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { claimOf } from "../attempt/claimOf.ts";
import { findOpenGate } from "../definitions/jobGate.ts";
import { settleExport } from "../export/exportMessage.ts";

/**
 * Puts an export that was acknowledged back into its job's queue: whoever dequeues next gets the same file, as a new
 * delivery that says when the last one was. What the last one's client still says about it, such as a repeated ack, is
 * refused. Of two requests one takes: the next finds a message that waits (`conflict`). `conflict` as well for what was
 * never acknowledged, `gone` when storage has lost the file.
 */
export async function redeliverMessage(
  ports: Ports,
  activityId: string,
  messageId: string,
  by: Actor,
  seen: Seen = {},
): Promise<void> {
  const now = ports.clock.now();
  const { value: message } = await untilWon(`Message ${messageId}`, async () => {
    const gate = await findOpenGate(ports, { activityId, id: messageId });
    const stored = await ports.messages.find(activityId, messageId);
    if (!stored) throw new DomainError("notFound", "This job has no such message; it may be past its retention.");
    requireUnchanged(stored.value, seen);
    const { message: judged, next } = await judgeRedelivery(ports, stored.value, now);
    // Before the message: whoever dies behind it leaves a message whose pointer the sweeper sends.
    await ports.claims.put(claimOf(next, now + ports.settings.leaseMs));
    return (await ports.messages.replace({ value: judged, etag: stored.etag }, next, { gate })) ?? lost;
  });
  await ports.audit.record({
    at: now,
    ...by,
    action: "redeliver",
    kind: "message",
    target: messageId,
    activityId,
    detail: "",
  });
  ports.log.info("message.redelivered", { activityId, messageId, direction: message.direction });
  await settleExport(ports, message);
}

/** What a redelivery makes of a message; throws where it may not. Nothing is written. */
export async function judgeRedelivery(
  ports: Ports,
  message: Message,
  now: number,
): Promise<{ readonly message: OutboundMessage; readonly next: OutboundMessage }> {
  if (message.direction === "import") {
    const text = `Message ${message.id} is an import, which is delivered to nobody: retry processes it again.`;
    throw new DomainError("conflict", text);
  }
  const next = redeliver(message, now);
  await requireFile(ports, message);
  return { message, next };
}

/** The retention removes the row first, and only as it was judged: a file that is there stays with the message. */
async function requireFile(ports: Ports, { id, file }: OutboundMessage): Promise<void> {
  if (file !== undefined && (await ports.files.findFacts("outbound", file))) return;
  const message = `The package of message ${id} is no longer stored. Run the job again for another one.`;
  throw new DomainError("gone", message);
}
