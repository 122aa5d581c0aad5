import type { Actor } from "./caller.ts";
import type { Direction } from "./dataProject.ts";
import type { RunOrder } from "./runOrder.ts";
import type { StagingPlace } from "./stagedRow.ts";

/** `staged`: the execution was to stop in front of the entity, and its records wait in staging. */
export type EntityStatus = "notStarted" | "executing" | "finished" | "staged" | "error" | "notRun";

export interface RecordError {
  /** Where the record begins in its file, 1-based; its number where `place` says where it begins. */
  readonly line: number;
  /** Of a file in which several records may share a line, such as "record 17 (line 1, column 2034)". */
  readonly place?: string;
  readonly field: string;
  readonly code: string;
  /** Without the value that it is about. */
  readonly message: string;
  /** That value, as people read it, where there is one; runs of earlier releases have none. */
  readonly value?: string;
}

/** What ended a run, or a file of it, before its end: at a line or a field, where one is known. */
export interface RunFailure {
  readonly entity?: string;
  readonly line?: number;
  readonly field?: string;
  readonly code?: string;
  readonly message: string;
}

/** One entity of one execution. For every entity succeeded + failed + unprocessed = rows read (import). */
export interface EntityExecution {
  readonly entity: string;
  /** Import: the name under which its records are stored. Runs of earlier releases have none. */
  readonly entityId?: string;
  readonly format: string;
  readonly fileName: string;
  readonly company?: string;
  readonly status: EntityStatus;
  readonly rowsRead: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly unprocessed: number;
  /** Export: records written. */
  readonly exported: number;
  readonly refresh?: "full" | "incremental";
  /** Incremental export with tombstones: records that it reported gone. */
  readonly deleted?: number;
  /** Export: who said which records were meant; absent where nobody did. */
  readonly filterFrom?: "job" | "line";
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** The first errors only; the file of failed records has all of them. */
  readonly firstErrors: readonly RecordError[];
  /** The stylesheets that its file went through, by name; those of a package by their file. */
  readonly stylesheets?: readonly string[];
  /** Where its rows are in staging; absent where the line skips it. */
  readonly staging?: StagingPlace;
  /** Blob of the failed records, when there are any. */
  readonly failedFile?: string;
}

/** A definition as one execution knows it. */
export interface DefinitionVersion {
  /** The activity id of a job. */
  readonly name: string;
  /** 0 for a format that is built in. */
  readonly version: number;
  /** Names the stored body of this version; a built-in format has none. */
  readonly revision?: string;
}

/**
 * The versions that an execution works by: the newest when its first attempt begins, and the same for each later
 * attempt, whatever becomes of the definitions meanwhile.
 */
export interface ExecutionVersions {
  /** Absent where no job gave the order. */
  readonly job?: DefinitionVersion;
  /** Where no job gave it. */
  readonly order?: RunOrder;
  readonly project: DefinitionVersion;
  readonly entities: readonly DefinitionVersion[];
  readonly formats: readonly DefinitionVersion[];
  /** Absent where no line applies any. */
  readonly stylesheets?: readonly DefinitionVersion[];
  /** Those that number fields of the entities; absent where there is none. */
  readonly numberSequences?: readonly DefinitionVersion[];
}

/** One run of a project for one message, with the versions of the definitions that it ran. */
export interface Execution {
  readonly id: string;
  /** What whoever asked for it calls it, and every other one of its message. */
  readonly requestedId?: string;
  readonly messageId: string;
  readonly activityId: string;
  readonly direction: Direction;
  readonly project: string;
  readonly projectVersion: number;
  readonly jobVersion: number;
  /** Absent when the execution ended before it knew them, or was begun by a release that did not write them down. */
  readonly versions?: ExecutionVersions;
  /** The execution whose rejected rows this one imported, and nothing else. */
  readonly rejectedRowsOf?: string;
  /** The execution whose staged rows this one validated, and copied unless it was to validate alone. */
  readonly stagedRowsOf?: string;
  readonly attempt: number;
  /** The message's fence in the attempt that wrote this: a later one has a higher. Runs of earlier releases have none. */
  readonly fence?: number;
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly entities: readonly EntityExecution[];
  readonly warnings: readonly string[];
  /** Why the execution as a whole ended early, for people. */
  readonly failure?: string;
  /** The same, one by one; runs of earlier releases have none. */
  readonly failures?: readonly RunFailure[];
  /** Who ended it before its time. */
  readonly canceled?: Actor & { readonly at: number };
}

export const warningsMax = 100;
export const firstErrorsMax = 100;
const failuresMax = 100;

export function newEntityExecution(facts: {
  readonly entity: string;
  readonly format: string;
  readonly fileName: string;
  readonly company: string | undefined;
  readonly entityId?: string;
}): EntityExecution {
  const { company, ...names } = facts;
  const none = { rowsRead: 0, created: 0, updated: 0, unchanged: 0, failed: 0, unprocessed: 0, exported: 0 };
  return { ...names, ...(company === undefined ? {} : { company }), ...none, status: "notStarted", firstErrors: [] };
}

export function succeededCount(entity: EntityExecution): number {
  return entity.created + entity.updated + entity.unchanged;
}

/** An execution that others gave up: what had begun ended in error, what had not never ran, and `failure` says why. */
export function abandonExecution(execution: Execution, now: number, failure: string): Execution {
  const entities = execution.entities.map((entity): EntityExecution => {
    if (entity.status === "executing") return { ...entity, status: "error", finishedAt: now };
    return entity.status === "notStarted" ? { ...entity, status: "notRun" } : entity;
  });
  const finishedAt = execution.finishedAt ?? now;
  // Whoever gave it up may have come this far before.
  const isKnown = execution.failure?.includes(failure);
  return { ...(isKnown ? execution : withFailures(execution, failure, [{ message: failure }])), entities, finishedAt };
}

/** Adds what went wrong with the whole, or with a part of it, for people as one text. */
export function withFailures(execution: Execution, text: string, failures: readonly RunFailure[]): Execution {
  const { failure: known } = execution;
  const failure = known ? `${known}\n${text}` : text;
  return { ...execution, failure, failures: [...failuresOf(execution), ...failures].slice(0, failuresMax) };
}

/** What went wrong, one by one. */
export function failuresOf({ failure, failures }: Execution): readonly RunFailure[] {
  return failures ?? (failure === undefined ? [] : [{ message: failure }]);
}

export type ImportOutcome = "Processed" | "ProcessedWithErrors" | "PostProcessingError";

/** What the entities' ends make of the whole: a line that could not run to its end outweighs rejected records. */
export function importOutcome(entities: readonly EntityExecution[]): ImportOutcome {
  if (entities.some((entity) => entity.status === "error")) return "PostProcessingError";
  const isLeft = ({ status, unprocessed }: EntityExecution) => status !== "staged" && unprocessed > 0;
  if (entities.some((entity) => entity.failed > 0 || isLeft(entity) || entity.status === "notRun")) {
    return "ProcessedWithErrors";
  }
  return "Processed";
}

/** How many records it rejected, where that is all that lacks; undefined where something else went wrong as well. */
export function rejectedAlone(entities: readonly EntityExecution[]): number | undefined {
  const others = entities.map((entity) => ({ ...entity, failed: 0 }));
  if (importOutcome(others) !== "Processed") return undefined;
  return entities.reduce((sum, { failed }) => sum + failed, 0);
}

/** How a run stands: what a list of runs is asked for by. */
export const executionStates = ["waiting", "running", "finished", "finishedWithErrors", "failed", "canceled"] as const;
export type ExecutionState = (typeof executionStates)[number];

export function executionState({ finishedAt, failure, entities, canceled, fence }: Execution): ExecutionState {
  if (canceled) return "canceled";
  if (finishedAt === undefined) return fence === 0 ? "waiting" : "running";
  if (failure !== undefined) return "failed";
  const outcome = importOutcome(entities);
  if (outcome === "PostProcessingError") return "failed";
  return outcome === "Processed" ? "finished" : "finishedWithErrors";
}

/** Adds a warning once, up to the maximum; the last place says that there were more. */
export function withWarnings(execution: Execution, warnings: readonly string[]): Execution {
  const all = [...new Set([...execution.warnings, ...warnings])];
  if (all.length <= warningsMax) return { ...execution, warnings: all };
  return { ...execution, warnings: [...all.slice(0, warningsMax - 1), "There were more warnings."] };
}
