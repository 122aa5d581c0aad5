import type { InboundMessage } from "./inboundMessage.ts";
import { isReleased } from "./inboundMessage.ts";
import type { MissedRuns } from "./occurrence.ts";
import { type OutboundMessage, isQueued } from "./outboundMessage.ts";
import { standingOf, stateSince } from "./standing.ts";

/** What a webhook may listen to. */
export const eventTypes = ["message.ended", "export.ready", "message.parked", "run.missed", "load.exceeded"] as const;
export type EventType = (typeof eventTypes)[number];

/** That something happened, for receivers outside: ids, states and figures, never what a file holds. */
export interface ServiceEvent {
  readonly type: EventType | "webhook.test";
  readonly at: number;
  readonly activityId?: string;
  /** Names this event among those of its job, in lower-case letters, digits, hyphens and points: told twice, it is the same. */
  readonly key: string;
  readonly data: EventData;
}

export type EventData = Readonly<Record<string, string | number | boolean>>;

type Message = InboundMessage | OutboundMessage;

/** What a write of a message tells; most tell nothing. */
export function eventsOfMessage(previous: Message, next: Message): readonly ServiceEvent[] {
  const types: EventType[] = [];
  if (standingOf(next) === "ended" && previous.state !== next.state) types.push("message.ended");
  if (isMadeReady(previous, next)) types.push("export.ready");
  if (next.parked && next.parked.at !== previous.parked?.at && !isReleased(next)) types.push("message.parked");
  return types.map((type) => ofMessage(type, next));
}

/**
 * Offered for the first time, or put back after an ack; one that a client only gave back was ready before. Where no job's
 * clients fetch it, its file is ready when its run ends with one.
 */
function isMadeReady(previous: Message, next: Message): boolean {
  if (next.direction === "import") return false;
  if (!isQueued(next)) return standingOf(previous) === "inProcess" && next.file !== undefined;
  return next.state === "Enqueued" && (standingOf(previous) === "inProcess" || previous.state === "Acked");
}

function ofMessage(type: EventType, message: Message): ServiceEvent {
  const { id: messageId, activityId, ownOrder, direction, state, run, executionId, enqueuedAt } = message;
  const at = type === "message.parked" ? (message.parked?.at ?? enqueuedAt) : stateSince(message);
  const data = {
    messageId,
    direction,
    state,
    run,
    ...(executionId !== undefined && { executionId }),
    ...(ownOrder && { project: ownOrder.project }),
    ...(ownOrder?.requestedId !== undefined && { requestedId: ownOrder.requestedId }),
    ...(message.direction === "import" && namesOf(message)),
  };
  const job = ownOrder ? {} : { activityId };
  return { type, at, ...job, key: `${type}_${messageId}_${run}_${at}`, data };
}

function namesOf({ externalIdentifier, entity, company }: InboundMessage): EventData {
  return {
    ...(externalIdentifier !== undefined && { externalIdentifier }),
    ...(entity !== undefined && { entity }),
    ...(company !== undefined && { company }),
  };
}

export function eventOfMissedRuns(runs: MissedRuns & { readonly recordedAt: number }): ServiceEvent {
  const { activityId, dueAt, lastDueAt, dueTimes, recordedAt: at } = runs;
  const data = { dueAt: isoOf(dueAt), lastDueAt: isoOf(lastDueAt), dueTimes };
  return { type: "run.missed", at, activityId, key: `run.missed_${dueAt}`, data };
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
