import { applicationProblems, type AuthorizedApplication, isOnList } from "./authorizedApplication.ts";
import { isSameName } from "./dataEntity.ts";
import type { MemberError } from "./errors.ts";
import type { DataProject, Direction } from "./dataProject.ts";
import type { Filter } from "./filter/recordFilter.ts";
import type { AckWithoutDownload } from "./outboundMessage.ts";
import type { Recurrence } from "./recurrence.ts";
import type { RunOrder } from "./runOrder.ts";

export type MisfirePolicy = "skip" | "once" | "all";

/** In this job, and in no other of its project, a line's records are chosen by another filter than the line's own. */
export interface JobFilter {
  /** The label of the line's entity. */
  readonly entity: string;
  /** Without entries: all records, whatever the line says. */
  readonly filter: Filter;
}

/** Endpoint, queue and schedule over one data project, known to clients by its activity id (a lower-case GUID). */
export interface RecurringJob {
  readonly activityId: string;
  readonly name: string;
  readonly description: string;
  readonly project: string;
  readonly direction: Direction;
  readonly isEnabled: boolean;
  readonly applications: readonly AuthorizedApplication[];
  /** Import only: what clients push. An export always delivers a data package. */
  readonly source?: "file" | "package";
  /** Import only: one message at a time, in the order in which they were accepted. */
  readonly isOrdered: boolean;
  /** Ordered imports: what happens behind a message that ends in an error. */
  readonly onHeadError: "continue" | "block";
  /** Export only: a run without records makes no file to dequeue. */
  readonly preventUploadAtZeroRecords: boolean;
  /** Export only: whether an ack counts whose delivery nobody downloaded; refused when left out. */
  readonly ackWithoutDownload?: AckWithoutDownload;
  readonly company?: string;
  /** Import only: the `company` of the enqueue call counts before the job's own. */
  readonly useCompanyFromMessage: boolean;
  readonly processingRecurrence?: Recurrence;
  readonly monitoringRecurrence?: Recurrence;
  readonly misfirePolicy: MisfirePolicy;
  /** Attempts of one message that may fail by its own fault; then it is parked. */
  readonly attemptsMax: number;
  /** How long a dequeued message stays hidden. */
  readonly visibilityMinutes: number;
  /** Import only: the same external identifier with the same bytes within this time is one message; 0 switches it off. */
  readonly duplicateWindowMinutes: number;
  /** Export only: in place of the filters of the project's lines. */
  readonly filters?: readonly JobFilter[];
}

export function isListed(job: Pick<RecurringJob, "applications">, applicationId: string): boolean {
  return isOnList(job.applications, applicationId);
}

/** By what the runs of the job's messages go. */
export function orderOfJob(job: RecurringJob): RunOrder {
  const { project, source, preventUploadAtZeroRecords, filters, isOrdered, onHeadError, attemptsMax } = job;
  return {
    project,
    ...(source && { source }),
    preventUploadAtZeroRecords,
    ...(filters && { filters }),
    isOrdered,
    onHeadError,
    attemptsMax,
    isQueued: job.direction === "export",
    timeZone: job.processingRecurrence?.timeZone ?? "UTC",
  };
}

export const companyPattern = /^[A-Za-z0-9]{1,4}$/;

/** Rules of a job that need no other definition. */
export function jobProblems(job: RecurringJob): readonly MemberError[] {
  return [
    ...directionProblems(job),
    ...enablingProblems(job),
    ...applicationProblems(job.applications),
    ...filterProblems(job.filters ?? []),
  ];
}

function directionProblems(job: RecurringJob): MemberError[] {
  const problems: MemberError[] = [];
  const onlyImport = (path: string, isUsed: boolean): void => {
    if (isUsed) problems.push({ path, message: "Only an import job has this; this job exports." });
  };
  const onlyExport = (path: string, isUsed: boolean): void => {
    if (isUsed) problems.push({ path, message: "Only an export job has this; this job imports." });
  };
  if (job.direction === "export") {
    onlyImport("source", job.source !== undefined);
    onlyImport("isOrdered", job.isOrdered);
    onlyImport("onHeadError", job.onHeadError === "block");
    onlyImport("useCompanyFromMessage", job.useCompanyFromMessage);
    onlyImport("duplicateWindowMinutes", job.duplicateWindowMinutes > 0);
  } else {
    onlyExport("preventUploadAtZeroRecords", job.preventUploadAtZeroRecords);
    onlyExport("ackWithoutDownload", job.ackWithoutDownload !== undefined);
    onlyExport("filters", job.filters !== undefined);
  }
  if (job.onHeadError === "block" && !job.isOrdered) {
    problems.push({ path: "onHeadError", message: "Only a job that processes messages in order can block." });
  }
  return problems;
}

function enablingProblems(job: RecurringJob): MemberError[] {
  if (!job.isEnabled) return [];
  const problems: MemberError[] = [];
  if (!job.processingRecurrence) {
    problems.push({ path: "processingRecurrence", message: "Set a processing recurrence before the job is enabled." });
  }
  if (!job.applications.some((entry) => entry.isEnabled)) {
    problems.push({ path: "applications", message: "Enable at least one application id before the job is enabled." });
  }
  return problems;
}

function filterProblems(filters: readonly JobFilter[]): MemberError[] {
  return filters.flatMap(({ entity }, index) => {
    const earlier = filters.findIndex((other) => isSameName(other.entity, entity));
    if (earlier === index) return [];
    return [{ path: `filters[${index}].entity`, message: `"${entity}" is there already, as filters[${earlier}].` }];
  });
}

/** Rules between a job and the project it runs. */
export function jobProjectProblems(
  job: RecurringJob,
  project: DataProject,
  needsCompany: boolean,
): readonly MemberError[] {
  const problems: MemberError[] = [];
  if (project.direction !== job.direction) {
    const message = `Project "${project.name}" is an ${project.direction} project, and this job is an ${job.direction} job.`;
    problems.push({ path: "direction", message });
  }
  project.lines.forEach((line) => {
    if (line.isEnabled && line.sample?.isValid === false) {
      const message = `Line "${line.entity}" of project "${project.name}" has errors in its sample file; mend them first.`;
      problems.push({ path: "project", message });
    }
  });
  job.filters?.forEach(({ entity }, index) => {
    if (project.lines.some((line) => isSameName(line.entity, entity))) return;
    const message = `Project "${project.name}" has no line "${entity}" whose filter could be another one.`;
    problems.push({ path: `filters[${index}].entity`, message });
  });
  if (!project.lines.some((line) => line.isEnabled)) {
    problems.push({ path: "project", message: `Project "${project.name}" has no enabled entity line.` });
  }
  if (needsCompany && job.company === undefined) {
    problems.push({ path: "company", message: "An entity of the project is per company: give the job a company." });
  }
  return problems;
}
