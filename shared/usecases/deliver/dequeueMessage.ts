import { type OutboundMessage, dequeue, isFinalExport, visibleState } from "../../domain/outboundMessage.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Pointer, Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";

/** Pointers that stand for nothing any more, passed over in one call. */
const stalePointersMax = 100;

/**
 * Hands out the oldest waiting message and hides it from everybody for the job's visibility time; undefined when
 * nothing waits.
 */
export async function dequeueMessage(ports: Ports, job: RecurringJob): Promise<OutboundMessage | undefined> {
  const visibilityMs = job.visibilityMinutes * 60_000;
  for (let passed = 0; passed < stalePointersMax; passed++) {
    const pointer = await ports.outbox.receive(job.activityId, visibilityMs);
    if (!pointer) return undefined;
    const message = await handOut(ports, job, pointer, visibilityMs);
    if (message) return message;
  }
  return undefined;
}

async function handOut(
  ports: Ports,
  job: RecurringJob,
  pointer: Pointer,
  visibilityMs: number,
): Promise<OutboundMessage | undefined> {
  const handedOut = await untilWon(`Message ${pointer.messageId}`, async () => {
    const stored = await ports.messages.findOutbound(job.activityId, pointer.messageId);
    const now = ports.clock.now();
    if (!stored || isFinalExport(stored.value) || isDoubled(stored.value, pointer, now)) {
      await ports.outbox.remove(job.activityId, pointer.queueItemId, pointer.popReceipt);
      return undefined;
    }
    // A retried export that runs again: its pointer comes back when the run has ended.
    if (stored.value.state === "PreProcessing" || stored.value.state === "Processing") return undefined;
    const { queueItemId, popReceipt } = pointer;
    const correlationId = ports.ids.random();
    const delivery = { correlationId, popReceipt, queueItemId, dequeuedAt: now, expiresAt: now + visibilityMs };
    return (await ports.messages.replace(stored, dequeue(stored.value, delivery))) ?? lost;
  });
  if (!handedOut) return undefined;
  const { id: messageId, activityId, direction, deliveryCount } = handedOut.value;
  ports.log.info("message.dequeued", { activityId, messageId, direction, deliveryCount });
  return handedOut.value;
}

/** A second pointer to a message that somebody holds: a send that was repeated after its answer was lost. */
function isDoubled(message: OutboundMessage, pointer: Pointer, now: number): boolean {
  const state = visibleState(message, now);
  return (state === "Dequeued" || state === "Downloaded") && message.delivery?.queueItemId !== pointer.queueItemId;
}
