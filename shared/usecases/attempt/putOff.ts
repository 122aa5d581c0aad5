import type { Message, Ports } from "../../ports.ts";
import type { Unavailable } from "../../ports/unavailable.ts";
import { attemptFacts } from "./attemptFacts.ts";
import { type Held, LeaseLost } from "./holdMessage.ts";
import { pointAfterPause } from "./pointAt.ts";

/**
 * Gives back a message whose attempt the ground failed, as `next` says: the attempt does not count, and after a pause that
 * grows the next worker takes it up. Throws `Unavailable` where even that cannot be written: then its lease runs out.
 */
export async function putOffAttempt<M extends Message>(
  ports: Ports,
  held: Held<M>,
  next: M,
  error: Unavailable,
): Promise<void> {
  const pauseMs = (next.pause?.until ?? 0) - ports.clock.now();
  ports.log.warn("message.putOff", { ...attemptFacts(ports, held.message()), pauseMs, reason: error.message });
  try {
    await held.save(next);
  } catch (lost) {
    // Somebody else has the message already.
    if (lost instanceof LeaseLost) return;
    throw lost;
  }
  await pointAfterPause(ports, next);
}
