import type { Filter } from "./filter/recordFilter.ts";

/**
 * What a run of a data project is to do, and how its message is treated until it ends. A recurring job gives the same
 * order for each of its messages; a run that none started has one of its own. Who calls and fetches, and when it runs, is
 * the job's own matter and not in it.
 */
export interface RunOrder {
  readonly project: string;
  /** Import only. */
  readonly source?: "file" | "package";
  /** Export only: a run without records makes no file. */
  readonly preventUploadAtZeroRecords: boolean;
  /** Export only: in place of the filters of the project's lines, by the labels of their entities. */
  readonly filters?: readonly { readonly entity: string; readonly filter: Filter }[];
  /** Import only: after all that was accepted before it, and before all that comes later. */
  readonly isOrdered: boolean;
  readonly onHeadError: "continue" | "block";
  /** Attempts that may fail by the message's own fault. */
  readonly attemptsMax: number;
  /** The days that relative criteria count are days there. */
  readonly timeZone: string;
}

/** Whether an error holds up what waits behind it, until somebody retries or releases it. */
export function blocksOnError(order: RunOrder | undefined): boolean {
  return order !== undefined && order.isOrdered && order.onHeadError === "block";
}
