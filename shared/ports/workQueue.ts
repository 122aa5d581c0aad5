export type Work = JobWork | EventWork | UpkeepWork;

export type JobWork = (
  | { readonly kind: "runJob"; readonly activityId: string; readonly dueAt: number }
  | { readonly kind: "importMessage"; readonly activityId: string; readonly messageId: string }
  | { readonly kind: "exportMessage"; readonly activityId: string; readonly messageId: string }
  | { readonly kind: "drainJob"; readonly activityId: string }
) & {
  /** How often this piece could not be done and went back on the queue. */
  readonly timesPutBack?: number;
};

/** What is told to webhooks: whatever is lost on the way, the upkeep points at again. */
export type EventWork =
  /** Hands the events of a job to the webhooks that want them. */
  | { readonly kind: "relayEvents"; readonly activityId: string }
  /** Calls a webhook with what is due for it. */
  | { readonly kind: "deliverEvents"; readonly webhook: string };

/** What keeps the service in order, a piece at a time. None depends on another, and what is lost is sent again. */
export type UpkeepWork =
  /** One page of a part that looks at everything of its kind; `after` is the continuation of the page before. */
  | { readonly kind: "upkeep"; readonly part: UpkeepPart; readonly after?: string }
  | { readonly kind: "compactEntity"; readonly entityId: string; readonly company?: string };

export type UpkeepPart =
  | "keepUpJobs"
  | "keepUpProjects"
  | "pruneMessages"
  | "pruneOldImports"
  | "pruneOldExports"
  | "removeOrphans"
  | "sweepUploads"
  | "tidyLists"
  | "tidyOldLists"
  | "sweepEvents"
  | "pruneAudit"
  | "sendCompactions"
  | "removeGarbage";

/** Pointers only: a lost one is sent again by the sweeper, a doubled one finds its row taken or its work done. */
export interface WorkQueue {
  /** Nobody sees it before `delayMs` have passed. */
  send(work: Work, delayMs?: number): Promise<void>;
}
