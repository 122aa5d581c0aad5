import { DomainError } from "../../domain/errors.ts";
import { setAside } from "../../domain/inboundMessage.ts";
import type { Ports } from "../../ports.ts";
import { changeProgress } from "../attempt/jobProgress.ts";

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
  const stored = await ports.messages.findInbound(activityId, messageId);
  if (!stored) throw new DomainError("notFound", "This job has no such message; it may be past its retention.");
  const progress = await ports.messages.findProgress(activityId);
  if (progress?.value.blockedBy !== messageId) {
    throw new DomainError("conflict", `Message ${messageId} does not block its job.`);
  }
  const now = ports.clock.now();
  const parked = setAside(stored.value, now, "Released: the job goes on without this message.");
  if (!(await ports.messages.replace(stored, parked))) {
    throw new DomainError("conflict", `Message ${messageId} changed in this moment. Look at it again.`);
  }
  await changeProgress(ports, activityId, (current) => {
    const { blockedBy, ...rest } = current;
    return blockedBy === messageId ? rest : current;
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
