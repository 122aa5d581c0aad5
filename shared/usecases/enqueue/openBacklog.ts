import type { Caller } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import { type RecurringJob, isListed } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";
import type { Gate } from "../../ports/jobGate.ts";
import { authorizeEnabledJob } from "../access/authorizeJob.ts";

/** An import job that a caller may enqueue to, as long as the gate has not moved that stood there before it was read. */
export interface OpenBacklog {
  readonly gate: Gate;
  readonly job: Definition<RecurringJob>;
  /** False when the job may be as it was some seconds ago: ground to go on to the gate, and none to refuse. */
  readonly isFresh: boolean;
}

type Uploader = Pick<Caller, "applicationId">;

/**
 * By what this process remembers of the job, where that lets the caller in. Throws `forbidden` for a job that the caller
 * may not use now, and `invalid` for an export job.
 */
export async function openBacklog(ports: Ports, caller: Uploader, activityId: string): Promise<OpenBacklog> {
  const gate = await ports.messages.findGate(activityId);
  const job = await ports.definitions.findBehind(gate, "job", activityId);
  if (job && isOpenTo(job.value, caller)) return { gate, job, isFresh: false };
  return openBacklogAnew(ports, caller, activityId);
}

function isOpenTo(job: RecurringJob, { applicationId }: Uploader): boolean {
  return job.isEnabled && job.direction === "import" && isListed(job, applicationId);
}

/** As `openBacklog`, by the job as it stands. */
export async function openBacklogAnew(ports: Ports, caller: Uploader, activityId: string): Promise<OpenBacklog> {
  const gate = await ports.messages.findGate(activityId);
  return { gate, job: await authorizeEnabledJob(ports, caller, activityId, "import"), isFresh: true };
}

/** Judges by the backlog; a refusal by what was remembered of its job is judged by the job as it stands. */
export async function judgeBy<T>(
  ports: Ports,
  caller: Uploader,
  backlog: OpenBacklog,
  judge: (backlog: OpenBacklog) => Promise<T>,
): Promise<T> {
  try {
    return await judge(backlog);
  } catch (error) {
    if (backlog.isFresh || !(error instanceof DomainError)) throw error;
    return judge(await openBacklogAnew(ports, caller, backlog.job.value.activityId));
  }
}
