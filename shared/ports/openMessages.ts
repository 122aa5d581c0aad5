import type { OpenMessage } from "../domain/standing.ts";
import type { Page, PageRequest } from "./stored.ts";

/** A job that may have open messages, as the index knew it when it was listed. */
export interface OpenJob {
  readonly activityId: string;
  readonly markedAt: number;
  readonly etag: string;
}

export interface OfStanding {
  readonly items: readonly OpenMessage[];
  /** There may be more than were looked at. */
  readonly isCut: boolean;
}

export interface EndedCounts {
  readonly processed: number;
  readonly failed: number;
}

/**
 * What the load of jobs is measured by, at a cost that grows with what is open and never with what has ended. `Messages`
 * keeps it true: every open message has a row that moves in the message's own transaction, and its job is in the index
 * before the message is there.
 */
export interface OpenMessages {
  /** At most `limit` of those that stand in each way. */
  list(activityId: string, limit: number): Promise<readonly OpenMessage[]>;
  /** At most `limit` of those that stand so, without those that somebody released. */
  listStanding(activityId: string, standing: OpenMessage["standing"], limit: number): Promise<OfStanding>;
  /** The ids of the parked ones, at most `limit`, the oldest first. */
  listParked(activityId: string, limit: number): Promise<readonly string[]>;
  /** How many of the job's messages ended after that time; counts no more than `limit`. */
  countEnded(activityId: string, after: number, limit: number): Promise<EndedCounts>;
  listJobs(page: PageRequest): Promise<Page<OpenJob>>;
  /**
   * Takes a job that was seen to have nothing open out of the index. False, and nothing happens, when the job was marked
   * since, or so lately that a message may still come without another mark.
   */
  forgetJob(job: OpenJob): Promise<boolean>;
  /** Puts rows and index of a job in order where an earlier version left them out or behind. */
  mendJob(activityId: string): Promise<void>;
}
