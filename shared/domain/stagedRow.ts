import { doubledCode } from "./reasonColumns.ts";

/**
 * What becomes of a row that stays in staging: `error` when it may not be copied to its entity as it is, `copied` when it
 * was, and `staged` while it waits for that.
 */
export type StagedState = "staged" | "copied" | "error";

/** One row of a file, as it stays in staging. */
export interface StagedRow {
  /** Where it begins in its file; what it is known by. */
  readonly line: number;
  /** Why the row was refused when it was validated last; all empty without an error. */
  readonly field: string;
  readonly code: string;
  readonly reason: string;
  /** The row's text, where it could not be taken apart into cells. */
  readonly raw: string;
  /** Beside the file's columns; undefined for a cell that the row does not have. */
  readonly cells: readonly (string | undefined)[];
  /** Grows with each change of the row. */
  readonly revision: number;
  /** The execution that noted an error, or that there is none any more; "" when none did since it was read, or edited. */
  readonly notedBy: string;
  /** Whether that execution copied it. All others were copied up to a revision. */
  readonly isNotedCopied: boolean;
}

/** Where the staged rows of one line of an execution are. */
export interface StagingPlace {
  /** Of the execution that read the file. */
  readonly executionId: string;
  /** The place of its line in that execution. */
  readonly index: number;
  /** Of the file. */
  readonly columns: readonly string[];
}

/**
 * Which staged rows an execution takes: those that waited when it was asked for. Whoever edits a row later makes it wait
 * for the next one, whatever becomes of this one's attempts.
 */
export interface StagedExtent {
  /** The revision up to which rows are meant. */
  readonly upTo: number;
  /** That up to which good rows had been copied before. */
  readonly copiedUpTo: number;
}

/** A line whose rows are in staging, or get there first. */
export interface LineStaging {
  readonly place: StagingPlace;
  /** Of the rows that an execution before left there; undefined for the file's own. */
  readonly extent: StagedExtent | undefined;
}

export function stagedState(row: StagedRow, copiedUpTo: number): StagedState {
  if (row.code !== "") return "error";
  return row.isNotedCopied || row.revision <= copiedUpTo ? "copied" : "staged";
}

/** Whether the execution takes the row; what it noted itself, in an attempt before, is its own still. */
export function isTaken(row: StagedRow, { upTo, copiedUpTo }: StagedExtent, executionId: string): boolean {
  if (row.notedBy === executionId) return true;
  return row.revision <= upTo && stagedState(row, copiedUpTo) !== "copied";
}

/** Whether the row itself is broken, or counts for nothing beside an earlier one: only an edit mends that. */
export function needsEdit({ field, code }: StagedRow): boolean {
  return code !== "" && (field === "" || code === doubledCode);
}
