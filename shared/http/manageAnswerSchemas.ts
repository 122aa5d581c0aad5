import { z } from "zod";
import { auditActions, auditKinds } from "../domain/auditEntry.ts";
import { fieldTypes } from "../domain/dataEntity.ts";
import { guidMember, timeMember } from "./manageMembers.ts";
import { fieldMapMember, lineSample } from "./manageProjectSchema.ts";
import { entityAnswer } from "./manageEntitySchema.ts";

const id = z.string().meta({ format: "uuid" });
const shownId = z.string().meta({ description: "In capitals and braces." });
const direction = z.enum(["import", "export"]);
const count = z.int().min(0);
const links = z.record(z.string(), z.string());

/** One page of a list. */
export function listOf(item: z.ZodType) {
  return z.strictObject({
    items: z.array(item),
    continuation: z
      .string()
      .exactOptional()
      .meta({ description: "Send it back for the next page; absent on the last." }),
  });
}

export const messageStates = [
  "Enqueued",
  "Dequeued",
  "Downloaded",
  "Acked",
  "PreProcessing",
  "Processing",
  "Processed",
  "ProcessedWithErrors",
  "PostProcessingError",
  "PreProcessingError",
  "Discarded",
] as const;
const state = z.enum(messageStates);

const messageMembers = {
  id,
  activityId: shownId,
  direction,
  state,
  parked: z.strictObject({ at: timeMember, reason: z.string() }).exactOptional(),
  discarded: z.strictObject({ at: timeMember, applicationId: guidMember, reason: z.string() }).exactOptional(),
  isBlocking: z.boolean().meta({ description: "The failed head that its ordered job waits for." }),
  enqueuedAt: timeMember,
  changedAt: timeMember,
  attempts: count.meta({
    description: "Those that failed by the message's own fault, and the one that goes on or ended it.",
  }),
  interruptions: count
    .exactOptional()
    .meta({ description: "Attempts that ended without a word, as by a crash; they count apart." }),
  pausedUntil: timeMember.exactOptional().meta({ description: "The storage failed; nobody takes the message before." }),
  run: count,
  externalIdentifier: z.string().exactOptional(),
  entity: z.string().exactOptional(),
  company: z.string().exactOptional(),
  applicationId: guidMember.exactOptional(),
  sizeBytes: count.exactOptional(),
  sha256: z.string().exactOptional(),
  executionId: z.string().exactOptional(),
  rejectedRowsOf: z
    .string()
    .exactOptional()
    .meta({ description: "The execution whose rejected rows this run imports, and nothing else." }),
  lastError: z.string().exactOptional(),
  dueAt: timeMember.exactOptional(),
  totalRecords: count.exactOptional(),
  isFileUploaded: z.boolean().exactOptional(),
  deliveryCount: count.exactOptional(),
  redeliveries: count.exactOptional().meta({ description: "How often it was put back into its queue after an ack." }),
  isAckedWithoutDownload: z.boolean().exactOptional().meta({
    description:
      "A client acknowledged it whose delivery was never downloaded; whether anybody has the file is unknown.",
  }),
};

export const messageAnswer = z.strictObject(messageMembers);

const recordError = z.strictObject({ line: count, field: z.string(), code: z.string(), message: z.string() });
const entityExecution = z.strictObject({
  entity: z.string(),
  entityVersion: count.exactOptional(),
  format: z.string(),
  formatVersion: count.exactOptional().meta({ description: "0 for a format that is built in." }),
  fileName: z.string(),
  company: z.string().exactOptional(),
  status: z.enum(["notStarted", "executing", "finished", "error", "notRun"]),
  rowsRead: count,
  succeeded: count,
  created: count,
  updated: count,
  unchanged: count,
  failed: count,
  unprocessed: count,
  exported: count,
  refresh: z.enum(["full", "incremental"]).exactOptional(),
  startedAt: timeMember.exactOptional(),
  finishedAt: timeMember.exactOptional(),
  firstErrors: z.array(recordError),
  links,
});

export const executionAnswer = z.strictObject({
  id: z.string(),
  messageId: id,
  activityId: shownId,
  direction,
  project: z.string(),
  projectVersion: z.int(),
  jobVersion: z.int(),
  rejectedRowsOf: z.string().exactOptional().meta({ description: "The run of whose rejected rows this one is." }),
  attempt: count,
  startedAt: timeMember,
  finishedAt: timeMember.exactOptional(),
  entities: z.array(entityExecution),
  warnings: z.array(z.string()),
  failure: z.string().exactOptional(),
});

export const messageDetailAnswer = z.strictObject({
  ...messageMembers,
  history: z.array(
    z.strictObject({
      state,
      at: timeMember,
      note: z.string().exactOptional().meta({ description: "What is out of the ordinary about it." }),
    }),
  ),
  execution: executionAnswer.exactOptional(),
  links,
});

export const occurrencesAnswer = z.strictObject({
  ...listOf(
    z.strictObject({
      dueAt: timeMember,
      lastDueAt: timeMember,
      dueTimes: count,
      trigger: z.enum(["recurrence", "manual"]),
      state: z.enum(["due", "started", "finished", "skipped", "missed"]),
      recordedAt: timeMember,
      attempts: count,
      startedAt: timeMember.nullable(),
      finishedAt: timeMember.nullable(),
      reason: z.string().nullable(),
      messageId: z.string().nullable(),
    }),
  ).shape,
  next: z.array(timeMember).meta({ description: "The next ten due times; fewer when the recurrence ends." }),
});

export const loadAnswer = z.strictObject({
  ...listOf(
    z.strictObject({
      at: timeMember,
      waiting: count,
      oldestAgeMs: count,
      inProcess: count,
      processedSinceLast: count,
      failedSinceLast: count,
      bytesWaiting: count,
    }),
  ).shape,
  suggestion: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("suggested"), minutes: count, reason: z.string() }),
      z.strictObject({ kind: z.literal("notEnoughSamples"), reason: z.string() }),
    ])
    .exactOptional()
    .meta({ description: "A processing interval; absent while the job has no processing recurrence." }),
});

export const recordsAnswer = listOf(
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).meta({
    description:
      "By field. Empty is null; integer is a number, boolean true or false; int64 and real stay text, so that no digit is lost.",
  }),
);

export const auditAnswer = z.strictObject({
  at: timeMember,
  applicationId: z.string().meta({ description: "Who did it, or was refused." }),
  action: z.enum(auditActions),
  kind: z.enum(auditKinds),
  target: z.string().meta({
    description: "The name of a definition, the activity id of a job, the id of a message. Empty: several jobs.",
  }),
  activityId: shownId.exactOptional(),
  detail: z.string(),
});

export const countAnswer = z.strictObject({ count: z.int() });
export const emptiedAnswer = z.strictObject({ removed: z.int() });

export const runAnswer = z.strictObject({ dueAt: timeMember });
export const acceptedAnswer = z.strictObject({ id, activityId: shownId });

export const retriedAnswer = z.strictObject({
  activityId: shownId,
  retried: z.array(id),
  skipped: z.array(z.strictObject({ id, why: z.string() })),
  remaining: count.meta({ description: "Parked messages that this call did not come to." }),
  continuation: z.string().exactOptional().meta({ description: "To go on with them; absent when none remain." }),
});

export const discardedAnswer = z.strictObject({
  activityId: shownId,
  discarded: z.array(id),
  skipped: z.array(z.strictObject({ id, why: z.string() })),
  remaining: count.meta({ description: "Messages of this kind that the call did not come to: ask again." }),
});

export const inferenceAnswer = z.strictObject({
  rowsRead: count,
  isWhole: z.boolean().meta({ description: "False when the file has more rows than were looked at." }),
  rowsUnusable: count.meta({ description: "Rows beside those read that do not fit the columns; a warning names one." }),
  warnings: z.array(z.string()),
  definition: entityAnswer.omit({ version: true, savedAt: true, savedBy: true }),
  fieldMap: fieldMapMember,
  key: z.strictObject({ fields: z.array(z.string()), reason: z.string() }),
  columns: z.array(
    z.strictObject({ column: z.string(), field: z.string(), type: z.enum(fieldTypes), reason: z.string() }),
  ),
});

const sampleError = z.strictObject({
  field: z.string(),
  column: z.string().exactOptional(),
  code: z.string(),
  message: z.string(),
  line: count.exactOptional(),
  count: count.meta({ description: "How many of the checked rows have it." }),
});

export const sampleAnswer = z.strictObject({
  project: z.string(),
  isValid: z.boolean(),
  lines: z.array(
    z.strictObject({
      entity: z.string(),
      format: z.string(),
      fileName: z.string(),
      isSaved: z.boolean().meta({ description: "False when no line of the project could be made of it." }),
      isValid: z.boolean(),
      errors: z.array(sampleError),
      warnings: z.array(z.string()),
      rowsChecked: count,
      isWhole: z.boolean(),
      fieldMap: fieldMapMember.exactOptional(),
      sample: lineSample.exactOptional(),
    }),
  ),
});

export const problemAnswer = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  referredBy: z
    .array(z.strictObject({ kind: z.enum(["entity", "format", "project", "job"]), name: z.string() }))
    .optional(),
});
