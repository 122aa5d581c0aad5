import { type ServiceEvent, eventOfMissedRuns, eventsOfMessage } from "../../domain/serviceEvent.ts";
import { wants } from "../../domain/webhook.ts";
import type { Messages, Occurrences } from "../../ports.ts";
import type { Subscriptions } from "../../ports/webhooks.ts";
import type { WorkQueue } from "../../ports/workQueue.ts";
import type { OpenJobs } from "../messages/openJobs.ts";

/** What brings events from where they come to be to the webhooks that want them. */
export interface Announcing {
  readonly subscriptions: Subscriptions;
  /** The index of jobs whose events wait. */
  readonly jobs: OpenJobs;
  readonly work: WorkQueue;
}

/** Messages that tell of themselves what webhooks want to hear, in their own transactions. */
export function announcedMessages(messages: Messages, announcing: Announcing): Messages {
  return {
    ...messages,
    replace(stored, next, beside) {
      const write = (events?: readonly ServiceEvent[]) =>
        messages.replace(stored, next, events ? { ...beside, events } : beside);
      return announce(announcing, next.activityId, eventsOfMessage(stored.value, next), write);
    },
  };
}

/** The ledger likewise, of runs that were missed. */
export function announcedOccurrences(occurrences: Occurrences, announcing: Announcing): Occurrences {
  return {
    ...occurrences,
    insert(occurrence) {
      const events = occurrence.state === "missed" ? [eventOfMissedRuns(occurrence)] : [];
      return announce(announcing, occurrence.activityId, events, (wanted) => occurrences.insert(occurrence, wanted));
    },
  };
}

/** The index comes before the events, and a pointer after them; one that is lost is made up for by the upkeep. */
async function announce<T>(
  { subscriptions, jobs, work }: Announcing,
  activityId: string,
  events: readonly ServiceEvent[],
  write: (events?: readonly ServiceEvent[]) => Promise<T>,
): Promise<T> {
  if (events.length === 0) return write();
  const webhooks = await subscriptions.find();
  const wanted = events.filter((event) => webhooks.some((webhook) => wants(webhook, event)));
  if (wanted.length === 0) return write();
  const written = await jobs.marked(activityId, () => write(wanted));
  if (written) await work.send({ kind: "relayEvents", activityId }).catch(() => undefined);
  return written;
}
