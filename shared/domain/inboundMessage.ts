import { DomainError } from "./errors.ts";
import type { MendedRows, Mending } from "./mendedRows.ts";
import type { StagedExtent } from "./stagedRow.ts";
import {
  type Discarding,
  type ImportState,
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

/** One file or package on its way in. Its bytes stay as they were received until the retention ends. */
export interface InboundMessage extends WorkFacts {
  readonly direction: "import";
  readonly id: string;
  readonly activityId: string;
  readonly state: ImportState;
  /** The place in the job's backlog, given when it was accepted: messages are taken in ascending order of this text. */
  readonly order: string;
  readonly enqueuedAt: number;
  readonly applicationId: string;
  readonly externalIdentifier?: string;
  /** The label of the entity that a file is for; a package names its own. */
  readonly entity?: string;
  readonly company?: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** The hash is what the client told; the bytes are read for it before anything is imported of them. */
  readonly isUnproven?: true;
  /** Its execution imports only the rows that this one rejected, from the file that has them. */
  readonly rejectedRowsOf?: string;
  /** Its execution imports the rows that this one left in staging. */
  readonly stagedRows?: StagedRowsWish;
  /** The rows of an earlier message that it brings, and nothing else. */
  readonly mends?: Mending;
  /** What became of rows that its executions rejected, oldest first. */
  readonly mendedBy?: readonly MendedRows[];
  /** Nothing lacks of it but rows that somebody has mended or left out, one and all. */
  readonly isMended?: true;
}

/** Which staged rows an execution takes, and what for. */
export interface StagedRowsWish {
  /** The one that read the file. */
  readonly executionId: string;
  /** By the label of the entity. */
  readonly extents: Readonly<Record<string, StagedExtent>>;
  /** False to validate them alone. */
  readonly execute: boolean;
}

/** The whole life cycle. Going back to Enqueued is an expired lease, or a retry that somebody asked for. */
const nextStates: Record<ImportState, readonly ImportState[]> = {
  Enqueued: ["PreProcessing", "PreProcessingError", "PostProcessingError", "Discarded"],
  PreProcessing: ["PreProcessing", "Processing", "PreProcessingError", "PostProcessingError", "Enqueued", "Discarded"],
  Processing: ["PreProcessing", "Processed", "ProcessedWithErrors", "PostProcessingError", "Enqueued", "Discarded"],
  Processed: [],
  ProcessedWithErrors: ["Enqueued"],
  PostProcessingError: ["Enqueued", "Discarded"],
  PreProcessingError: ["Enqueued", "Discarded"],
  Discarded: [],
};

const finalStates: readonly ImportState[] = [
  "Processed",
  "ProcessedWithErrors",
  "PostProcessingError",
  "PreProcessingError",
  "Discarded",
];

export function isFinalImport(message: Pick<InboundMessage, "state">): boolean {
  return finalStates.includes(message.state);
}

type AcceptedFacts = Omit<InboundMessage, keyof WorkFacts | "direction" | "state"> &
  Pick<WorkFacts, "ownOrder" | "executionId">;

export function acceptMessage(facts: AcceptedFacts): InboundMessage {
  const history = withHistory([], "Enqueued", facts.enqueuedAt);
  return { ...newWork, ...facts, direction: "import", state: "Enqueued", history };
}

/** Whether a worker may take the message now: it waits, or whoever had it let the lease run out. */
export function isClaimable(message: InboundMessage, now: number): boolean {
  return !isFinalImport(message) && !isLeased(message, now) && !isPaused(message, now);
}

/** Takes the message for one worker until the lease ends. */
export function claim(message: InboundMessage, now: number, leaseMs: number, executionId: string): InboundMessage {
  if (!isClaimable(message, now)) throw conflict(message, "is being processed or done, or waits after an outage");
  return { ...move(message, "PreProcessing", now), ...beginAttempt(message, now, leaseMs, executionId) };
}

/** The bytes have the hash that was told. */
export function prove(message: InboundMessage): InboundMessage {
  const { isUnproven: _, ...proven } = message;
  return proven;
}

export function startProcessing(message: InboundMessage, now: number): InboundMessage {
  return move(message, "Processing", now);
}

/** Gives up this attempt, which failed: the message waits at its old place for the next one. */
export function returnToBacklog(message: InboundMessage, now: number, error: string): InboundMessage {
  const { lease: _lease, pause: _pause, ...rest } = move(message, "Enqueued", now);
  return { ...rest, lastError: error.slice(0, errorCharactersMax) };
}

/** Takes back this attempt, which the ground failed: the message waits at its old place, a while for nobody to take. */
export function putOff(message: InboundMessage, now: number, error: string): InboundMessage {
  const { lease: _, ...rest } = move(message, "Enqueued", now);
  const attempts = message.attempts - 1;
  return withPause({ ...rest, attempts, lastError: error.slice(0, errorCharactersMax) }, now);
}

/**
 * Ends the execution. `error` is for people: what went wrong, and what to do; that of an earlier attempt goes, since it
 * did not decide how the execution ended.
 */
export function finishImport(
  message: InboundMessage,
  state: "Processed" | "ProcessedWithErrors" | "PostProcessingError" | "PreProcessingError",
  now: number,
  error?: string,
): InboundMessage {
  const { lease: _lease, lastError: _error, pause: _pause, ...rest } = move(message, state, now);
  return error === undefined ? rest : { ...rest, lastError: error.slice(0, errorCharactersMax) };
}

/** Sets aside a message whose attempts are used up; its state says how far it had come. */
export function park(message: InboundMessage, now: number, reason: string): InboundMessage {
  const state = hasProcessed(message.history) ? "PostProcessingError" : "PreProcessingError";
  return { ...finishImport(message, state, now, message.lastError || reason), parked: { at: now, reason } };
}

/** The message goes back into the backlog at its old place, as a new execution of its original bytes. */
export function retry(message: InboundMessage, now: number): InboundMessage {
  if (!isFinalImport(message)) throw conflict(message, "is not finished, so there is nothing to retry");
  if (message.state === "Processed") throw conflict(message, "was processed without errors");
  const waiting = move(message, "Enqueued", now);
  return nextExecution(withoutWishes(waiting));
}

/** The same, of the rows that an execution left in staging. */
export function retryStaged(message: InboundMessage, now: number, stagedRows: StagedRowsWish): InboundMessage {
  if (!isFinalImport(message)) throw conflict(message, "is not finished, so its staged rows are still being made");
  // Also of one that was processed, and nothing else takes that back: its rows may wait for somebody to copy them.
  const waiting = message.state === "Processed" ? enter(message, "Enqueued", now) : move(message, "Enqueued", now);
  return { ...nextExecution(withoutWishes(waiting)), stagedRows };
}

/** What the execution before was for, and how it ended, is of no matter to the next one. */
function withoutWishes(message: InboundMessage): InboundMessage {
  const { parked: _parked, lease: _lease, lastError: _error, rejectedRowsOf: _rows, stagedRows: _, ...rest } = message;
  const { isMended: _mended, ...next } = rest;
  return next;
}

/**
 * An execution that was given up goes back into the backlog as itself, because all of its records are stored: its next
 * attempt stores nothing, and ends it as it is.
 */
export function resume(message: InboundMessage, now: number): InboundMessage {
  const waiting = move(message, "Enqueued", now);
  const { parked: _parked, lastError: _error, interruptions: _interruptions, ...rest } = waiting;
  return { ...rest, attempts: 0 };
}

/** The same as `retry`, of the rows alone that the execution before rejected, and that nobody `mendedBy` decided about. */
export function retryRejected(
  message: InboundMessage,
  now: number,
  mendedBy: readonly MendedRows[] = [],
): InboundMessage {
  const { state, executionId } = message;
  if (state === "ProcessedWithErrors" && executionId !== undefined) {
    const { mendedBy: _, ...next } = retry(message, now);
    return { ...next, rejectedRowsOf: executionId, ...(mendedBy.length > 0 && { mendedBy }) };
  }
  throw conflict(message, "has no run that ended with rejected rows; retry all of it");
}

function move(message: InboundMessage, to: ImportState, now: number): InboundMessage {
  if (!nextStates[message.state].includes(to)) throw conflict(message, `is ${message.state} and cannot become ${to}`);
  return enter(message, to, now);
}

function enter(message: InboundMessage, to: ImportState, now: number): InboundMessage {
  return { ...message, state: to, history: withHistory(message.history, to, now) };
}

function conflict(message: InboundMessage, why: string): DomainError {
  return new DomainError("conflict", `Message ${message.id} ${why}.`);
}

const releasedReason = "Released: the job goes on without this message.";

/** Sets a failed head aside, so that its ordered job may go on without it. */
export function release(message: InboundMessage, now: number): InboundMessage {
  if (!isFinalImport(message)) throw conflict(message, "has not ended, so it holds nothing up");
  return { ...message, parked: { at: now, reason: releasedReason } };
}

/** Whether a person set it aside, who wanted the job to go on without it. */
export function isReleased(message: Pick<WorkFacts, "parked">): boolean {
  return message.parked?.reason === releasedReason;
}

/**
 * Gives up, for good, a message that waits or has failed. Never one that a worker holds; `stored` says what its attempts
 * have stored of it all the same. One that is discarded stays as it is.
 */
export function discard(message: InboundMessage, discarded: Discarding, stored?: string): InboundMessage {
  if (message.state === "Discarded") return message;
  if (isLeased(message, discarded.at)) throw conflict(message, "is held by a worker: discard it when its attempt ends");
  const { parked: _parked, lease: _lease, pause: _pause, ...rest } = move(message, "Discarded", discarded.at);
  return { ...rest, discarded, ...(stored !== undefined && { lastError: stored }) };
}

/** Ends the run of a message that waits or that a worker has, whose lease is void then. One that is canceled stays as it is. */
export function cancelImport(message: InboundMessage, discarded: Discarding, stored?: string): InboundMessage {
  if (message.discarded?.isCanceled) return message;
  if (isFinalImport(message)) throw conflict(message, "has ended, so there is nothing to cancel");
  const { lease: _lease, ...free } = message;
  return discard({ ...free, fence: message.fence + 1 }, { ...discarded, isCanceled: true }, stored);
}

/**
 * The state in words that clients know. What is discarded reads as the execution that it had begun failed, else as the
 * execution before ended, or as one that was never processed.
 */
export function clientState({ state, history }: InboundMessage): Exclude<ImportState, "Discarded"> {
  if (state !== "Discarded") return state;
  const before = history.slice(0, -1);
  if (hasProcessed(before)) return "PostProcessingError";
  const ends = before.flatMap((change) => clientEnds.filter((end) => end === change.state));
  return ends.at(-1) ?? "PreProcessingError";
}

const clientEnds = ["Processed", "ProcessedWithErrors", "PostProcessingError", "PreProcessingError"] as const;

/**
 * Whether the present execution came as far as its records. An execution before a retry ended in a final state, and
 * does not count.
 */
function hasProcessed(history: InboundMessage["history"]): boolean {
  const runStart = history.findLastIndex((change) => finalStates.some((state) => state === change.state)) + 1;
  return history.slice(runStart).some((change) => change.state === "Processing");
}
