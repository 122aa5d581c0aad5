import { DomainError } from "../../domain/errors.ts";
import { acknowledge } from "../../domain/outboundMessage.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";

export interface Receipt {
  readonly correlationId: string;
  readonly popReceipt: string;
}

/**
 * Confirms that a client has the message. The row decides; the pointer goes afterwards, and one that stays behind is
 * removed by the next dequeue. `notFound` for a CorrelationId of no delivery, `conflict` for an earlier one, and for one
 * that was never downloaded, unless the job takes that.
 */
export async function acknowledgeMessage(
  ports: Ports,
  { activityId, ackWithoutDownload }: Pick<RecurringJob, "activityId" | "ackWithoutDownload">,
  { correlationId, popReceipt }: Receipt,
): Promise<void> {
  const acked = await untilWon(`The message of ${correlationId}`, async () => {
    const stored = await ports.messages.findByCorrelation(activityId, correlationId);
    if (!stored) throw new DomainError("notFound", "No message of this job was handed out under this CorrelationId.");
    const next = acknowledge(stored.value, correlationId, popReceipt, ports.clock.now(), ackWithoutDownload);
    if (next === stored.value) return { message: next, isRepeat: true };
    const saved = await ports.messages.replace(stored, next);
    return saved ? { message: saved.value, isRepeat: false } : lost;
  });
  const { delivery, id: messageId, direction, isAckedWithoutDownload } = acked.message;
  // Also for a repeat: the first one may have ended before it could say so.
  if (isAckedWithoutDownload) ports.log.warn("message.ackedWithoutDownload", { activityId, messageId, direction });
  if (acked.isRepeat) return;
  ports.log.info("message.acknowledged", { activityId, messageId, direction });
  if (delivery) await ports.outbox.remove(activityId, delivery);
}
