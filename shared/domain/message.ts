import type { Actor } from "./caller.ts";
import type { RunOrder } from "./runOrder.ts";

/** What inbound and outbound messages have in common: a lease on the work, attempts, parking and a history. */

export type ImportState =
  | "Enqueued"
  | "PreProcessing"
  | "Processing"
  | "Processed"
  | "ProcessedWithErrors"
  | "PostProcessingError"
  | "PreProcessingError"
  | "Discarded";

export type ExportState =
  | "PreProcessing"
  | "Processing"
  | "Processed"
  | "PostProcessingError"
  | "Enqueued"
  | "Dequeued"
  | "Downloaded"
  | "Acked"
  | "Discarded";

export type MessageState = ImportState | ExportState;

export interface StateChange {
  readonly state: MessageState;
  readonly at: number;
  /** What is out of the ordinary about it, for people. */
  readonly note?: string;
}

/** Held by the one worker that may write the message; every later write of that execution checks the fence. */
export interface WorkLease {
  readonly fence: number;
  readonly until: number;
}

/** Who gave a message up for good, and why. */
export interface Discarding extends Actor {
  readonly at: number;
  readonly reason: string;
  /** Somebody ended its run, though a worker may have had it. */
  readonly isCanceled?: true;
}

export interface WorkFacts {
  /** Of a run that no job started, which goes by its job's otherwise. */
  readonly ownOrder?: RunOrder;
  readonly lease?: WorkLease;
  /** Grows with every claim, so that a worker that lost its lease cannot pass for the next one. */
  readonly fence: number;
  /**
   * Attempts of this execution: those that failed by the message's own fault, and the one that goes on or ended it.
   * After the job's maximum the message is parked.
   */
  readonly attempts: number;
  /**
   * Attempts of this execution that ended without a word and so did not count: the worker crashed, was ended or held
   * up.
   */
  readonly interruptions?: number;
  /** No worker takes the message before `until`, because the ground failed; the `count`th such pause in a row. */
  readonly pause?: { readonly until: number; readonly count: number };
  /**
   * Which of its executions this is, from 1: it grows when somebody asks for another one of a parked or failed message.
   */
  readonly run: number;
  readonly executionId?: string;
  /** Of the executions before a retry, oldest first: what they left behind goes with the message. */
  readonly earlierExecutionIds?: readonly string[];
  /** A flag beside the state: set aside after the maximum attempts, or to let the next one go on. */
  readonly parked?: { readonly at: number; readonly reason: string };
  readonly discarded?: Discarding;
  readonly lastError?: string;
  /** Oldest first, at most `historyMax` entries. */
  readonly history: readonly StateChange[];
}

const historyMax = 60;
/** The error of a message is kept in its row, which is small; what people need stands at its beginning. */
export const errorCharactersMax = 8000;

/**
 * Adds to the history; when it is full, the oldest entry makes room that changed no state, such as a note, else the oldest
 * but the first: when a message came into its state is known for as long as there is room for changes.
 */
export function withHistory(
  history: readonly StateChange[],
  state: MessageState,
  at: number,
  note?: string,
): readonly StateChange[] {
  const all = [...history, { state, at, ...(note !== undefined && { note }) }];
  if (all.length <= historyMax) return all;
  const noted = all.findIndex((change, index) => index > 0 && change.state === all[index - 1]?.state);
  return all.toSpliced(noted > 0 && noted < all.length - 1 ? noted : 1, 1);
}

export const newWork: WorkFacts = { fence: 0, attempts: 0, run: 1, history: [] };

/** When the worker that has, or last had, the message took it; undefined before the first one did. */
export function takenAt(message: WorkFacts): number | undefined {
  return message.history.findLast((change) => change.state === "PreProcessing")?.at;
}

/** Begins another execution: its id and its attempts are its own, and what earlier ones left is remembered. */
export function nextExecution<M extends WorkFacts>(
  message: M,
): Omit<M, "executionId" | "interruptions" | "pause"> & Pick<WorkFacts, "attempts" | "run" | "earlierExecutionIds"> {
  const { executionId, interruptions: _interruptions, pause: _pause, ...rest } = message;
  const earlier = message.earlierExecutionIds ?? [];
  const earlierExecutionIds = executionId === undefined ? earlier : [...earlier, executionId];
  return { ...rest, attempts: 0, run: message.run + 1, earlierExecutionIds };
}

/** Every execution's, oldest first. */
export function executionIdsOf({ executionId, earlierExecutionIds = [] }: WorkFacts): readonly string[] {
  return executionId === undefined ? earlierExecutionIds : [...earlierExecutionIds, executionId];
}

/** True while some worker may be at it. */
export function isLeased(message: WorkFacts, now: number): boolean {
  return message.lease !== undefined && message.lease.until > now;
}

/** True while a pause keeps every worker from it. */
export function isPaused(message: WorkFacts, now: number): boolean {
  return message.pause !== undefined && message.pause.until > now;
}

/**
 * Attempts of one execution that may end without a word. Many more than may fail: a crash tells nothing of its cause,
 * and an outage, a deploy or a busy machine ends attempts as well as a file does that its worker cannot bear.
 */
export const interruptionsMax = 10;

/** What a claim makes of the work. A lease that still stands ran out: that attempt goes on under its number. */
export function beginAttempt(
  message: WorkFacts,
  now: number,
  leaseMs: number,
  executionId: string,
): Pick<WorkFacts, "fence" | "lease" | "attempts" | "interruptions" | "executionId"> {
  const fence = message.fence + 1;
  const begun = { fence, lease: { fence, until: now + leaseMs }, executionId: message.executionId ?? executionId };
  if (message.lease === undefined) return { ...begun, attempts: message.attempts + 1 };
  return { ...begun, attempts: message.attempts, interruptions: (message.interruptions ?? 0) + 1 };
}

/** Whether the attempt that goes on is the first of its execution, so that no other one can have left anything. */
export function isFirstAttempt({ attempts, interruptions = 0, pause }: WorkFacts): boolean {
  return attempts === 1 && interruptions === 0 && pause === undefined;
}

/** Why a message that nobody holds gets no further attempt, not even `more` beyond its due; undefined while it gets one. */
export function whyGivenUp(message: WorkFacts, attemptsMax: number, more = 0): string | undefined {
  const { attempts, interruptions = 0, lease } = message;
  const lastError = message.lastError ? `Last error: ${message.lastError}` : "No error was noted.";
  if (lease === undefined && attempts >= attemptsMax + more) return `Given up after ${times(attempts)}. ${lastError}`;
  if (lease === undefined || interruptions + 1 < interruptionsMax + more) return undefined;
  const what = "its worker ended without a word, as by a crash or for want of memory";
  return `Given up after ${times(interruptions + 1)} in which ${what}. ${lastError}`;
}

/** What clients may read of why something ended: the error that a worker met may speak of the inside. */
export function withoutInside(reason: string): string {
  return reason.replace(/ Last error: .*$/s, "");
}

function times(attempts: number): string {
  return attempts === 1 ? "1 attempt" : `${attempts} attempts`;
}

const pauseMsMin = 10_000;
const pauseMsMax = 5 * 60_000;

/** How long to wait after work could not be done for the `count`th time in a row. */
export function pauseMs(count: number): number {
  return Math.min(pauseMsMin * 2 ** (count - 1), pauseMsMax);
}

/** Keeps workers from the message for a while, longer each time in a row. */
export function withPause<M extends WorkFacts>(message: M, now: number): M {
  const count = (message.pause?.count ?? 0) + 1;
  return { ...message, pause: { until: now + pauseMs(count), count } };
}
