import { actorOf } from "../domain/caller.ts";
import type { AuditEntry } from "../domain/auditEntry.ts";
import type { DataEntity } from "../domain/dataEntity.ts";
import type { DataProject } from "../domain/dataProject.ts";
import type { NumberSequence } from "../domain/numberSequence.ts";
import { recurrenceWords } from "../domain/recurrenceWords.ts";
import type { RecurringJob } from "../domain/recurringJob.ts";
import type { Webhook } from "../domain/webhook.ts";
import type { Stylesheet } from "../domain/stylesheet.ts";
import type { Definition } from "../ports/definitions.ts";
import type { FilterOverrides, filtersInForce } from "../usecases/definitions/filtersInForce.ts";
import type { LineValidation } from "../usecases/definitions/lineValidation.ts";
import type { DrawnNumbers } from "../usecases/definitions/numberSequences.ts";
import type { KnownFormat } from "../usecases/definitions/loadDefinitions.ts";
import type { ProposedEntity } from "../usecases/samples/inferEntity.ts";
import { isProjectRunsId } from "../usecases/orders/projectRuns.ts";

export const toTime = (at: number): string => new Date(at).toISOString();

/** An activity id as clients are configured with it. */
/** Of a run that no job started there is none to tell. */
export function ofJob(activityId: string): { readonly activityId?: string } {
  return isProjectRunsId(activityId) ? {} : { activityId: toShownId(activityId) };
}

export function toShownId(activityId: string): string {
  return `{${activityId.toUpperCase()}}`;
}

export function manageUrl(baseUrl: string, ...segments: readonly string[]): string {
  return [baseUrl, "manage", "api", ...segments.map(encodeURIComponent)].join("/");
}

export function toEntityView(definition: Definition<DataEntity>) {
  return { ...definition.value, ...toFacts(definition) };
}

export function toStylesheetView(definition: Definition<Stylesheet>) {
  return { ...definition.value, ...toFacts(definition) };
}

export function toProjectView(definition: Definition<DataProject>) {
  const { lines, ...project } = definition.value;
  const shown = lines.map((line) => ({ ...line, skipStaging: line.skipStaging ?? true }));
  return { execute: true, ...project, lines: shown, ...toFacts(definition) };
}

/** One project, with the jobs that select by other filters than its lines do. */
export function toProjectDetail(
  definition: Definition<DataProject>,
  { byLine, hasMoreJobs }: FilterOverrides,
  validations: readonly LineValidation[],
) {
  const view = toProjectView(definition);
  const lines = view.lines.map((line, index) => {
    const shown = byLine[index]?.map((job) => ({ ...job, activityId: toShownId(job.activityId) })) ?? [];
    const validated = { ...line, ...(validations[index] && { validation: validations[index] }) };
    return shown.length === 0 ? validated : { ...validated, filterOverriddenBy: shown };
  });
  return { ...view, lines, ...(hasMoreJobs && { hasMoreJobs }) };
}

export function toNumberSequenceView(definition: Definition<NumberSequence>) {
  return { ...definition.value, ...toFacts(definition) };
}

/** Without its id, which is of no use to anybody outside. */
export function toWebhookView(definition: Definition<Webhook>) {
  const { id: _, activityId, ...webhook } = definition.value;
  const job = activityId === undefined ? {} : { activityId: toShownId(activityId) };
  return { ...webhook, ...job, ...toFacts(definition) };
}

/** One number sequence, with how far its numbers are. */
export function toNumberSequenceDetail(definition: Definition<NumberSequence>, drawn: readonly DrawnNumbers[]) {
  return { ...toNumberSequenceView(definition), drawn };
}

/** A format without a save of its own is built in. */
export function toFormatView(format: KnownFormat) {
  const isBuiltIn = format.etag === undefined;
  return { ...format.value, ...(isBuiltIn ? { version: 0 } : toFacts(format)), isBuiltIn };
}

/** What the columns of a sample file became, without the rest of each field: that is in the entity. */
export function toProposedView({ columns, ...rest }: ProposedEntity) {
  const shown = columns.map(({ column, field, reason }) => ({ column, field: field.name, type: field.type, reason }));
  return { ...rest, columns: shown };
}

export function toJobView(definition: Definition<RecurringJob>, baseUrl: string) {
  const { activityId, ...job } = definition.value;
  const links = toJobLinks(definition.value, baseUrl);
  return { activityId: toShownId(activityId), ...job, ...toFacts(definition), links, ...toWords(job) };
}

function toWords({ processingRecurrence, monitoringRecurrence }: Omit<RecurringJob, "activityId">) {
  return {
    ...(processingRecurrence && { processingWords: recurrenceWords(processingRecurrence) }),
    ...(monitoringRecurrence && { monitoringWords: recurrenceWords(monitoringRecurrence) }),
  };
}

/** One job, with the filters that its runs go by. */
export function toJobDetail(
  definition: Definition<RecurringJob>,
  filters: Awaited<ReturnType<typeof filtersInForce>>,
  baseUrl: string,
) {
  const isExport = definition.value.direction === "export";
  return { ...toJobView(definition, baseUrl), ...(isExport && { filtersInForce: filters }) };
}

/** A job is known by its activity id, which is spelled as everywhere. */
export function toAuditView({ at, action, kind, target, activityId, detail, ...by }: AuditEntry) {
  const shown = kind === "job" && target !== "" ? toShownId(target) : target;
  const job = activityId === undefined ? {} : ofJob(activityId);
  return { at: toTime(at), ...actorOf(by), action, kind, target: shown, ...job, detail };
}

function toFacts({ version, savedAt, savedBy, savedByPerson }: Definition<unknown>) {
  const by = { ...(savedBy !== "" && { savedBy }), ...(savedByPerson && { savedByPerson }) };
  return { version, savedAt: toTime(savedAt), ...by };
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
