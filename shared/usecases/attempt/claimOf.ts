import type { Claim, Message } from "../../ports.ts";

/** The claim of a message's present execution. */
export function claimOf({ id: messageId, activityId, run }: Message, until: number): Claim {
  return { messageId, activityId, run, until };
}
