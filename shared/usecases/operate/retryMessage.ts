import { DomainError } from "../../domain/errors.ts";
import { retry } from "../../domain/inboundMessage.ts";
import { type OutboundMessage, retryExport } from "../../domain/outboundMessage.ts";
import type { Message, Ports, Stored } from "../../ports.ts";
import { becomeHead } from "../attempt/becomeHead.ts";
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
      : await retryRun(ports, { value, etag }, now);
  if (!saved) throw new DomainError("conflict", `Message ${messageId} changed in this moment. Look at it again.`);
  await ports.audit.record({ at: now, applicationId, action: "retry message", target: messageId, detail: activityId });
  await sendAgain(ports, saved.value);
}

async function retryRun(ports: Ports, stored: Stored<OutboundMessage>, now: number) {
  const next = retryExport(stored.value, now);
  const running = await becomeHead(ports, next.activityId, next.id);
  if (running !== undefined) {
    throw new DomainError("conflict", `Another run of the job goes on (message ${running}). Retry this one after it.`);
  }
  await ports.claims.put({ messageId: next.id, activityId: next.activityId, until: now });
  return ports.messages.replace(stored, next);
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
