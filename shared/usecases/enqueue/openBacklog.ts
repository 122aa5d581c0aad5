import type { Caller } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import type { ExecutionVersions } from "../../domain/execution.ts";
import { type RecurringJob, isListed, orderOfJob } from "../../domain/recurringJob.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import type { Ports } from "../../ports.ts";
import type { Gate } from "../../ports/jobGate.ts";
import { authorizeEnabledJob } from "../access/authorizeJob.ts";

/** What is asked of an upload, and what is told of its message, before the order of its run counts. */
type UploadRules = Pick<RecurringJob, "company" | "useCompanyFromMessage" | "duplicateWindowMinutes">;

/** Imports that a caller may add to, as long as the gate has not moved that stood there before they were looked at. */
export interface OpenBacklog {
  readonly activityId: string;
  readonly gate: Gate;
  /** By what each of them runs. */
  readonly order: RunOrder;
  /** Each of them keeps it, since nobody else knows it later. */
  readonly isOwnOrder?: true;
  /** By what definitions, where that is not left to the moment when each begins. */
  readonly versions?: ExecutionVersions;
  readonly rules: UploadRules;
  /** False when all this may be as it was some seconds ago: ground to go on to the gate, and none to refuse. */
  readonly isFresh: boolean;
  /** The same for the same caller, as it stands now; throws when that one may not any more. */
  readonly reopen: () => Promise<OpenBacklog>;
}

type Uploader = Pick<Caller, "applicationId">;

/**
 * That of an import job, by what this process remembers of it, where that lets the caller in. Throws `forbidden` for a job
 * that the caller may not use now, and `invalid` for an export job.
 */
export async function openBacklog(ports: Ports, caller: Uploader, activityId: string): Promise<OpenBacklog> {
  const reopen = (): Promise<OpenBacklog> => openAnew(ports, caller, activityId);
  const gate = await ports.messages.findGate(activityId);
  const job = await ports.definitions.findBehind(gate, "job", activityId);
  return job && isOpenTo(job.value, caller) ? { ...backlogOf(job.value), gate, isFresh: false, reopen } : reopen();
}

function isOpenTo(job: RecurringJob, { applicationId }: Uploader): boolean {
  return job.isEnabled && job.direction === "import" && isListed(job, applicationId);
}

async function openAnew(ports: Ports, caller: Uploader, activityId: string): Promise<OpenBacklog> {
  const reopen = (): Promise<OpenBacklog> => openAnew(ports, caller, activityId);
  const gate = await ports.messages.findGate(activityId);
  const job = await authorizeEnabledJob(ports, caller, activityId, "import");
  return { ...backlogOf(job.value), gate, isFresh: true, reopen };
}

function backlogOf(job: RecurringJob): Pick<OpenBacklog, "activityId" | "order" | "rules"> {
  return { activityId: job.activityId, order: orderOfJob(job), rules: job };
}

/** Judges by the backlog; a refusal by what was remembered of it is judged by how it stands. */
export async function judgeBy<T>(backlog: OpenBacklog, judge: (backlog: OpenBacklog) => Promise<T>): Promise<T> {
  try {
    return await judge(backlog);
  } catch (error) {
    if (backlog.isFresh || !(error instanceof DomainError)) throw error;
    return judge(await backlog.reopen());
  }
}
