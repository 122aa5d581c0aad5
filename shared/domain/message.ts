/** What inbound and outbound messages have in common: a lease on the work, attempts, parking and a history. */

export type ImportState =
  | "Enqueued"
  | "PreProcessing"
  | "Processing"
  | "Processed"
  | "ProcessedWithErrors"
  | "PostProcessingError"
  | "PreProcessingError";

export type ExportState =
  | "PreProcessing"
  | "Processing"
  | "Processed"
  | "PostProcessingError"
  | "Enqueued"
  | "Dequeued"
  | "Downloaded"
  | "Acked";

export type MessageState = ImportState | ExportState;

export interface StateChange {
  readonly state: MessageState;
  readonly at: number;
}

/** Held by the one worker that may write the message; every later write of that run checks the fence. */
export interface WorkLease {
  readonly fence: number;
  readonly until: number;
}

export interface WorkFacts {
  readonly lease?: WorkLease;
  /** Grows with every claim, so that a worker that lost its lease cannot pass for the next one. */
  readonly fence: number;
  /** Claims of this run; after the job's maximum the message is parked. */
  readonly attempts: number;
  /** Grows when somebody asks for another run of a parked or failed message. */
  readonly run: number;
  readonly executionId?: string;
  /** Of the runs before a retry, oldest first: what they left behind goes with the message. */
  readonly earlierExecutionIds?: readonly string[];
  /** A flag beside the state: set aside after the maximum attempts, or to let the next one go on. */
  readonly parked?: { readonly at: number; readonly reason: string };
  readonly lastError?: string;
  /** Oldest first, at most `historyMax` entries. */
  readonly history: readonly StateChange[];
}

const historyMax = 60;
/** The error of a message is kept in its row, which is small; what people need stands at its beginning. */
export const errorCharactersMax = 8000;

/** Adds to the history; when it is full, the oldest but the first make room. */
export function withHistory(history: readonly StateChange[], state: MessageState, at: number): readonly StateChange[] {
  const all = [...history, { state, at }];
  return all.length <= historyMax ? all : [...all.slice(0, 1), ...all.slice(all.length - historyMax + 1)];
}

export const newWork: WorkFacts = { fence: 0, attempts: 0, run: 1, history: [] };

/** When the worker that has, or last had, the message took it; undefined before the first one did. */
export function takenAt(message: WorkFacts): number | undefined {
  return message.history.findLast((change) => change.state === "PreProcessing")?.at;
}

/** Begins another run: its attempts and its execution are its own, and what earlier runs left is remembered. */
export function nextRun<M extends WorkFacts>(
  message: M,
): Omit<M, "executionId"> & Pick<WorkFacts, "attempts" | "run" | "earlierExecutionIds"> {
  const { executionId, ...rest } = message;
  const earlier = message.earlierExecutionIds ?? [];
  const earlierExecutionIds = executionId === undefined ? earlier : [...earlier, executionId];
  return { ...rest, attempts: 0, run: message.run + 1, earlierExecutionIds };
}

/** True while some worker may be at it. */
export function isLeased(message: WorkFacts, now: number): boolean {
  return message.lease !== undefined && message.lease.until > now;
}
