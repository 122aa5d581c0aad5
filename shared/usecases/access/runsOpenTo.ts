import type { Actor } from "../../domain/caller.ts";
import { isOpenTo } from "../../domain/dataProject.ts";
import type { Execution } from "../../domain/execution.ts";
import { type RecurringJob, isListed } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";
import { isProjectRunsId } from "../orders/projectRuns.ts";
import { projectsOfRuns } from "./projectOfRun.ts";

/**
 * Which of many runs an application with the role of the package API may look at, as `authorizeRun` judges one: costs a look
 * at each project, and at each job of a project that is for others. What is left out is no refusal.
 */
export function runsOpenTo(ports: Ports, { applicationId }: Actor): (execution: Execution) => Promise<boolean> {
  const projectOf = projectsOfRuns(ports);
  const jobs = new Map<string, Promise<Definition<RecurringJob> | undefined>>();
  const findJob = (activityId: string) => {
    const job = jobs.get(activityId) ?? ports.definitions.find("job", activityId);
    jobs.set(activityId, job);
    return job;
  };
  return async (execution) => {
    const project = await projectOf(execution);
    if (!project || isOpenTo(project, applicationId)) return true;
    if (isProjectRunsId(execution.activityId)) return false;
    const job = await findJob(execution.activityId);
    return job !== undefined && isListed(job.value, applicationId);
  };
}
