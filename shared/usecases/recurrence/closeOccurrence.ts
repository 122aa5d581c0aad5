import {
  type Occurrence,
  finishOccurrence,
  isFinalOccurrence,
  skipOccurrence,
  startOccurrence,
} from "../../domain/occurrence.ts";
import type { Ports } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";

interface Outcome {
  readonly messageId?: string;
  readonly reason?: string;
}

/** Ends a run in the ledger; a due time that is not there, or ended before, is left as it is. */
export async function closeOccurrence(
  ports: Ports,
  activityId: string,
  dueAt: number,
  outcome: Outcome,
): Promise<void> {
  await untilWon(`A due time of job ${activityId}`, async () => {
    const stored = await ports.occurrences.find(activityId, dueAt);
    if (!stored || isFinalOccurrence(stored.value)) return true;
    return (await endOccurrence(ports, stored, (occurrence, now) => close(occurrence, now, outcome))) || lost;
  });
}

/** A run that made a message has begun, even where its ledger row does not say so yet. */
function close(occurrence: Occurrence, now: number, outcome: Outcome): Occurrence {
  if (occurrence.state !== "due") return finishOccurrence(occurrence, now, outcome);
  if (outcome.messageId === undefined) return skipOccurrence(occurrence, now, outcome.reason ?? "It never began.");
  return finishOccurrence(startOccurrence(occurrence, now), now, outcome);
}

async function endOccurrence(
  ports: Ports,
  stored: Stored<Occurrence>,
  end: (occurrence: Occurrence, now: number) => Occurrence,
): Promise<boolean> {
  return ports.occurrences.replace(stored, end(stored.value, ports.clock.now()));
}

/** Ends a run that does not take place, or not to its end; whoever wrote in the same moment decides instead. */
export async function leaveOutOccurrence(ports: Ports, stored: Stored<Occurrence>, reason: string): Promise<void> {
  await endOccurrence(ports, stored, (occurrence, now) => leftOut(occurrence, now, reason));
}

function leftOut(occurrence: Occurrence, now: number, reason: string): Occurrence {
  return occurrence.state === "due"
    ? skipOccurrence(occurrence, now, reason)
    : finishOccurrence(occurrence, now, { reason });
}
