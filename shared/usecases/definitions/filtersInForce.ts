import { isSameName } from "../../domain/dataEntity.ts";
import { type DataProject, enabledLines } from "../../domain/dataProject.ts";
import { type FilterInForce, filterInForce } from "../../domain/filter/filterInForce.ts";
import type { JobFilter, RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";

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

export interface FilterOverrides {
  /** For each line of the project. */
  readonly byLine: readonly (readonly OverridingJob[])[];
  /** Not all jobs were looked at: there are too many of them for whoever only looks. */
  readonly hasMoreJobs: boolean;
}

const pageJobs = 100;
export const jobsLookedAtMax = 500;

/** The jobs that select by a filter of their own, for each line of an export project. */
export async function filterOverrides(ports: Ports, project: DataProject): Promise<FilterOverrides> {
  const { jobs, hasMoreJobs } = project.direction === "export" ? await firstJobs(ports) : noJobs;
  const own = jobs.filter((job) => isSameName(job.project, project.name));
  const byLine = project.lines.map(({ entity }) =>
    own.flatMap(({ activityId, name, filters = [] }) => {
      const found = filters.find((each) => isSameName(each.entity, entity));
      return found ? [{ activityId, name, filter: found.filter }] : [];
    }),
  );
  return { byLine, hasMoreJobs };
}

const noJobs = { jobs: [], hasMoreJobs: false };

async function firstJobs(
  ports: Ports,
): Promise<{ readonly jobs: readonly RecurringJob[]; readonly hasMoreJobs: boolean }> {
  const jobs: RecurringJob[] = [];
  let continuation: string | undefined;
  while (jobs.length < jobsLookedAtMax) {
    const page = await ports.definitions.list("job", { limit: pageJobs, ...(continuation && { continuation }) });
    jobs.push(...page.items.map(({ value }) => value));
    continuation = page.continuation;
    if (continuation === undefined) return { jobs, hasMoreJobs: false };
  }
  return { jobs, hasMoreJobs: true };
}
