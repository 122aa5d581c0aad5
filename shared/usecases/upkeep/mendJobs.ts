import type { Ports } from "../../ports.ts";
import { reconcileSchedule } from "../recurrence/jobSchedule.ts";
import { pruneJob } from "../retention/pruneJob.ts";
import { resendRuns } from "../recurrence/resendRuns.ts";

const pageJobs = 200;
const pagesMax = 500;

/**
 * Looks at every job: brings its schedules in step with its definition, since a save may have been cut off between the
 * two; sends runs again that nobody works on; and deletes what is old, also of a job that runs no more.
 */
export async function mendJobs(ports: Ports): Promise<void> {
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const found = await ports.definitions.list("job", { limit: pageJobs, ...(continuation && { continuation }) });
    for (const { value: job } of found.items) {
      await reconcileSchedule(ports, job);
      await resendRuns(ports, job.activityId);
      await pruneJob(ports, job.activityId, ports.clock.now() - ports.settings.retentionMs);
    }
    continuation = found.continuation;
    if (!continuation) return;
  }
}
