import { type InboundMessage, claim, isClaimable, park } from "../../domain/inboundMessage.ts";
import { whyGivenUp } from "../../domain/message.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Beside, Definition, Ports, Stored } from "../../ports.ts";
import { claimOf } from "../attempt/claimOf.ts";
import { type Held, holdMessage } from "../attempt/holdMessage.ts";
import { replaceAndBlock } from "../attempt/jobProgress.ts";

/** Tries of a worker for a message that carries no job any more. */
const attemptsMaxByDefault = 3;

export type ImportJob = Definition<RecurringJob> | undefined;

export function attemptsMaxOf(job: ImportJob): number {
  return job?.value.attemptsMax ?? attemptsMaxByDefault;
}

/** Errors of such a job's messages hold it up, until somebody retries or releases them. */
export function blocksOnError(job: ImportJob): boolean {
  return job !== undefined && job.value.isOrdered && job.value.onHeadError === "block";
}

/**
 * Takes a message that is claimable for this worker, or parks it when its attempts are used up. What makes it the head of
 * an ordered job moves `beside` it. Undefined when somebody else wrote first.
 */
export async function takeMessage(
  ports: Ports,
  job: ImportJob,
  stored: Stored<InboundMessage>,
  beside?: Beside,
): Promise<Held<InboundMessage> | "parked" | undefined> {
  const isGivenUp = whyGivenUp(stored.value, attemptsMaxOf(job)) !== undefined;
  if (isGivenUp) return (await parkMessage(ports, job, stored)) ? "parked" : undefined;
  const now = ports.clock.now();
  const { leaseMs } = ports.settings;
  // The claim comes first: a message that nobody knows to be taken could not be taken up when its worker dies.
  await ports.claims.put(claimOf(stored.value, now + leaseMs));
  const claimed = await ports.messages.replace(stored, claim(stored.value, now, leaseMs, ports.ids.random()), beside);
  return claimed && holdMessage(ports, claimed);
}

/**
 * Sets the message aside with its reason, when its attempts are used up; it stays, with its bytes, until somebody
 * retries it. False when it gets another attempt, when somebody else wrote it first, and for one that a worker holds or
 * that has ended.
 */
export async function parkMessage(ports: Ports, job: ImportJob, stored: Stored<InboundMessage>): Promise<boolean> {
  const now = ports.clock.now();
  if (!isClaimable(stored.value, now)) return false;
  const { activityId, id: messageId, direction, attempts, run } = stored.value;
  const reason = whyGivenUp(stored.value, attemptsMaxOf(job));
  if (reason === undefined) return false;
  const parked = park(stored.value, now, reason);
  const replaced = blocksOnError(job)
    ? await replaceAndBlock(ports, stored, parked)
    : await ports.messages.replace(stored, parked);
  if (!replaced) return false;
  ports.log.error("message.parked", { activityId, messageId, direction, attempts });
  await ports.claims.remove({ messageId, run });
  return true;
}
