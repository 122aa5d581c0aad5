import { DomainError } from "../../domain/errors.ts";
import { acknowledge } from "../../domain/outboundMessage.ts";
import type { Ports } from "../../ports.ts";

export interface Receipt {
  readonly correlationId: string;
  readonly popReceipt: string;
}

const racesMax = 10;

/**
 * Confirms that a client has the message. The row decides; the pointer goes afterwards, and one that stays behind is
 * removed by the next dequeue. `notFound` for a CorrelationId of no delivery, `conflict` for an earlier one.
 */
export async function acknowledgeMessage(ports: Ports, activityId: string, receipt: Receipt): Promise<void> {
  for (let race = 0; race < racesMax; race++) {
    const stored = await ports.messages.findByCorrelation(activityId, receipt.correlationId);
    if (!stored) throw new DomainError("notFound", "No message of this job was handed out under this CorrelationId.");
    const now = ports.clock.now();
    const next = acknowledge(stored.value, receipt.correlationId, receipt.popReceipt, now);
    if (next === stored.value) return;
    const saved = await ports.messages.replace(stored, next);
    if (!saved) continue;
    const { queueItemId, popReceipt } = saved.value.delivery!;
    await ports.outbox.remove(activityId, queueItemId, popReceipt);
    const { id: messageId, direction } = saved.value;
    ports.log.info("message.acknowledged", { activityId, messageId, direction });
    return;
  }
  throw new Error(`The message of ${receipt.correlationId} changed ${racesMax} times while it was acknowledged.`);
}
