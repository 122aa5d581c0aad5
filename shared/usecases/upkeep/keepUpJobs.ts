import { eachAlone } from "../../ports/eachAlone.ts";
import type { Ports } from "../../ports.ts";
import { reconcileSchedule } from "../recurrence/jobSchedule.ts";
import { resendRuns } from "../recurrence/resendRuns.ts";
import { pruneJob } from "../retention/pruneJob.ts";

const pageJobs = 200;

/**
 * Looks at a page of all jobs: brings each one's schedules in step with its definition, since a save may have been cut
 * off between the two; sends runs again that nobody works on; and deletes what is old, also of a job that runs no more.
 * The next page is sent before this one is looked at, so that whatever a page meets keeps no other from its turn.
 */
export async function keepUpJobs(ports: Ports, after: string | undefined): Promise<void> {
  const page = { limit: pageJobs, ...(after !== undefined && { continuation: after }) };
  const { items, continuation } = await ports.definitions.listJobIds(page);
  if (continuation !== undefined) await ports.work.send({ kind: "upkeep", part: "keepUpJobs", after: continuation });
  const steps = { mendSchedule, mendOpenMessages, resendRuns, pruneLedger };
  for (const [part, step] of Object.entries(steps)) {
    await eachAlone(
      ports,
      part,
      items,
      (activityId) => ({ activityId }),
      (activityId) => step(ports, activityId),
    );
  }
}

async function mendSchedule(ports: Ports, activityId: string): Promise<void> {
  const job = await ports.definitions.find("job", activityId);
  if (job) await reconcileSchedule(ports, job.value);
}

async function mendOpenMessages(ports: Ports, activityId: string): Promise<void> {
  await ports.openMessages.mendJob(activityId);
  await ports.lists.adopt(activityId);
}

async function pruneLedger(ports: Ports, activityId: string): Promise<void> {
  await pruneJob(ports, activityId, ports.clock.now() - ports.settings.retentionMs);
}
