import { DomainError } from "../../domain/errors.ts";
import { retry } from "../../domain/inboundMessage.ts";
import { type OutboundMessage, retryExport } from "../../domain/outboundMessage.ts";
import type { Message, Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { judgeHead } from "../attempt/judgeHead.ts";
import { changeProgress } from "../attempt/jobProgress.ts";

/**
 * Gives a parked or failed message another run from its original bytes. However often it is asked, there is one: the
 * first request moves the state, and the next finds a message that is not finished (`conflict`).
 */
export async function retryMessage(
  ports: Ports,
  activityId: string,
  messageId: string,
  applicationId: string,
): Promise<void> {
  const stored = await ports.messages.find(activityId, messageId);
  if (!stored) throw new DomainError("notFound", "This job has no such message; it may be past its retention.");
  const now = ports.clock.now();
  const { value, etag } = stored;
  const saved =
    value.direction === "import"
      ? await ports.messages.replace({ value, etag }, retry(value, now))
      : await retryRun(ports, value, now);
  if (!saved) throw new DomainError("conflict", `Message ${messageId} changed in this moment. Look at it again.`);
  await ports.audit.record({ at: now, applicationId, action: "retry message", target: messageId, detail: activityId });
  await sendAgain(ports, saved.value);
}

async function retryRun(ports: Ports, { activityId, id: messageId }: OutboundMessage, now: number) {
  return untilWon(`The head of job ${activityId}`, async () => {
    const stored = await ports.messages.findOutbound(activityId, messageId);
    if (!stored) return undefined;
    const next = retryExport(stored.value, now);
    const place = await judgeHead(ports, activityId, messageId);
    if (place.kind === "taken") {
      const message = `Another run of the job goes on (message ${place.by}). Retry this one after it.`;
      throw new DomainError("conflict", message);
    }
    await ports.claims.put({ messageId, activityId, until: now });
    return (await ports.messages.replace(stored, next, { progress: place.progress })) ?? lost;
  });
}

async function sendAgain(ports: Ports, message: Message): Promise<void> {
  const { activityId, id: messageId } = message;
  if (message.direction === "export") return ports.work.send({ kind: "exportMessage", activityId, messageId });
  const job = await ports.definitions.find("job", activityId);
  if (!job?.value.isOrdered) return ports.work.send({ kind: "importMessage", activityId, messageId });
  await changeProgress(ports, activityId, ({ blockedBy, ...progress }) =>
    blockedBy === undefined || blockedBy === messageId ? progress : { ...progress, blockedBy },
  );
  return ports.work.send({ kind: "drainJob", activityId });
}
