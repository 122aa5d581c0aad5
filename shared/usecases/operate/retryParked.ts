import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import { isReleased } from "../../domain/inboundMessage.ts";
import { type RetryWish, inActionOrder, placeInJob } from "../../domain/messageAction.ts";
import type { Message, Ports } from "../../ports.ts";
import { refusalOf } from "./refusalOf.ts";
import { retryMessage } from "./retryMessage.ts";

/** Parked messages of one job that are looked at, messages that one call retries, and how long it goes on. */
const parkedMax = 5000;
const retriesMax = 100;
const callMsMax = 30_000;
const readsAtOnceMax = 16;

export interface ParkedWish extends RetryWish {
  /** Only messages whose reason for being parked has this text in it, in any case. */
  readonly reason?: string;
  /** What the call before gave, to go on behind what it came to. */
  readonly continuation?: string;
}

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
  if (!(await ports.definitions.find("job", activityId))) {
    throw new DomainError("notFound", `There is no recurring data job ${activityId}.`);
  }
  const parked = await listParked(ports, activityId, wish);
  const retried: string[] = [];
  const skipped: { readonly messageId: string; readonly why: string }[] = [];
  const until = ports.clock.now() + callMsMax;
  let last: Message | undefined;
  for (const message of parked) {
    if (retried.length === retriesMax || ports.clock.now() > until) break;
    last = message;
    const { id: messageId } = message;
    const refusal = await refusalOf(() => retryMessage(ports, activityId, messageId, by, wish));
    if (!refusal) retried.push(messageId);
    else skipped.push({ messageId, why: refusal.message });
  }
  const remaining = parked.length - retried.length - skipped.length;
  return { retried, skipped, remaining, ...(remaining > 0 && last && { continuation: placeInJob(last) }) };
}

async function listParked(ports: Ports, activityId: string, wish: ParkedWish): Promise<readonly Message[]> {
  const ids = await ports.openMessages.listParked(activityId, parkedMax);
  const found: Message[] = [];
  for (let first = 0; first < ids.length; first += readsAtOnceMax) {
    const some = ids.slice(first, first + readsAtOnceMax);
    const read = await Promise.all(some.map((id) => ports.messages.find(activityId, id)));
    found.push(...read.flatMap((stored) => (stored && isMeant(stored.value, wish) ? [stored.value] : [])));
  }
  return inActionOrder(found, "retry");
}

function isMeant(message: Message, { reason, continuation = "" }: ParkedWish): boolean {
  if (!message.parked || placeInJob(message) <= continuation) return false;
  if (reason === undefined) return !isReleased(message);
  return message.parked.reason.toLowerCase().includes(reason.toLowerCase());
}
