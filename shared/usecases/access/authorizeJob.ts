import { type Actor, actorOf, type Caller } from "../../domain/caller.ts";
import type { Direction } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import { type RecurringJob, isListed } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";

/** One text for every refusal: whether a job exists is nobody's business who is not on its list. */
const refusal = "The application is not authorized for this recurring data job.";

/**
 * The job of that direction that the caller's application may use. An unknown job, an unlisted and a disabled
 * application id get the same `forbidden`; the precise reason goes to the log and the audit trail only. A job of the
 * other direction is `invalid`.
 */
export async function authorizeJob(
  ports: Ports,
  caller: Actor,
  activityId: string,
  direction: Direction,
): Promise<Definition<RecurringJob>> {
  const job = await findListing(ports, caller, activityId);
  requireDirection(job.value, direction);
  return job;
}

/** As `authorizeJob`, for work that a disabled job does not take (`forbidden`). */
export async function authorizeEnabledJob(
  ports: Ports,
  caller: Actor,
  activityId: string,
  direction: Direction,
): Promise<Definition<RecurringJob>> {
  const job = await findListing(ports, caller, activityId);
  if (!job.value.isEnabled) {
    throw new DomainError("forbidden", `The recurring data job "${job.value.name}" is disabled.`);
  }
  requireDirection(job.value, direction);
  return job;
}

/**
 * Throws `forbidden` for the token of somebody's sign-in: the place of an application on a job's list is its own, and not
 * that of whoever signs in to it.
 */
export async function requireApplication(ports: Ports, caller: Caller, activityId: string): Promise<void> {
  if (caller.scopes === undefined) return;
  await recordRefusal(ports, caller, activityId, "token of a person");
  throw new DomainError(
    "forbidden",
    "Files are exchanged by applications: the token of a person counts in the management API alone. Let the client ask " +
      "for a token of its own (client credentials).",
  );
}

async function findListing(ports: Ports, caller: Actor, activityId: string) {
  const { applicationId } = caller;
  const job = await ports.definitions.find("job", activityId);
  if (job && isListed(job.value, applicationId)) return job;
  const listed = job?.value.applications.some((entry) => entry.applicationId === applicationId);
  const reason = !job
    ? "unknown activity id"
    : listed
      ? "application id is not enabled"
      : "application id is not listed";
  await recordRefusal(ports, caller, activityId, reason);
  throw new DomainError("forbidden", refusal);
}

/** Writes down, for operators alone, why an application was refused. */
export async function recordRefusal(ports: Ports, caller: Actor, activityId: string, reason: string): Promise<void> {
  const { applicationId } = caller;
  ports.log.warn("job.refused", { activityId, applicationId, reason });
  await ports.audit.recordRefusal({ at: ports.clock.now(), ...actorOf(caller), target: activityId, detail: reason });
}

/** Whether any job lists the application; a client asks so, with the all-zero activity id, if its connection works. */
export async function isListedAnywhere(ports: Ports, { applicationId }: Caller): Promise<boolean> {
  return (await ports.definitions.listApplications()).has(applicationId);
}

function requireDirection(job: RecurringJob, direction: Direction): void {
  if (job.direction === direction) return;
  const message =
    job.direction === "import"
      ? `"${job.name}" is an import job: enqueue files to it. Dequeue, download and ack belong to export jobs.`
      : `"${job.name}" is an export job: dequeue from it. Enqueue and jobstatus belong to import jobs.`;
  throw new DomainError("invalid", message);
}
