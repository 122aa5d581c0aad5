import { z } from "zod";
import { exportFacts } from "./manageFilterSchema.ts";
import { mendedByMember, rowsMembers } from "./manageMendSchema.ts";
import {
  idMember,
  linksMember,
  ofJobMember,
  personMember,
  requesterMember,
  shownIdMember,
  timeMember,
} from "./manageMembers.ts";
import { executionStates } from "../domain/execution.ts";
import { messageState } from "./messageStates.ts";
import { asAnswer } from "./schemaNames.ts";
import { appliedStylesheets } from "./manageStylesheetSchema.ts";

const direction = z.enum(["import", "export"]);
const count = z.int().min(0);

const continuationNote = "Send it back for the next page; absent on the last.";

/** One page of a list, under a name of its own. */
export function listOf<S extends z.ZodType>(name: string, item: S) {
  return asAnswer(name, z.strictObject(pageMembers(item)));
}

/** The members of a page, for an answer that has more of them. */
export function pageMembers<S extends z.ZodType>(item: S) {
  return { items: z.array(item), continuation: z.string().exactOptional().meta({ description: continuationNote }) };
}

const parked = asAnswer(
  "Parked",
  z.strictObject({
    at: timeMember,
    reason: z.string(),
    isReleased: z.literal(true).exactOptional().meta({ description: "Somebody let its job go on without it." }),
  }),
);
const discarded = asAnswer(
  "Discarded",
  z.strictObject({
    at: timeMember,
    applicationId: idMember,
    person: personMember.exactOptional(),
    reason: z.string(),
    isCanceled: z.literal(true).exactOptional().meta({ description: "Its run was ended, not it given up." }),
  }),
);

export const messageMembers = {
  id: idMember,
  activityId: ofJobMember,
  project: z.string().exactOptional().meta({ description: "Of a run that no job started, in place of a job." }),
  requestedId: z.string().exactOptional().meta({ description: "What the one who asked for such a run calls it." }),
  requestedBy: requesterMember.exactOptional().meta({ description: "Who asked for such a run." }),
  direction,
  state: messageState,
  parked: parked.exactOptional(),
  discarded: discarded.exactOptional(),
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
  applicationId: idMember.exactOptional(),
  sizeBytes: count.exactOptional(),
  sha256: z.string().exactOptional(),
  executionId: idMember.exactOptional(),
  ...rowsMembers,
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

export const messageAnswer = asAnswer("Message", z.strictObject(messageMembers));

export const messagesAnswer = listOf("MessagePage", messageAnswer);

const recordError = asAnswer(
  "RecordError",
  z.strictObject({
    line: count.meta({ description: "Where the record begins; its number, where there is a place." }),
    place: z.string().exactOptional().meta({ description: "Where records may share a line: record, line and column." }),
    field: z.string(),
    code: z.string(),
    message: z.string(),
  }),
);
const entityExecution = asAnswer(
  "EntityExecution",
  z.strictObject({
    entity: z.string(),
    entityVersion: count.exactOptional(),
    format: z.string(),
    formatVersion: count.exactOptional().meta({ description: "0 for a format that is built in." }),
    fileName: z.string(),
    stylesheets: appliedStylesheets.exactOptional(),
    company: z.string().exactOptional(),
    status: z.enum(["notStarted", "executing", "finished", "staged", "error", "notRun"]),
    rowsRead: count,
    succeeded: count,
    created: count,
    updated: count,
    unchanged: count,
    failed: count,
    unprocessed: count,
    exported: count,
    ...exportFacts,
    startedAt: timeMember.exactOptional(),
    finishedAt: timeMember.exactOptional(),
    firstErrors: z.array(recordError),
    links: linksMember,
  }),
);

const canceling = asAnswer(
  "Canceling",
  z.strictObject({ at: timeMember, applicationId: idMember, person: personMember.exactOptional() }),
);

export const executionAnswer = asAnswer(
  "Execution",
  z.strictObject({
    id: idMember,
    messageId: idMember,
    activityId: ofJobMember,
    direction,
    state: z.enum(executionStates),
    project: z.string(),
    projectVersion: z.int(),
    jobVersion: z.int(),
    rejectedRowsOf: idMember.exactOptional().meta({ description: "The run of whose rejected rows this one is." }),
    stagedRowsOf: idMember.exactOptional().meta({ description: "The run of whose staged rows this one is." }),
    attempt: count,
    startedAt: timeMember,
    finishedAt: timeMember.exactOptional(),
    entities: z.array(entityExecution),
    warnings: z.array(z.string()),
    failure: z.string().exactOptional(),
    canceled: canceling.exactOptional().meta({ description: "Who ended it before its time." }),
  }),
);

const stateChange = asAnswer(
  "StateChange",
  z.strictObject({
    state: messageState,
    at: timeMember,
    note: z.string().exactOptional().meta({ description: "What is out of the ordinary about it." }),
  }),
);

export const messageDetailAnswer = asAnswer(
  "MessageDetail",
  z.strictObject({
    ...messageMembers,
    mendedBy: mendedByMember,
    history: z.array(stateChange),
    execution: executionAnswer.exactOptional(),
    links: linksMember,
  }),
);

const occurrence = asAnswer(
  "Occurrence",
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
    messageId: idMember.nullable(),
  }),
);

export const occurrencesAnswer = asAnswer(
  "OccurrencePage",
  z.strictObject({
    ...pageMembers(occurrence),
    next: z.array(timeMember).meta({ description: "The next ten due times; fewer when the recurrence ends." }),
  }),
);

const loadSample = asAnswer(
  "LoadSample",
  z.strictObject({
    at: timeMember,
    waiting: count,
    oldestAgeMs: count,
    inProcess: count,
    processedSinceLast: count,
    failedSinceLast: count,
    bytesWaiting: count,
  }),
);

const suggestion = asAnswer(
  "Suggestion",
  z.discriminatedUnion("kind", [
    asAnswer("SuggestedInterval", z.strictObject({ kind: z.literal("suggested"), minutes: count, reason: z.string() })),
    asAnswer("NotEnoughSamples", z.strictObject({ kind: z.literal("notEnoughSamples"), reason: z.string() })),
  ]),
);

export const loadAnswer = asAnswer(
  "Load",
  z.strictObject({
    ...pageMembers(loadSample),
    suggestion: suggestion
      .exactOptional()
      .meta({ description: "A processing interval; absent while the job has no processing recurrence." }),
  }),
);

const record = asAnswer(
  "EntityRecord",
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).meta({
    description:
      "By field. Empty is null; integer is a number, boolean true or false; int64 and real stay text, so that no digit is lost.",
  }),
);
export const recordsAnswer = listOf("RecordPage", record);

export const countAnswer = asAnswer("Count", z.strictObject({ count: z.int() }));
export const emptiedAnswer = asAnswer("Emptied", z.strictObject({ removed: z.int() }));

export const runAnswer = asAnswer("RequestedRun", z.strictObject({ dueAt: timeMember }));
export const acceptedAnswer = asAnswer("AcceptedMessage", z.strictObject({ id: idMember, activityId: ofJobMember }));

const skippedMessage = asAnswer("SkippedMessage", z.strictObject({ id: idMember, why: z.string() }));

export const retriedAnswer = asAnswer(
  "RetriedMessages",
  z.strictObject({
    activityId: shownIdMember,
    retried: z.array(idMember),
    skipped: z.array(skippedMessage),
    remaining: count.meta({ description: "Parked messages that this call did not come to." }),
    continuation: z.string().exactOptional().meta({ description: "To go on with them; absent when none remain." }),
  }),
);

export const discardedAnswer = asAnswer(
  "DiscardedMessages",
  z.strictObject({
    activityId: shownIdMember,
    discarded: z.array(idMember),
    skipped: z.array(skippedMessage),
    remaining: count.meta({ description: "Messages of this kind that the call did not come to: ask again." }),
  }),
);
