import { type OutboundMessage, dequeue, isOffered, visibleState } from "../../domain/outboundMessage.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Pointer } from "../../ports/outbox.ts";
import type { Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";

/** Pointers that stand for nothing any more, passed over in one call. */
const stalePointersMax = 100;

/** A pointer that was received for one delivery, which is known by a CorrelationId of its own. */
interface HandOut {
  readonly activityId: string;
  readonly pointer: Pointer;
  readonly correlationId: string;
  readonly visibilityMs: number;
}

/**
 * Hands out the oldest waiting message and hides it from everybody for the job's visibility time; undefined when
 * nothing waits. When it fails, the message is there for whoever asks next.
 */
export async function dequeueMessage(ports: Ports, job: RecurringJob): Promise<OutboundMessage | undefined> {
  const { activityId, visibilityMinutes } = job;
  const visibilityMs = visibilityMinutes * 60_000;
  for (let passed = 0; passed < stalePointersMax; passed++) {
    const pointer = await ports.outbox.receive(activityId, visibilityMs);
    if (!pointer) return undefined;
    const correlationId = ports.ids.random();
    const message = await orGiveBack(ports, { activityId, pointer, correlationId, visibilityMs });
    if (!message) continue;
    const { id: messageId, direction, deliveryCount } = message;
    ports.log.info("message.dequeued", { activityId, messageId, direction, deliveryCount });
    return message;
  }
  return undefined;
}

async function orGiveBack(ports: Ports, given: HandOut): Promise<OutboundMessage | undefined> {
  try {
    return await handOut(ports, given);
  } catch (error) {
    const delivered = await findDelivered(ports, given);
    if (delivered) return delivered;
    await giveBack(ports, given);
    throw error;
  }
}

async function handOut(ports: Ports, given: HandOut): Promise<OutboundMessage | undefined> {
  const { activityId, pointer, correlationId, visibilityMs } = given;
  return untilWon(`Message ${pointer.messageId}`, async () => {
    const stored = await ports.messages.findOutbound(activityId, pointer.messageId);
    const now = ports.clock.now();
    if (!stored || !isOffered(stored.value) || isDoubled(stored.value, pointer, now)) {
      await ports.outbox.remove(activityId, pointer);
      return undefined;
    }
    const { queueItemId, popReceipt } = pointer;
    const delivery = { correlationId, popReceipt, queueItemId, dequeuedAt: now, expiresAt: now + visibilityMs };
    return (await ports.messages.replace(stored, dequeue(stored.value, delivery)))?.value ?? lost;
  });
}

/** The message, when it was handed out although the answer to that was lost. */
async function findDelivered(ports: Ports, { activityId, pointer, correlationId }: HandOut) {
  try {
    const stored = await ports.messages.findOutbound(activityId, pointer.messageId);
    return stored?.value.delivery?.correlationId === correlationId ? stored.value : undefined;
  } catch {
    // Whether it was or not, no client has this CorrelationId: the next one gets another.
    return undefined;
  }
}

/** Nobody learns of the delivery. Whoever received the pointer since has a newer receipt, and keeps it. */
async function giveBack(ports: Ports, { activityId, pointer }: HandOut): Promise<void> {
  try {
    await ports.outbox.giveBack(activityId, pointer);
  } catch (error) {
    ports.log.warn("message.notGivenBack", { activityId, messageId: pointer.messageId, reason: describe(error) });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : "unknown";
}

/** A second pointer to a message that somebody holds: a send that was repeated after its answer was lost. */
function isDoubled(message: OutboundMessage, pointer: Pointer, now: number): boolean {
  const state = visibleState(message, now);
  return (state === "Dequeued" || state === "Downloaded") && message.delivery?.queueItemId !== pointer.queueItemId;
}
