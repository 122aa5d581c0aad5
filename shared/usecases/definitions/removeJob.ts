import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";
import { removeSchedules } from "../recurrence/jobSchedule.ts";
import { type Turn, changeDefinitions } from "./changeDefinitions.ts";
import { clearJob } from "./clearJob.ts";
import { closeWhenEnded } from "./closeRuns.ts";
import { findRemoved, refuseUsed, remove } from "./removeDefinition.ts";
import type { IfMatch } from "./saveDefinition.ts";

/**
 * Removes a disabled job that no webhook names with its schedules, its ledger and its outbox. Refused while a message waits, is in process or waits
 * for a client. The definition goes first, as it was looked at: what is cleared away afterwards is no living job's. What a
 * removal left that was cut off goes when it is asked for again.
 */
export async function removeJob(ports: Ports, activityId: string, ifMatch: IfMatch, by: Actor): Promise<void> {
  await changeDefinitions(ports, async (turn) => {
    if (!(await ports.definitions.find("job", activityId))) await clearAll(ports, turn, activityId);
    const job = await findRemovable(ports, activityId, ifMatch);
    await turn.hold();
    await closeWhenEnded(ports, activityId, { what: "The job", ways: ways(activityId) });
    await remove(ports, turn, "job", activityId, job.etag, by);
    await ports.definitions.releaseJobName(job.value.name, activityId);
    await clearAll(ports, turn, activityId);
  });
}

/** Clears away what a removal left that was cut off; false when there is such a job by now. */
export async function clearRemovedJob(ports: Ports, activityId: string): Promise<boolean> {
  return changeDefinitions(ports, async (turn) => {
    if (await ports.definitions.find("job", activityId)) return false;
    await clearAll(ports, turn, activityId);
    return true;
  });
}

/** The job, when it is disabled and in the version that the caller knows: before anything else is done to it. */
export async function findRemovable(
  ports: Ports,
  activityId: string,
  ifMatch: IfMatch,
): Promise<Definition<RecurringJob>> {
  const job = await findRemoved(ports, "job", activityId, ifMatch);
  requireDisabled(job.value);
  // A webhook that hears this job alone would be silent from then on, and say so to nobody.
  await refuseUsed(ports, { kind: "job", name: activityId }, job.value.name);
  return job;
}

async function clearAll(ports: Ports, turn: Turn, activityId: string): Promise<void> {
  await turn.hold();
  await removeSchedules(ports, activityId);
  await turn.hold();
  await ports.outbox.drop(activityId);
  await turn.hold();
  await clearJob(ports, activityId);
}

/** Who deletes a job that clients use sees to it first that they get a clear answer. */
function requireDisabled(job: RecurringJob): void {
  if (!job.isEnabled) return;
  const message = "The job is enabled and cannot be deleted. Save it with isEnabled false first, and delete it then.";
  throw new DomainError("conflict", message);
}

function ways(activityId: string): string {
  const address = `manage/api/jobs/${activityId}`;
  return `Let them end, or discard what waits: some of it with POST ${address}/messages/discard, or all of it with DELETE ${address}?discard=true. What a worker holds ends by itself.`;
}
