import type { Actor } from "../../domain/caller.ts";
import { placeInJob } from "../../domain/messageAction.ts";
import type { Message, Ports } from "../../ports.ts";
import { type ParkedWish, listParked, requireParked } from "./listParked.ts";
import { refusalOf } from "./refusalOf.ts";
import { retryMessage } from "./retryMessage.ts";

/** Messages that one call retries, and how long it goes on. */
const retriesMax = 100;
const callMsMax = 30_000;

export interface RetriedParked {
  readonly retried: readonly string[];
  readonly skipped: readonly { readonly messageId: string; readonly why: string }[];
  /** Parked messages that the call did not come to. */
  readonly remaining: number;
  /** To go on with them; absent when none remain. */
  readonly continuation?: string;
}

/**
 * Retries the parked messages of a job, in the order in which they wait, each as `retryMessage` does by itself: what
 * may not be retried is skipped, and told why. What a person released stays so, unless the reason asks for it. A repeat
 * finds what is still parked. `notFound` when there is no such job.
 */
export async function retryParked(
  ports: Ports,
  activityId: string,
  by: Actor,
  wish: ParkedWish,
): Promise<RetriedParked> {
  const parked = await listParked(ports, activityId, wish);
  const retried: string[] = [];
  const skipped: { readonly messageId: string; readonly why: string }[] = [];
  const until = ports.clock.now() + callMsMax;
  let last: Message | undefined;
  for (const message of parked) {
    if (retried.length === retriesMax || ports.clock.now() > until) break;
    last = message;
    const { id: messageId } = message;
    const act = () => retryMessage(ports, activityId, messageId, by, wish, (now) => requireParked(now, wish));
    const refusal = await refusalOf(act);
    if (!refusal) retried.push(messageId);
    else skipped.push({ messageId, why: refusal.message });
  }
  const remaining = parked.length - retried.length - skipped.length;
  return { retried, skipped, remaining, ...(remaining > 0 && last && { continuation: placeInJob(last) }) };
}
