import type { Direction } from "../domain/dataProject.ts";
import type { ExportState, ImportState } from "../domain/message.ts";
import type { DueDecision } from "../domain/occurrence.ts";
import type { JobWork, Work } from "./workQueue.ts";

type OfJob = { readonly activityId: string };
type OfMessage = OfJob & { readonly messageId: string };
type OfDirectedMessage = OfMessage & { readonly direction: Direction };

/** The attempt that a worker has just ended: whose it was, and how long it took. */
export type AttemptFacts = OfDirectedMessage & {
  readonly executionId?: string;
  readonly attempts: number;
  readonly durationMs: number;
};

/** What a part of the upkeep was at when it failed: a job, a message or an entity, if any. */
export type UpkeepItem = {
  readonly activityId?: string;
  readonly messageId?: string;
  readonly entityId?: string;
  readonly company?: string;
};

/** A call of a webhook. */
type OfDelivery = {
  readonly webhook: string;
  readonly deliveryId: string;
  readonly type: string;
  readonly tries: number;
  readonly durationMs: number;
};

type OfRequest = {
  readonly requestId: string;
  readonly status: number;
  readonly code: string;
  readonly method: string;
};

/**
 * Every event of the service with its facts, once: what is logged, and what metrics and spans are made from. Ids, counts
 * and reasons, never record contents, tokens or signatures. Queries of operators ask for these names.
 */
export type Events = {
  readonly "message.enqueued": OfDirectedMessage & { readonly sizeBytes: number };
  readonly "message.begun": OfDirectedMessage & { readonly dueAt: number };
  readonly "message.finished": AttemptFacts & {
    readonly state: ImportState;
    readonly records: number;
    readonly failedRecords: number;
    readonly sizeBytes: number;
  };
  readonly "message.exported": AttemptFacts & {
    readonly state: ExportState;
    readonly records: number;
    readonly sizeBytes: number;
  };
  readonly "message.dequeued": OfDirectedMessage & { readonly deliveryCount: number };
  readonly "message.notGivenBack": OfMessage & { readonly reason: string };
  readonly "message.downloading": OfDirectedMessage;
  readonly "message.downloaded": OfDirectedMessage & { readonly sizeBytes: number; readonly durationMs: number };
  readonly "message.acknowledged": OfDirectedMessage;
  /** Beside the ack: nobody fetched the last byte of what was acknowledged, and the job takes that. */
  readonly "message.ackedWithoutDownload": OfDirectedMessage;
  readonly "message.redelivered": OfDirectedMessage;
  readonly "message.discarded": OfDirectedMessage;
  readonly "message.parked": OfDirectedMessage & { readonly attempts: number };
  readonly "import.failed": AttemptFacts;
  readonly "import.takenOver": OfMessage;
  readonly "message.putOff": AttemptFacts & { readonly pauseMs: number; readonly reason: string };
  readonly "export.failed": AttemptFacts;
  readonly "lease.notKept": { readonly messageId: string; readonly reason: string };
  readonly "definitions.notKept": { readonly owner: string };
  readonly "payload.orphan": { readonly messageId: string };
  /** Something that the service cannot do without does not answer, or answers again. */
  readonly "need.lost": { readonly need: string };
  readonly "need.met": { readonly need: string };
  /** Imports sort their records by way of storage from now on. */
  readonly "disk.refused": { readonly reason: string };
  readonly "work.resent": OfMessage & { readonly attempts: number };
  readonly "work.abandoned": Work;
  readonly "work.putBack": JobWork & { readonly timesPutBack: number; readonly delayMs: number };
  /** A host that drains left it on the queue. */
  readonly "work.left": Work;
  readonly "run.resent": OfJob & { readonly dueAt: number };
  readonly "job.due": OfJob & { readonly dueAt: number; readonly delayMs: number };
  readonly "job.passedOver": OfJob & {
    readonly dueAt: number;
    readonly outcome: Exclude<DueDecision["outcome"], "run">;
    readonly dueTimes: number;
  };
  readonly "job.refused": OfJob & { readonly applicationId: string; readonly reason: string };
  readonly "project.refused": { readonly project: string; readonly applicationId: string; readonly reason: string };
  readonly "job.load": OfJob & {
    readonly direction: Direction;
    readonly waiting: number;
    readonly oldestAgeMs: number;
    /** How long ago the run was due that should have taken the message that waits longest; 0 while none was. */
    readonly overdueMs: number;
    readonly inProcess: number;
    readonly parked: number;
    readonly released: number;
    readonly bytesWaiting: number;
  };
  readonly "webhook.delivered": OfDelivery;
  /** It is tried again, for a day. */
  readonly "webhook.notDelivered": OfDelivery & { readonly reason: string };
  /** A day is over; it waits for somebody to send it again. */
  readonly "webhook.givenUp": OfDelivery & { readonly reason: string };
  readonly "sample.failed": OfJob;
  readonly "entity.compacted": { readonly entityId: string; readonly isDone: boolean };
  readonly "tick.ran": { readonly tick: string; readonly delayMs: number; readonly isDraining?: true };
  readonly "tick.failed": OfJob;
  readonly "upkeep.failed": UpkeepItem & { readonly part: string };
  readonly "request.refused": OfRequest;
  readonly "request.failed": OfRequest;
  /** An answer whose connection was not found: what its client does not take is held in memory. Never, on a known Node. */
  readonly "answer.unpaced": { readonly requestId: string; readonly method: string };
  /** An answer that had begun and did not end: its source failed, or its reader took nothing for too long. */
  readonly "answer.cut": { readonly requestId: string; readonly method: string; readonly reason: "failed" | "stalled" };
  readonly "telemetry.failed": { readonly reason?: string };
};

export type EventName = keyof Events;

/** The events that belong to the life of one message. */
export type MessageEventName = {
  [E in EventName]: Events[E] extends { readonly messageId: string } ? E : never;
}[EventName];

export interface Log {
  info<E extends EventName>(event: E, facts: Events[E]): void;
  warn<E extends EventName>(event: E, facts: Events[E]): void;
  error<E extends EventName>(event: E, facts: Events[E], error?: unknown): void;
}

/** The facts of any event. */
export type Facts = Readonly<Record<string, string | number | boolean>>;
