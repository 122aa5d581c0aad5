import type { Ports } from "../ports.ts";
import { reconcileSchedule } from "./jobSchedule.ts";

const pageJobs = 200;
const pagesMax = 500;

/** Brings the schedules of all jobs in step with their definitions: a save may have been cut off between the two. */
export async function mendSchedules(ports: Ports): Promise<void> {
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const found = await ports.definitions.list("job", { limit: pageJobs, ...(continuation && { continuation }) });
    for (const job of found.items) await reconcileSchedule(ports, job.value);
    continuation = found.continuation;
    if (!continuation) return;
  }
}
