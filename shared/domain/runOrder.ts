import type { Actor } from "./caller.ts";
import { type DataProject, type EntityLine, type RefreshType, enabledLines } from "./dataProject.ts";
import { isSameName } from "./dataEntity.ts";
import type { Filter } from "./filter/recordFilter.ts";
import { foldName } from "./foldName.ts";

/**
 * What a run of a data project is to do, and how its message is treated until it ends. A recurring job gives the same
 * order for each of its messages; a run that none started has one of its own. Who calls and fetches, and when it runs, is
 * the job's own matter and not in it.
 */
export interface RunOrder {
  readonly project: string;
  /**
   * Of a run that no job started: the version of the project that it was asked of. Another one that was made under the
   * name since is not the project of this run. Absent in runs of earlier releases.
   */
  readonly projectVersion?: number;
  /** What its caller calls the run, which is found by it; absent where the service alone names it. */
  readonly requestedId?: string;
  /** Of a run that no job started. */
  readonly requestedBy?: Actor;
  /** Import only. */
  readonly source?: "file" | "package";
  /** Import only: false stops in front of the entities. Absent: as the project says. */
  readonly execute?: boolean;
  /**
   * Import only: an entity with a rejected record is left out whole, and so is all that would come behind it. Absent: as
   * the lines say.
   */
  readonly failOnError?: true;
  /** Export only: the labels of the entities that it writes. Absent: those of all enabled lines. */
  readonly entities?: readonly string[];
  /** Export only: in place of what the lines say. */
  readonly refresh?: RefreshType;
  /** Export only: so many records of each entity, to look at; nothing counts as delivered by that. Absent: all. */
  readonly recordsMax?: number;
  /** Export only: its file goes to the clients of a job, one run after another. False: it is kept for whoever asks. */
  readonly isQueued: boolean;
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

/** The lines that an export by the order writes, in their order. */
export function exportedLines(project: DataProject, { entities }: RunOrder): readonly EntityLine[] {
  const lines = enabledLines(project);
  return entities ? lines.filter((line) => entities.some((label) => isSameName(label, line.entity))) : lines;
}

/** Whether what an export by the order writes counts as delivered, so that the next one of changes begins behind it. */
export function isDelivery({ recordsMax, isQueued, refresh }: RunOrder): boolean {
  return recordsMax === undefined && (isQueued || refresh !== "full");
}

/** Whether two orders ask for the same, whoever asks; what their callers call them is the same already. */
export function isSameOrder(one: RunOrder, other: RunOrder): boolean {
  return asked(one) === asked(other);
}

function asked({ project, source, execute, failOnError, entities, refresh, recordsMax }: RunOrder): string {
  const labels = entities?.map(foldName).toSorted();
  return JSON.stringify([foldName(project), source, execute, failOnError, labels, refresh, recordsMax]);
}
