import { z } from "zod";
import { projectLinesMax } from "../domain/dataProject.ts";
import { DomainError } from "../domain/errors.ts";
import type { RecurringJob } from "../domain/recurringJob.ts";
import { readManageBody } from "./manageBody.ts";
import { filterInForce, jobFilter } from "./manageFilterSchema.ts";
import {
  applicationsMember,
  companyMember,
  definitionFacts,
  descriptionMember,
  guidMember,
  linksMember,
  nameMember,
  printableText,
  readOnlyFacts,
  readOnlyMember,
  shownIdMember,
  wholeNumber,
} from "./manageMembers.ts";
import { recurrenceMember } from "./manageRecurrenceSchema.ts";
import type { ServiceRequest } from "./request.ts";
import { asAnswer, asRequest } from "./schemaNames.ts";

const attemptsMax = 100;
const visibilityMinutesMax = 7 * 24 * 60;
const duplicateWindowMinutesMax = 7 * 24 * 60;

const jobMembers = {
  name: nameMember,
  description: descriptionMember,
  project: nameMember,
  direction: z.enum(["import", "export"]),
  isEnabled: z.boolean().default(true),
  applications: applicationsMember.default([]),
  source: z.enum(["file", "package"]).exactOptional().meta({ description: "Imports only; file, when left out." }),
  isOrdered: z.boolean().default(false),
  onHeadError: z.enum(["continue", "block"]).default("continue"),
  preventUploadAtZeroRecords: z.boolean().default(false),
  ackWithoutDownload: z.enum(["refuse", "accept"]).exactOptional().meta({
    description:
      "Exports only; refuse, when left out. accept: an ack counts although its delivery was never downloaded, and the message says so.",
  }),
  company: companyMember.exactOptional(),
  useCompanyFromMessage: z.boolean().default(false),
  processingRecurrence: recurrenceMember.exactOptional(),
  monitoringRecurrence: recurrenceMember.exactOptional(),
  misfirePolicy: z.enum(["skip", "once", "all"]).default("once"),
  attemptsMax: wholeNumber(1, attemptsMax)
    .default(3)
    .meta({ description: "Attempts of a message that may fail by its own fault, storage apart; then it is parked." }),
  visibilityMinutes: wholeNumber(1, visibilityMinutesMax).default(30),
  duplicateWindowMinutes: wholeNumber(0, duplicateWindowMinutesMax).default(0),
  filters: z.array(jobFilter).max(projectLinesMax, `At most ${projectLinesMax} lines.`).exactOptional().meta({
    description: "Exports only: in place of the filters of these lines of the project. No entries: all records.",
  }),
};

const idNote = { description: "Left out, the address's; another one is an error." };
export const jobRequest = asRequest(
  "JobRequest",
  z.strictObject({
    activityId: guidMember.exactOptional().meta(idNote),
    ...jobMembers,
    ...readOnlyFacts,
    links: readOnlyMember,
    processingWords: readOnlyMember,
    monitoringWords: readOnlyMember,
    filtersInForce: readOnlyMember,
  }),
);

const wordsMember = z.string().meta({ readOnly: true, description: "The recurrence as a sentence." });
export const jobAnswer = asAnswer(
  "Job",
  z.strictObject({
    activityId: shownIdMember,
    ...jobMembers,
    ...definitionFacts,
    links: linksMember.meta({ readOnly: true }),
    processingWords: wordsMember.exactOptional(),
    monitoringWords: wordsMember.exactOptional(),
    filtersInForce: z.array(filterInForce).exactOptional().meta({
      readOnly: true,
      description: "By what a run selects, line by line; in the answer for one export job alone.",
    }),
  }),
);

const reasonCharactersMax = 1000;
const continuationMember = z
  .string()
  .max(reasonCharactersMax)
  .exactOptional()
  .meta({ description: "What the call before gave, to go on behind what it came to." });
export const retryParkedRequest = asRequest(
  "RetryParkedRequest",
  z.strictObject({
    parked: z.literal(true).meta({ description: "Which messages are meant: those that are parked." }),
    reason: z.string().min(1).max(reasonCharactersMax).exactOptional().meta({
      description: "Only where the reason has this text in it. Without one, what a person released stays so.",
    }),
    force: z
      .boolean()
      .default(false)
      .meta({ description: "Also where a later message may be in the same records, whose values are written over." }),
    continuation: continuationMember,
  }),
);

export const discardReason = printableText(1, reasonCharactersMax).meta({
  description: "Why; whoever sent the message reads it in its job status.",
});
export const discardRequest = asRequest("DiscardRequest", z.strictObject({ reason: discardReason }));
const openMembers = {
  standing: z.enum(["waiting", "offered", "parked"]).exactOptional().meta({
    description:
      "Only what waits for a worker, what is offered to clients, or what is parked; all of it when left out.",
  }),
  before: z.iso
    .datetime({ offset: true, error: "A time with its zone, such as 2026-11-24T08:00:00Z." })
    .exactOptional()
    .meta({ format: "date-time", description: "Only what has stood so since before then." }),
};
export const discardOpenRequest = asRequest(
  "DiscardOpenRequest",
  z.strictObject({ reason: discardReason, ...openMembers }),
);
export const discardOpenPreviewRequest = asRequest(
  "DiscardOpenPreviewRequest",
  z.strictObject({ reason: discardReason.exactOptional(), ...openMembers, continuation: continuationMember }),
);

/** The job in the body, under the activity id that the address gives it. */
export async function readJob({
  request,
  id,
}: {
  readonly request: ServiceRequest;
  readonly id: string;
}): Promise<RecurringJob> {
  const body = await readManageBody(request, jobRequest);
  if (body.activityId === undefined || body.activityId === id) return toJob(body, id);
  const message = "A job keeps the activity id of its address; POST makes one, so leave this member out.";
  throw new DomainError("invalid", `activityId: ${message}`, [{ path: "activityId", message }]);
}

/** The job that a body means. */
export function toJob(body: z.output<typeof jobRequest>, activityId: string): RecurringJob {
  const { version: _version, savedAt: _at, savedBy: _by, savedByPerson: _person, links: _links, ...rest } = body;
  const { processingWords: _processing, monitoringWords: _monitoring, filtersInForce: _inForce, ...job } = rest;
  const { source = "file", ackWithoutDownload = "refuse" } = job;
  return { ...job, ...(job.direction === "import" ? { source } : { ackWithoutDownload }), activityId };
}
