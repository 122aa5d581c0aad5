import { DomainError } from "../../domain/errors.ts";
import { type OutboundMessage, isFinalExport, repeatExport } from "../../domain/outboundMessage.ts";
import type { Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { reserveRun } from "../attempt/reserveRun.ts";
import { laterExecutionId } from "../orders/requestedId.ts";
import { findOpenGate } from "../definitions/jobGate.ts";

/**
 * The export that was asked for before, as it stands; where it has ended and that is wanted, it runs again as a new
 * execution. Whatever `requireMeant` throws of it as it is stands in the way.
 */
export async function repeatRun(
  ports: Ports,
  activityId: string,
  messageId: string,
  requestedId: string,
  isRepeated: boolean,
  requireMeant: (message: OutboundMessage) => void,
): Promise<OutboundMessage> {
  return untilWon(`Message ${messageId}`, async () => {
    const stored = await ports.messages.findOutbound(activityId, messageId);
    if (!stored) throw new DomainError("gone", `The run of message ${messageId} is past its retention.`);
    requireMeant(stored.value);
    if (!isRepeated || !isFinalExport(stored.value)) return stored.value;
    const gate = await findOpenGate(ports, { activityId, id: messageId });
    const repeated = repeatExport(stored.value, ports.clock.now());
    const executionId = laterExecutionId(requestedId, repeated.run);
    const next = { ...repeated, executionId };
    await reserveRun(ports, next, { project: next.ownOrder?.project ?? "" }, () => Promise.resolve(false));
    return (await ports.messages.replace(stored, next, { gate }))?.value ?? lost;
  });
}
