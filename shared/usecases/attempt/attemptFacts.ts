import { takenAt } from "../../domain/message.ts";
import type { Message, Ports } from "../../ports.ts";
import type { AttemptFacts } from "../../ports/events.ts";

export function attemptFacts(ports: Ports, message: Message): AttemptFacts {
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
