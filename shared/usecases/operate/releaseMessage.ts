import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import { type InboundMessage, release } from "../../domain/inboundMessage.ts";
import { type Seen, requireUnchanged } from "../../domain/messageAction.ts";
import { refuseRelease } from "../../domain/outboundMessage.ts";
import type { Beside, Message, Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { unblocked } from "../attempt/jobProgress.ts";

/**
 * Sets the failed head of an ordered job aside, so that the next message goes on. The head keeps its bytes, reads as
 * parked, and may be retried later. `conflict` when the message blocks nothing.
 */
export async function releaseMessage(
  ports: Ports,
  activityId: string,
  messageId: string,
  by: Actor,
  seen: Seen = {},
): Promise<void> {
  const now = ports.clock.now();
  await untilWon(`Message ${messageId}`, async () => {
    const stored = await ports.messages.find(activityId, messageId);
    if (!stored) throw new DomainError("notFound", "This job has no such message; it may be past its retention.");
    const { value: message, etag } = stored;
    requireUnchanged(message, seen);
    const { parked, progress } = await judgeRelease(ports, message, now);
    return (await ports.messages.replace({ value: message, etag }, parked, { progress })) ?? lost;
  });
  await ports.audit.record({
    at: now,
    ...by,
    action: "release",
    kind: "message",
    target: messageId,
    activityId,
    detail: "",
  });
  await ports.work.send({ kind: "drainJob", activityId });
}

/** What a release makes of a message, and of its job; throws where it may not. Nothing is written. */
export async function judgeRelease(
  ports: Ports,
  message: Message,
  now: number,
): Promise<{ readonly parked: InboundMessage; readonly progress: NonNullable<Beside["progress"]> }> {
  if (message.direction === "export") refuseRelease(message);
  const judged = await ports.messages.findProgress(message.activityId);
  if (judged?.value.blockedBy !== message.id) {
    throw new DomainError("conflict", `Message ${message.id} does not block its job.`);
  }
  return { parked: release(message, now), progress: { judged, next: unblocked(judged.value) } };
}
