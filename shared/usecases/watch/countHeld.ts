import { isLeased } from "../../domain/message.ts";
import type { Ports } from "../../ports.ts";
import type { Count } from "../../ports/lists.ts";
import { inParallel } from "../../ports/inParallel.ts";
import { openJobIds } from "./jobIds.ts";
import { readsAtOnceMax } from "./readsAtOnce.ts";

/** Of one job; as many workers as that at one job are enough to know that work goes on. */
const heldMax = 100;

/**
 * The messages that a worker has at this moment, on whatever host: also on one that was not told to drain. One whose
 * worker is gone does not count, although its attempt has not ended: nobody works on it before the drain ends. Nor do calls of
 * webhooks and pieces of the upkeep, which leave no trace that would tell a worker at work from one that was cut off.
 */
export async function countHeld(ports: Ports): Promise<Count> {
  const counts = await inParallel(await openJobIds(ports), readsAtOnceMax, (activityId) =>
    countOfJob(ports, activityId),
  );
  return { count: counts.reduce((sum, { count }) => sum + count, 0), isCut: counts.some(({ isCut }) => isCut) };
}

async function countOfJob(ports: Ports, activityId: string): Promise<Count> {
  const { items, isCut } = await ports.openMessages.listStanding(activityId, "inProcess", heldMax);
  const now = ports.clock.now();
  const messages = await inParallel(items, readsAtOnceMax, ({ messageId }) =>
    ports.messages.find(activityId, messageId),
  );
  return { count: messages.filter((stored) => stored && isLeased(stored.value, now)).length, isCut };
}
