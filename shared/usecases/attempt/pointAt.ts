import type { Message, Ports } from "../../ports.ts";
import { findOrder } from "../orders/findOrder.ts";
import { claimOf } from "./claimOf.ts";

/**
 * Points a worker at the message, or at the backlog of its ordered job; nobody sees the pointer before the delay has
 * passed.
 */
export async function pointAt(ports: Ports, message: Message, delayMs?: number): Promise<void> {
  const { activityId, id: messageId } = message;
  if (message.direction === "export") return ports.work.send({ kind: "exportMessage", activityId, messageId }, delayMs);
  const given = await findOrder(ports, message);
  return given?.order.isOrdered
    ? ports.work.send({ kind: "drainJob", activityId }, delayMs)
    : ports.work.send({ kind: "importMessage", activityId, messageId }, delayMs);
}

/** More than the clocks of two hosts differ: one that looks too early lets the pointer go. */
const clockSkewMs = 3_000;

/**
 * Brings the next worker to a paused message when its pause is over, and the sweeper only if that does not come. Pointers
 * that come meanwhile are let go, so that a long outage does not heap them up.
 */
export async function pointAfterPause(ports: Ports, message: Message): Promise<void> {
  const now = ports.clock.now();
  const until = message.pause?.until ?? now;
  await ports.claims.put(claimOf(message, until + ports.settings.leaseMs));
  await pointAt(ports, message, Math.max(0, until - now) + clockSkewMs);
}
