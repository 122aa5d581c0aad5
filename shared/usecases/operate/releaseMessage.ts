import { DomainError } from "../../domain/errors.ts";
import { release } from "../../domain/inboundMessage.ts";
import type { Ports } from "../../ports.ts";
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
  applicationId: string,
): Promise<void> {
  const now = ports.clock.now();
  await untilWon(`Message ${messageId}`, async () => {
    const stored = await ports.messages.findInbound(activityId, messageId);
    if (!stored) throw new DomainError("notFound", "This job has no such message; it may be past its retention.");
    const judged = await ports.messages.findProgress(activityId);
    if (judged?.value.blockedBy !== messageId) {
      throw new DomainError("conflict", `Message ${messageId} does not block its job.`);
    }
    const parked = release(stored.value, now);
    const progress = { judged, next: unblocked(judged.value) };
    return (await ports.messages.replace(stored, parked, { progress })) ?? lost;
  });
  await ports.audit.record({
    at: now,
    applicationId,
    action: "release message",
    target: messageId,
    detail: activityId,
  });
  await ports.work.send({ kind: "drainJob", activityId });
}
