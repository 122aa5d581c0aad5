import type { DataEntity } from "../domain/dataEntity.ts";
import type { DataProject } from "../domain/dataProject.ts";
import type { RecurringJob } from "../domain/recurringJob.ts";
import type { SourceFormat } from "../domain/sourceFormat.ts";
import type { Definition } from "../ports.ts";

export const toTime = (at: number): string => new Date(at).toISOString();

/** An activity id as clients are configured with it. */
export function toShownId(activityId: string): string {
  return `{${activityId.toUpperCase()}}`;
}

export function manageUrl(baseUrl: string, ...segments: readonly string[]): string {
  return [baseUrl, "manage", "api", ...segments.map(encodeURIComponent)].join("/");
}

export function toEntityView(definition: Definition<DataEntity>) {
  return { ...definition.value, ...toFacts(definition) };
}

export function toProjectView(definition: Definition<DataProject>) {
  return { ...definition.value, ...toFacts(definition) };
}

/** A format without a save of its own is built in. */
export function toFormatView(format: SourceFormat, saved: Definition<SourceFormat> | undefined) {
  return { ...format, ...(saved ? toFacts(saved) : { version: 0 }), isBuiltIn: saved === undefined };
}

export function toJobView(definition: Definition<RecurringJob>, baseUrl: string) {
  const { activityId, ...job } = definition.value;
  const links = toJobLinks(definition.value, baseUrl);
  return { activityId: toShownId(activityId), ...job, ...toFacts(definition), links };
}

function toFacts({ version, savedAt, savedBy }: Definition<unknown>) {
  return { version, savedAt: toTime(savedAt), savedBy };
}

/** The addresses that a client of the job is configured with, and where to look further. */
function toJobLinks({ activityId, direction }: RecurringJob, baseUrl: string): Readonly<Record<string, string>> {
  const connector = (action: string): string => `${baseUrl}/api/connector/${action}/${toShownId(activityId)}`;
  const manage = (...more: readonly string[]): string => manageUrl(baseUrl, "jobs", activityId, ...more);
  const clients =
    direction === "import"
      ? { enqueue: connector("enqueue"), jobstatus: connector("jobstatus") }
      : { dequeue: connector("dequeue"), ack: connector("ack") };
  return {
    ...clients,
    self: manage(),
    messages: manage("messages"),
    occurrences: manage("occurrences"),
    load: manage("load"),
  };
}
