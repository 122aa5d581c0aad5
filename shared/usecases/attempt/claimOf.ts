import type { Claim, Message } from "../../ports.ts";

/** The claim of a message's present execution, or of its last redelivery. */
export function claimOf(message: Message, until: number): Claim {
  const { id: messageId, activityId, run } = message;
  const redelivery = message.direction === "export" ? message.redeliveries : undefined;
  return { messageId, activityId, run, until, ...(redelivery !== undefined && { redelivery }) };
}
