import { DomainError } from "../../domain/errors.ts";
import { acknowledge } from "../../domain/outboundMessage.ts";
import type { Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";

export interface Receipt {
  readonly correlationId: string;
  readonly popReceipt: string;
}

/**
 * Confirms that a client has the message. The row decides; the pointer goes afterwards, and one that stays behind is
 * removed by the next dequeue. `notFound` for a CorrelationId of no delivery, `conflict` for an earlier one.
 */
export async function acknowledgeMessage(ports: Ports, activityId: string, receipt: Receipt): Promise<void> {
  const { correlationId, popReceipt } = receipt;
  const saved = await untilWon(`The message of ${correlationId}`, async () => {
    const stored = await ports.messages.findByCorrelation(activityId, correlationId);
    if (!stored) throw new DomainError("notFound", "No message of this job was handed out under this CorrelationId.");
    const next = acknowledge(stored.value, correlationId, popReceipt, ports.clock.now());
    if (next === stored.value) return undefined;
    return (await ports.messages.replace(stored, next)) ?? lost;
  });
  if (!saved) return;
  const { delivery, id: messageId, direction } = saved.value;
  if (delivery) await ports.outbox.remove(activityId, delivery);
  ports.log.info("message.acknowledged", { activityId, messageId, direction });
}
