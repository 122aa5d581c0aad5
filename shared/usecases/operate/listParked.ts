import { DomainError } from "../../domain/errors.ts";
import { isReleased } from "../../domain/inboundMessage.ts";
import { type RetryWish, inActionOrder, placeInJob } from "../../domain/messageAction.ts";
import type { Message, Ports } from "../../ports.ts";

/** Parked messages of one job that are looked at. */
const parkedMax = 5000;
const readsAtOnceMax = 16;

export interface ParkedWish extends RetryWish {
  /** Only messages whose reason for being parked has this text in it, in any case. */
  readonly reason?: string;
  /** What the call before gave, to go on behind what it came to. */
  readonly continuation?: string;
}

/** The parked messages of a job that are meant, in the order in which they wait. `notFound` when there is no such job. */
export async function listParked(ports: Ports, activityId: string, wish: ParkedWish): Promise<readonly Message[]> {
  if (!(await ports.definitions.find("job", activityId))) {
    throw new DomainError("notFound", `There is no recurring data job ${activityId}.`);
  }
  const ids = await ports.openMessages.listParked(activityId, parkedMax);
  const found: Message[] = [];
  for (let first = 0; first < ids.length; first += readsAtOnceMax) {
    const some = ids.slice(first, first + readsAtOnceMax);
    const read = await Promise.all(some.map((id) => ports.messages.find(activityId, id)));
    found.push(...read.flatMap((stored) => (stored && isMeant(stored.value, wish) ? [stored.value] : [])));
  }
  return inActionOrder(found, "retry");
}

/** Throws `conflict` when somebody retried or released the message since it was listed. */
export function requireParked(message: Message, wish: ParkedWish): void {
  if (isMeant(message, wish)) return;
  throw new DomainError("conflict", `Message ${message.id} has moved meanwhile, and is not what was parked.`);
}

function isMeant(message: Message, { reason, continuation = "" }: ParkedWish): boolean {
  if (!message.parked || placeInJob(message) <= continuation) return false;
  if (reason === undefined) return !isReleased(message);
  return message.parked.reason.toLowerCase().includes(reason.toLowerCase());
}
