import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import { type OpenMessage, standsSo } from "../../domain/standing.ts";
import type { Message, Ports } from "../../ports.ts";
import { discardMessage } from "./discardMessage.ts";
import { type OpenWish, listOpen } from "./listOpen.ts";
import { refusalOf } from "./refusalOf.ts";

/** Messages that one call discards, and how long it goes on. */
const discardsMax = 100;
const callMsMax = 30_000;

export interface DiscardWish extends OpenWish {
  readonly reason: string;
}

export interface DiscardedOpen {
  readonly discarded: readonly string[];
  readonly skipped: readonly { readonly messageId: string; readonly why: string }[];
  /** Meant by the wish, and not come to. */
  readonly remaining: number;
}

/**
 * Discards what a job has open, each message as `discardMessage` does by itself: what waits for a worker, what is offered
 * to clients and what is parked. What may not be discarded, such as what a worker holds, is skipped, and told why. A
 * repeat finds what remains.
 */
export async function discardOpen(
  ports: Ports,
  activityId: string,
  by: Actor,
  wish: DiscardWish,
): Promise<DiscardedOpen> {
  await ports.openMessages.mendJob(activityId);
  const meant = await listOpen(ports, activityId, wish);
  const discarded: string[] = [];
  const skipped: { readonly messageId: string; readonly why: string }[] = [];
  const until = ports.clock.now() + callMsMax;
  for (const open of meant) {
    const { messageId } = open;
    if (discarded.length === discardsMax || ports.clock.now() > until) break;
    const discard = () =>
      discardMessage(ports, activityId, messageId, by, wish.reason, (message) => requireMeant(message, open, wish));
    const refusal = await refusalOf(discard);
    if (!refusal) discarded.push(messageId);
    else skipped.push({ messageId, why: refusal.message });
  }
  return { discarded, skipped, remaining: meant.length - discarded.length - skipped.length };
}

/** What somebody retried since it was listed is not what was parked, and nothing brings back what is discarded. */
function requireMeant(message: Message, { standing }: OpenMessage, wish: OpenWish): void {
  if (wish.standing === undefined && wish.before === undefined) return;
  if (standsSo(message, standing, wish.before)) return;
  throw new DomainError("conflict", `Message ${message.id} has moved meanwhile, and is ${message.state} now.`);
}
