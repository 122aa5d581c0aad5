import type { RecurringJob } from "./recurringJob.ts";

/**
 * What a run of a data project is to do, and how its message is treated until it ends. A recurring job gives the same
 * order for each of its messages; who calls and fetches, and when it runs, is the job's own matter and not in it.
 */
export interface RunOrder extends Pick<
  RecurringJob,
  "project" | "source" | "preventUploadAtZeroRecords" | "filters" | "isOrdered" | "onHeadError" | "attemptsMax"
> {
  /** The days that relative criteria count are days there. */
  readonly timeZone: string;
}

export function orderOfJob(job: RecurringJob): RunOrder {
  const { project, source, preventUploadAtZeroRecords, filters, isOrdered, onHeadError, attemptsMax } = job;
  return {
    project,
    ...(source && { source }),
    preventUploadAtZeroRecords,
    ...(filters && { filters }),
    isOrdered,
    onHeadError,
    attemptsMax,
    timeZone: job.processingRecurrence?.timeZone ?? "UTC",
  };
}

/** Whether an error holds up what waits behind it, until somebody retries or releases it. */
export function blocksOnError(order: RunOrder | undefined): boolean {
  return order !== undefined && order.isOrdered && order.onHeadError === "block";
}
