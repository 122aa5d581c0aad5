import type { Caller } from "../../domain/caller.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";
import type { Gate } from "../../ports/jobGate.ts";
import { authorizeEnabledJob } from "../access/authorizeJob.ts";

/** An import job that a caller may enqueue to, as long as the gate has not moved that stood there before it was read. */
export interface OpenBacklog {
  readonly gate: Gate;
  readonly job: Definition<RecurringJob>;
}

/** Throws `forbidden` for a job that the caller may not use now, and `invalid` for an export job. */
export async function openBacklog(
  ports: Ports,
  caller: Pick<Caller, "applicationId">,
  activityId: string,
): Promise<OpenBacklog> {
  const gate = await ports.messages.findGate(activityId);
  return { gate, job: await authorizeEnabledJob(ports, caller, activityId, "import") };
}
