import type { Message } from "../../ports.ts";
import { isQueued } from "../../domain/outboundMessage.ts";
import { claimOf } from "../../usecases/attempt/claimOf.ts";
import { isInterrupted, sweepClaim } from "../../usecases/upkeep/sweepClaims.ts";
import { claimKey, claimsPartition, toClaim } from "../../storage/messages/claims.ts";
import { tableNames } from "../../storage/ground/names.ts";
import { messagePlace } from "../places.ts";
import type { Doubt } from "../finding.ts";
import type { World } from "../world.ts";

/** Longer than the upkeep takes to come by, several times. */
const leftAfterMs = 20 * 60_000;
const unseenAfterMs = 60 * 60_000;

/** Work that somebody took and did not end, and that nobody will take up again. */
export async function judgeStanding(world: World, message: Message): Promise<readonly Doubt[]> {
  const what = await whyStuck(world, message);
  if (what === undefined) return [];
  const { ports } = world;
  const find = async () => (await ports.messages.find(message.activityId, message.id))?.value;
  const stuck = async () => {
    const again = await find();
    return again && (await whyStuck(world, again)) !== undefined ? again : undefined;
  };
  return [
    {
      kind: "stuckMessage",
      place: messagePlace(message),
      what,
      todo: "Look whether the service and its upkeep run.",
      isStill: async () => (await stuck()) !== undefined,
      mend: async () => {
        const again = await stuck();
        if (!again) return false;
        await ports.claims.put(claimOf(again, ports.clock.now()));
        await sweepClaim(ports, claimOf(again, ports.clock.now()));
        return true;
      },
    },
  ];
}

async function whyStuck({ ports, ground }: World, message: Message): Promise<string | undefined> {
  const lacksPointer =
    message.direction === "export" && isQueued(message) && message.state === "Enqueued" && !message.isPointerSent;
  const isAtWork = message.state !== "Enqueued" && isInterrupted(message);
  if (!isAtWork && !lacksPointer) return undefined;
  const { history, lease, pause, enqueuedAt } = message;
  const since = Math.max(history.at(-1)?.at ?? enqueuedAt, lease?.until ?? 0, pause?.until ?? 0);
  const agoMs = ports.clock.now() - since;
  if (agoMs < leftAfterMs) return undefined;
  const row = await ground.table(tableNames.claims).find(claimsPartition, claimKey(claimOf(message, 0)));
  const stands = lacksPointer
    ? "It waits for a client without a pointer on the queue"
    : `It is ${message.state}, and no worker has it`;
  if (!row) return `${stands}; it has no claim, by which the upkeep would find it.`;
  // Whoever points at it anew sets the time of its claim; a restore claims for the first pass of the upkeep.
  const { until } = toClaim(row);
  const isSeen = until === 0 || until > ports.clock.now() - unseenAfterMs;
  return isSeen || agoMs < unseenAfterMs ? undefined : `${stands}, and the upkeep has not taken it up for an hour.`;
}
