import { takenAt } from "../../domain/message.ts";
import type { LogFacts, Message, Ports } from "../../ports.ts";

/** What the log says of the attempt that a worker has just ended: whose it was, and how long it took. */
export function attemptFacts(ports: Ports, message: Message): LogFacts {
  const { activityId, id: messageId, direction, executionId, attempts } = message;
  const now = ports.clock.now();
  return {
    activityId,
    messageId,
    direction,
    ...(executionId === undefined ? {} : { executionId }),
    attempts,
    durationMs: now - (takenAt(message) ?? now),
  };
}
