import { DomainError } from "./errors.ts";
import {
  type Discarding,
  type ExportState,
  type WorkFacts,
  beginAttempt,
  errorCharactersMax,
  isLeased,
  isPaused,
  newWork,
  nextExecution,
  withHistory,
  withPause,
} from "./message.ts";
import { exportWay } from "./exportWay.ts";
import type { RunOrder } from "./runOrder.ts";

/** One hand-out of the message: until it expires, the storage queue hides the message from everybody else. */
export interface Delivery {
  readonly correlationId: string;
  readonly popReceipt: string;
  /** The pointer on the job's storage queue that was received for this delivery. */
  readonly queueItemId: string;
  readonly dequeuedAt: number;
  readonly expiresAt: number;
}

/** One export: its execution, and then its way to the client that fetches it, where it goes to those of a job. */
export interface OutboundMessage extends WorkFacts {
  readonly direction: "export";
  readonly id: string;
  readonly activityId: string;
  readonly state: ExportState;
  readonly dueAt: number;
  readonly enqueuedAt: number;
  readonly company?: string;
  readonly totalRecords?: number;
  /** Undefined until the execution has ended, and for an execution that made no file. */
  readonly isFileUploaded?: boolean;
  readonly file?: string;
  readonly sizeBytes?: number;
  /** The pointer is on the job's queue; until then the sweeper sends it again. */
  readonly isPointerSent: boolean;
  /** The last hand-out; kept after it expired, so that a late ack still finds it. */
  readonly delivery?: Delivery;
  readonly lastDequeuedAt?: number;
  readonly deliveryCount: number;
  /** Of all deliveries, newest last and at most `correlationIdsMax`: each is a row that goes with the message. */
  readonly correlationIds: readonly string[];
  /** Its last byte never went out in the delivery that was acknowledged: whether anybody has the file is unknown. */
  readonly isAckedWithoutDownload?: boolean;
  /** How often somebody put it back into its queue after an ack. */
  readonly redeliveries?: number;
}

/** The whole life cycle. Of what has ended, only a person makes anything else. */
const nextStates: Record<ExportState, readonly ExportState[]> = {
  PreProcessing: ["PreProcessing", "Processing", "PostProcessingError", "Discarded"],
  Processing: ["PreProcessing", "Enqueued", "Processed", "PostProcessingError", "Discarded"],
  Processed: ["PreProcessing"],
  PostProcessingError: ["PreProcessing", "Discarded"],
  Enqueued: ["Dequeued", "Discarded"],
  Dequeued: ["Dequeued", "Downloaded", "Acked", "Discarded"],
  Downloaded: ["Dequeued", "Downloaded", "Acked", "Discarded"],
  Acked: ["Enqueued"],
  Discarded: ["PreProcessing"],
};

export const correlationIdsMax = 20;

const finalStates: readonly ExportState[] = ["Acked", "Processed", "PostProcessingError", "Discarded"];

export function isFinalExport(message: Pick<OutboundMessage, "state">): boolean {
  return finalStates.includes(message.state);
}

/** Whether its file goes to the clients of a job, and its runs take turns. */
export function isQueued({ ownOrder }: Pick<OutboundMessage, "ownOrder">): boolean {
  return ownOrder?.isQueued ?? true;
}

/** Its file waits for a client, or one has it and has not acknowledged it. */
export function isOffered({ state }: Pick<OutboundMessage, "state">): boolean {
  return state === "Enqueued" || state === "Dequeued" || state === "Downloaded";
}

export function newExport(facts: {
  readonly id: string;
  readonly activityId: string;
  readonly dueAt: number;
  readonly enqueuedAt: number;
  readonly company?: string;
  readonly ownOrder?: RunOrder;
  readonly executionId?: string;
}): OutboundMessage {
  const history = withHistory([], "PreProcessing", facts.enqueuedAt);
  return {
    ...newWork,
    ...facts,
    history,
    direction: "export",
    state: "PreProcessing",
    isPointerSent: false,
    deliveryCount: 0,
    correlationIds: [],
  };
}

export function isExportClaimable(message: OutboundMessage, now: number): boolean {
  const isRunning = message.state === "PreProcessing" || message.state === "Processing";
  return isRunning && !isLeased(message, now) && !isPaused(message, now);
}

/** Takes the export for one worker until the lease ends. */
export function claimExport(
  message: OutboundMessage,
  now: number,
  leaseMs: number,
  executionId: string,
): OutboundMessage {
  if (!isExportClaimable(message, now)) throw conflict(message, "is being exported or done, or waits after an outage");
  // It was begun, or a worker had it that came no further: one entry tells when it was taken last.
  const { history: all } = message;
  const history = all.at(-1)?.state === "PreProcessing" ? all.slice(0, -1) : all;
  return {
    ...move({ ...message, history }, "PreProcessing", now),
    ...beginAttempt(message, now, leaseMs, executionId),
  };
}

/** Gives up this attempt, which failed: the next one may begin. */
export function returnExport(message: OutboundMessage, error: string): OutboundMessage {
  const { lease: _lease, pause: _pause, ...rest } = message;
  return { ...rest, lastError: error.slice(0, errorCharactersMax) };
}

/** Takes back this attempt, which the ground failed: for a while nobody takes the message. */
export function putOffExport(message: OutboundMessage, now: number, error: string): OutboundMessage {
  const { lease: _, ...rest } = message;
  const attempts = message.attempts - 1;
  return withPause({ ...rest, attempts, lastError: error.slice(0, errorCharactersMax) }, now);
}

export function startExporting(message: OutboundMessage, now: number): OutboundMessage {
  return move(message, "Processing", now);
}

interface ExportedFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly totalRecords: number;
}

/** The file is stored, and waits for a client of the job, or is kept for whoever asks. */
export function offerFile(message: OutboundMessage, now: number, file: ExportedFile): OutboundMessage {
  const moved = move(message, isQueued(message) ? "Enqueued" : "Processed", now);
  const { lease: _lease, lastError: _error, pause: _pause, ...rest } = moved;
  const { name, sizeBytes, totalRecords } = file;
  return { ...rest, file: name, sizeBytes, totalRecords, isFileUploaded: true };
}

/** The execution found no records and made no file: visible in the message list, never handed out. */
export function finishWithoutFile(message: OutboundMessage, now: number): OutboundMessage {
  const { lease: _lease, lastError: _error, pause: _pause, ...rest } = move(message, "Processed", now);
  return { ...rest, totalRecords: 0 };
}

export function failExport(message: OutboundMessage, now: number, error: string): OutboundMessage {
  const { lease: _lease, pause: _pause, ...rest } = move(message, "PostProcessingError", now);
  return { ...rest, lastError: error.slice(0, errorCharactersMax), isFileUploaded: false };
}

export function parkExport(message: OutboundMessage, now: number, reason: string): OutboundMessage {
  return { ...failExport(message, now, message.lastError || reason), parked: { at: now, reason } };
}

/** A failed export runs again, as a new execution. */
export function retryExport(message: OutboundMessage, now: number): OutboundMessage {
  if (message.state !== "PostProcessingError") {
    throw conflict(message, `did not fail, so there is nothing to retry: ${wayOn(message)}`);
  }
  const { parked: _parked, lastError: _error, isFileUploaded: _file, ...rest } = move(message, "PreProcessing", now);
  return nextExecution(rest);
}

/** An export that no job started runs again, as a new execution, however it ended; its last file counts no more. */
export function repeatExport(message: OutboundMessage, now: number): OutboundMessage {
  if (isQueued(message)) throw conflict(message, `is a job's, so it is not repeated: ${wayOn(message)}`);
  const moved = move(message, "PreProcessing", now);
  const { parked: _parked, discarded: _discarded, lastError: _error, file: _file, ...others } = moved;
  const { sizeBytes: _size, totalRecords: _records, isFileUploaded: _uploaded, ...rest } = others;
  return nextExecution(rest);
}

/** What a reader sees: a delivery that ran out without an ack reads as waiting again. */
export function visibleState(message: OutboundMessage, now: number): ExportState {
  const isHandedOut = message.state === "Dequeued" || message.state === "Downloaded";
  return isHandedOut && message.delivery !== undefined && message.delivery.expiresAt <= now
    ? "Enqueued"
    : message.state;
}

/** Hands the message out once more; only the newest delivery may download and acknowledge. */
export function dequeue(message: OutboundMessage, delivery: Delivery): OutboundMessage {
  const previous = message.delivery?.dequeuedAt;
  const deliveryCount = message.deliveryCount + 1;
  const note = deliveryCount > 1 ? `delivery ${deliveryCount}` : undefined;
  return {
    ...move(message, "Dequeued", delivery.dequeuedAt, note),
    delivery,
    deliveryCount,
    correlationIds: [...message.correlationIds, delivery.correlationId].slice(-correlationIdsMax),
    ...(previous === undefined ? {} : { lastDequeuedAt: previous }),
  };
}

/** Allowed for the current delivery, and after the ack; that of an earlier one is a conflict, of none `notFound`. */
export function download(message: OutboundMessage, correlationId: string, now: number): OutboundMessage {
  if (!message.correlationIds.includes(correlationId)) {
    throw new DomainError("notFound", `Message ${message.id} was not handed out under this CorrelationId.`);
  }
  if (message.state === "Discarded") throw conflict(message, "was discarded by an operator");
  if (message.delivery?.correlationId !== correlationId) {
    throw conflict(message, "was handed out again, or put back into its queue, since: use the newest dequeue response");
  }
  return message.state === "Dequeued" ? move(message, "Downloaded", now) : message;
}

/** What an ack is worth whose delivery nobody downloaded to its last byte. */
export type AckWithoutDownload = "accept" | "refuse";

/**
 * Final and idempotent: clients retry an ack whose reply was lost. A late ack counts until the message was handed out
 * again, because only then somebody else may be at work on it. One of a delivery that nobody downloaded counts only where
 * the job takes it, since clients are known that acknowledge what they failed to download.
 */
export function acknowledge(
  message: OutboundMessage,
  correlationId: string,
  popReceipt: string,
  now: number,
  ackWithoutDownload: AckWithoutDownload = "refuse",
): OutboundMessage {
  const delivery = message.delivery;
  if (delivery?.correlationId !== correlationId || delivery.popReceipt !== popReceipt) {
    const why = "was handed out again, or put back into its queue, since, or the PopReceipt is another one";
    throw conflict(message, `${why}: nothing was acknowledged`);
  }
  if (message.state === "Acked") return message;
  if (message.state === "Discarded") {
    throw conflict(message, "was discarded by an operator: nothing was acknowledged");
  }
  if (message.state !== "Dequeued") return move(message, "Acked", now);
  if (ackWithoutDownload === "refuse") {
    const text = `Nothing was acknowledged: this delivery was never downloaded. Fetch its DownloadLocation to the end first (message ${message.id}).`;
    throw new DomainError("conflict", text);
  }
  return { ...move(message, "Acked", now, "acked without download"), isAckedWithoutDownload: true };
}

/** Offers the file of an acknowledged export once more, as a new delivery: nothing of the last one counts any longer. */
export function redeliver(message: OutboundMessage, now: number): OutboundMessage {
  if (message.state !== "Acked") {
    throw conflict(message, `was not acknowledged, so there is nothing to redeliver: ${wayOn(message)}`);
  }
  const moved = move(message, "Enqueued", now, "redelivered");
  const { delivery, isAckedWithoutDownload: _, ...rest } = moved;
  const redeliveries = (message.redeliveries ?? 0) + 1;
  return { ...rest, isPointerSent: false, redeliveries, ...(delivery && { lastDequeuedAt: delivery.dequeuedAt }) };
}

/** Why nothing can be released: unlike an import, an export holds no other one up when it has failed. */
export function refuseRelease(message: OutboundMessage): never {
  throw conflict(message, `is an export, which blocks no other message: ${wayOn(message)}`);
}

/**
 * Gives up, for good, an export that nobody has fetched and acknowledged, or that failed; also one that a client has just
 * now, whose ack is refused then. Never one that a worker holds. One that is discarded stays as it is.
 */
export function discardExport(message: OutboundMessage, discarded: Discarding): OutboundMessage {
  if (message.state === "Discarded") return message;
  if (isLeased(message, discarded.at)) throw conflict(message, "is held by a worker: discard it when its attempt ends");
  const { parked: _parked, lease: _lease, pause: _pause, ...rest } = move(message, "Discarded", discarded.at);
  return { ...rest, discarded };
}

/** Ends the run of an export, whose worker's lease is void then. One that is canceled stays as it is. */
export function cancelExport(message: OutboundMessage, discarded: Discarding): OutboundMessage {
  if (message.discarded?.isCanceled) return message;
  if (message.state !== "PreProcessing" && message.state !== "Processing") {
    throw conflict(message, "has ended its run, so there is nothing to cancel");
  }
  const { lease: _lease, ...free } = message;
  return discardExport({ ...free, fence: message.fence + 1 }, { ...discarded, isCanceled: true });
}

function wayOn(message: OutboundMessage): string {
  return exportWay(message.state, isQueued(message));
}

function move(message: OutboundMessage, to: ExportState, now: number, note?: string): OutboundMessage {
  if (!nextStates[message.state].includes(to)) {
    throw conflict(message, `is ${message.state} and cannot become ${to}`);
  }
  return { ...message, state: to, history: withHistory(message.history, to, now, note) };
}

function conflict(message: OutboundMessage, why: string): DomainError {
  return new DomainError("conflict", `Message ${message.id} ${why}.`);
}
