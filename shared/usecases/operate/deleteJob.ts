import type { Actor } from "../../domain/caller.ts";
import type { Ports } from "../../ports.ts";
import { findRemovable, removeJob } from "../definitions/removeJob.ts";
import type { IfMatch } from "../definitions/saveDefinition.ts";
import { discardOpen } from "./discardOpen.ts";

/** What a removal discards is told this reason. One request calls `discardOpen` so often, and goes on for so long. */
const reason = "The recurring data job was deleted.";
const discardCallsMax = 10;
const discardMsMax = 60_000;

export interface DeletionWish {
  /** What waits for a worker or a client is discarded first, and does not stand in the way. */
  readonly isDiscarding: boolean;
}

/** As `removeJob`; with `isDiscarding` also a job that has something open, as long as no worker holds any of it. */
export async function deleteJob(
  ports: Ports,
  activityId: string,
  ifMatch: IfMatch,
  by: Actor,
  { isDiscarding }: DeletionWish,
): Promise<void> {
  if (isDiscarding && (await ports.definitions.find("job", activityId))) {
    await findRemovable(ports, activityId, ifMatch);
    await discardAll(ports, activityId, by);
  }
  await removeJob(ports, activityId, ifMatch, by);
}

/** As much as one request may; whatever is left then stands in the way of the removal, and a repeat goes on. */
async function discardAll(ports: Ports, activityId: string, by: Actor): Promise<void> {
  const until = ports.clock.now() + discardMsMax;
  for (let calls = 0; calls < discardCallsMax && ports.clock.now() < until; calls++) {
    const { discarded } = await discardOpen(ports, activityId, by, { reason });
    if (discarded.length === 0) return;
  }
}
