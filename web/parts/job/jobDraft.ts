import type { Schemas } from "../../api/api.ts";
import type { Filter } from "../filter/filter.ts";
import { isSameName } from "../project.ts";

export type Job = Schemas["Job"];
export type Recurrence = Schemas["RecurrenceRequest"];
type JobRequest = Schemas["JobRequest"];

/** What a person may say about a job, while it is being typed: it need not be sound. */
export type JobDraft = Omit<JobRequest, "activityId" | keyof ReadOnly>;
type ReadOnly = Pick<
  Job,
  "version" | "savedAt" | "savedBy" | "savedByPerson" | "links" | "processingWords" | "monitoringWords"
> & { readonly filtersInForce: unknown };

/** A job as it stands when somebody begins; its direction is the project's. */
export function newDraft(project: string): JobDraft {
  return {
    name: "",
    description: "",
    project,
    direction: "import",
    isEnabled: true,
    applications: [{ applicationId: "", isEnabled: true }],
    source: "file",
    isOrdered: false,
    onHeadError: "continue",
    preventUploadAtZeroRecords: false,
    useCompanyFromMessage: false,
    misfirePolicy: "once",
    attemptsMax: 3,
    visibilityMinutes: 30,
    duplicateWindowMinutes: 0,
  };
}

/** What can be changed of a job that is saved; what the page knows nothing of stays as it is. */
export function draftOf(job: Job): JobDraft {
  const { activityId: _id, version: _version, savedAt: _at, savedBy: _by, savedByPerson: _person, ...rest } = job;
  const { links: _links, processingWords: _processing, monitoringWords: _monitoring, ...more } = rest;
  const { filtersInForce: _inForce, ...draft } = more;
  return draft;
}

/** The draft without what belongs to the other direction, where somebody went from a project to another. */
export function bodyOf({ company = "", ...draft }: JobDraft): JobDraft {
  const { source = "file", ackWithoutDownload = "refuse", filters, ...both } = draft;
  const shared = { ...both, ...(company.trim() !== "" && { company: company.trim() }) };
  if (draft.direction === "import") {
    return {
      ...shared,
      source,
      ...(!draft.isOrdered && { onHeadError: "continue" }),
      preventUploadAtZeroRecords: false,
    };
  }
  return {
    ...shared,
    ...(filters && { filters }),
    ackWithoutDownload,
    isOrdered: false,
    onHeadError: "continue",
    useCompanyFromMessage: false,
    duplicateWindowMinutes: 0,
  };
}

/** With another filter of its own for the entity; undefined takes it out. */
export function withFilter({ filters = [], ...draft }: JobDraft, entity: string, filter: Filter | undefined): JobDraft {
  const index = filters.findIndex((each) => isSameName(each.entity, entity));
  const own = filter && { entity, filter: [...filter] };
  const next = index < 0 ? [...filters, ...(own ? [own] : [])] : filters.toSpliced(index, 1, ...(own ? [own] : []));
  return next.length === 0 ? draft : { ...draft, filters: next };
}

/** Every hour, or every minute, from the full hour that has begun, in the zone of who asks. */
export function newRecurrence(now: Date, timeZone: string, frequency: "hour" | "minute" = "hour"): Recurrence {
  const start = `${localDate(now, timeZone)}T${localHour(now, timeZone)}:00:00`;
  return { start, timeZone, frequency, interval: 1, end: { kind: "never" } };
}

function localDate(at: Date, timeZone: string): string {
  // Sweden writes dates as machines do.
  return at.toLocaleDateString("sv-SE", { timeZone });
}

function localHour(at: Date, timeZone: string): string {
  return at.toLocaleTimeString("sv-SE", { timeZone, hour: "2-digit" }).slice(0, 2);
}
