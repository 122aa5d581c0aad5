import type { Execution } from "../domain/execution.ts";
import type { InboundMessage } from "../domain/inboundMessage.ts";
import type { MissedRuns } from "../domain/occurrence.ts";
import type { OutboundMessage } from "../domain/outboundMessage.ts";
import type { Page, PageRequest } from "./stored.ts";

/** From this time on, and before that; the ends are open where they are left out. */
export interface Span {
  readonly from?: number;
  readonly to?: number;
}

export interface EndedQuestion extends Span {
  /** Only those that ended failed or with errors. */
  readonly hasErrors: boolean;
}

/** Of all projects and jobs, of one project or of one job. */
export interface ExecutionQuestion extends Span {
  readonly project?: string;
  readonly activityId?: string;
}

export interface Count {
  readonly count: number;
  /** Counting stopped there. */
  readonly isCut: boolean;
}

/**
 * What people ask for across all jobs, the newest first. `Messages`, `Executions` and `Occurrences` keep the lists: a row is
 * there before what it tells of. A page costs what it holds, however long a list is, and shows nothing that is not so
 * at the moment: it may therefore hold fewer than were asked for and go on.
 */
export interface Lists {
  /** By their ends. */
  listEnded(question: EndedQuestion, page: PageRequest): Promise<Page<InboundMessage | OutboundMessage>>;
  /** How many ended failed or with errors in that time; counts no more than `limit`, and for a while what a crash left. */
  countFailed(span: Span, limit: number): Promise<Count>;
  /** By their begin; of several attempts the last. */
  listExecutions(question: ExecutionQuestion, page: PageRequest): Promise<Page<Execution>>;
  /** Due times that were missed, the last one at this time or later; at most `limit` rows. */
  listMissed(from: number, limit: number): Promise<readonly MissedRuns[]>;
  /** Takes out what is not so any more of what came lately and is counted; at most some of each. */
  tidy(): Promise<void>;
  /** The same of what is older than that; a page, behind what the call before answered. Undefined when it was the last. */
  tidyOld(retainedSince: number, after?: string): Promise<string | undefined>;
  /** Takes in what an earlier version ended in a job, once. */
  adopt(activityId: string): Promise<void>;
}
