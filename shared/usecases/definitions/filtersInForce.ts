import { isSameName } from "../../domain/dataEntity.ts";
import { type DataProject, enabledLines } from "../../domain/dataProject.ts";
import { type FilterInForce, filterInForce } from "../../domain/filter/filterInForce.ts";
import type { JobFilter, RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import { jobsOfProject } from "./listDefinitions.ts";

/** By what an export job selects: each enabled line of its project of which the line or the job says anything. */
export async function filtersInForce(
  ports: Ports,
  job: RecurringJob,
): Promise<readonly (FilterInForce & { readonly entity: string })[]> {
  const project = (await ports.definitions.find("project", job.project))?.value;
  return (project ? enabledLines(project) : []).flatMap((line) => {
    const found = filterInForce(line, job);
    return found ? [{ entity: line.entity, ...found }] : [];
  });
}

export interface OverridingJob extends Pick<JobFilter, "filter"> {
  readonly activityId: string;
  readonly name: string;
}

/** For each line of an export project the jobs that select by a filter of their own. */
export async function overridingJobs(
  ports: Ports,
  project: DataProject,
): Promise<readonly (readonly OverridingJob[])[]> {
  const jobs = project.direction === "export" ? await jobsOfProject(ports, project.name) : [];
  return project.lines.map(({ entity }) =>
    jobs.flatMap(({ activityId, name, filters = [] }) => {
      const own = filters.find((each) => isSameName(each.entity, entity));
      return own ? [{ activityId, name, filter: own.filter }] : [];
    }),
  );
}
