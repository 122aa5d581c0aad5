import { isFinalOccurrence } from "../../domain/occurrence.ts";
import type { Ports } from "../../ports.ts";
import { closeOccurrence } from "../recurrence/closeOccurrence.ts";
import { pruneJob } from "../retention/pruneJob.ts";
import { removeMessage } from "../retention/removeMessage.ts";

const parkedAtOnce = 500;
const roundsMax = 40;
/** More than the runs of a job that can be open at a time. */
const ledgerRows = 400;

/**
 * Clears away what is kept of a job that is no more, so that one that is made again under its id begins anew. A message
 * that has ended keeps its files until the retention ends, but parked ones go at once: nobody could find them. Cut off
 * anywhere, it may be repeated.
 */
export async function clearJob(ports: Ports, activityId: string): Promise<void> {
  for (let round = 0; round < roundsMax; round++) if ((await removeParked(ports, activityId)) === 0) break;
  await endRuns(ports, activityId);
  await pruneJob(ports, activityId, ports.clock.now() + 1);
  await ports.messages.forgetJob(activityId);
}

/** A due time that waits must not run when a job is made again under the id. */
async function endRuns(ports: Ports, activityId: string): Promise<void> {
  const waiting = await ports.occurrences.listWaiting(activityId, ledgerRows);
  const { items } = await ports.occurrences.list(activityId, { limit: ledgerRows });
  const open = [...waiting, ...items.filter((occurrence) => !isFinalOccurrence(occurrence))];
  for (const { dueAt } of open) await closeOccurrence(ports, activityId, dueAt, { reason: "The job was deleted." });
}

/** Answers how many went; one that somebody retried in this moment is none of them any more. */
async function removeParked(ports: Ports, activityId: string): Promise<number> {
  const open = await ports.openMessages.list(activityId, parkedAtOnce);
  let removed = 0;
  for (const { messageId, standing } of open) {
    const stored = standing === "parked" ? await ports.messages.find(activityId, messageId) : undefined;
    if (stored?.value.parked && (await removeMessage(ports, stored))) removed += 1;
  }
  return removed;
}
