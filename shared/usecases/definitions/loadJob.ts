import { DomainError } from "../../domain/errors.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";

/** The job for those who manage it; `notFound` when there is none. */
export async function loadJob(ports: Ports, activityId: string): Promise<Definition<RecurringJob>> {
  const job = await ports.definitions.find("job", activityId);
  if (job) return job;
  throw new DomainError("notFound", `There is no recurring data job {${activityId.toUpperCase()}}.`);
}
