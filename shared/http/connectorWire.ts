import type { HttpResponseInit } from "@azure/functions";
import { DomainError } from "../domain/errors.ts";
import { succeededCount, type EntityExecution } from "../domain/execution.ts";
import type { MessageState } from "../domain/message.ts";
import { findLenientJson, findMember } from "./lenientJson.ts";
import { toProblemReply } from "./reply.ts";
import { findGuid } from "./request.ts";

/** What is discarded is told in another word, that of `clientState`. */
type WireState = Exclude<MessageState, "Discarded">;

/** RIS knows nine states: what prepares is InProcess to it, and a tenth name would end its run. */
export const dataJobStates: Readonly<Record<WireState, number>> = {
  Enqueued: 0,
  Dequeued: 1,
  Downloaded: 2,
  Acked: 3,
  PreProcessing: 4,
  Processing: 4,
  Processed: 5,
  ProcessedWithErrors: 6,
  PostProcessingError: 7,
  PreProcessingError: 8,
};

export const entityStatuses = {
  NotStarted: 0,
  Waiting: 1,
  Executing: 2,
  Error: 3,
  Finished: 4,
  Ready: 5,
  NotRun: 6,
  Cancelling: 7,
  Canceled: 8,
  Hold: 9,
} as const;

type WireEntityStatus = keyof typeof entityStatuses;

export interface Delivery {
  readonly correlationId: string;
  readonly popReceipt: string;
  readonly downloadUrl: string;
  /** When the message was handed out before, in epoch milliseconds; absent the first time. */
  readonly lastDequeuedAt?: number | undefined;
}

/** What a caller proves a delivery with. */
export interface Receipt {
  readonly correlationId: string;
  readonly popReceipt: string;
}

/** A message and its last run, if there was one; times are epoch milliseconds. */
export interface JobStatus {
  readonly messageId: string;
  readonly state: WireState;
  readonly project: string;
  readonly externalIdentifier?: string | undefined;
  readonly executionId?: string | undefined;
  readonly startedAt?: number | undefined;
  readonly completedAt?: number | undefined;
  /** What a person reads first: errors, warnings, counts. */
  readonly log: string;
  readonly entities: readonly EntityExecution[];
}

const popReceiptCharactersMax = 4_096;
const integerMax = 2_147_483_647;
const noDate = "0001-01-01T00:00:00";

/** RIS keeps the raw body as the message id, and others strip its quotes: exactly a JSON string, exactly 200. */
export function toEnqueueReply(messageId: string): HttpResponseInit {
  return toJsonReply(messageId);
}

/** The address from which the current delivery is downloaded; `baseUrl` is `publicBaseUrl`. */
export function toDownloadUrl(baseUrl: string, activityId: string, correlationId: string, blobId: string): string {
  return `${baseUrl}/api/connector/download/${activityId}?correlation-id=${correlationId}&blob=${blobId}`;
}

/** The members, their casing and their order as the original sends them. A message without a file never gets here. */
export function toDequeueReply(delivery: Delivery): HttpResponseInit {
  return toJsonReply({
    CorrelationId: delivery.correlationId,
    PopReceipt: delivery.popReceipt,
    DownloadLocation: delivery.downloadUrl,
    IsDownLoadFileExist: true,
    FileDownLoadErrorMessage: null,
    LastDequeueDateTime: delivery.lastDequeuedAt === undefined ? null : toWireDateTime(delivery.lastDequeuedAt),
  });
}

/** Nothing to deliver now: RIS dequeues until it reads this. */
export function toNothingReply(): HttpResponseInit {
  return { status: 204 };
}

/** Exactly 200; clients ignore the body. */
export function toAckReply(): HttpResponseInit {
  return { status: 200 };
}

/** RIS's "Validate connection" dequeues the all-zero activity id and reads 500, and only that, as success. */
export function toZeroActivityReply(requestId: string): HttpResponseInit {
  const detail =
    "The all-zero activity id is no job. This answer tells a connection test that the application is on a job's list.";
  return toProblemReply({ status: 500, code: "zeroActivity", detail, members: [] }, requestId);
}

/**
 * Reads CorrelationId and PopReceipt out of the dequeue body, whole or in part, with or without changes to the rest:
 * RIS sends back another DownloadLocation than it got.
 */
export function readAck(body: Uint8Array): Receipt {
  const value = findLenientJson(body);
  const correlationId = value instanceof Map ? findMember(value, "CorrelationId") : undefined;
  const popReceipt = value instanceof Map ? findMember(value, "PopReceipt") : undefined;
  if (!isText(correlationId) || !isText(popReceipt) || popReceipt.length > popReceiptCharactersMax) {
    throw new DomainError(
      "invalid",
      "Nothing was acknowledged: send the body of the dequeue response, at least CorrelationId and PopReceipt.",
    );
  }
  const guid = findGuid(correlationId);
  if (guid === undefined) throw new DomainError("notFound", "No delivery of this job has this CorrelationId.");
  return { correlationId: guid, popReceipt };
}

/** Numbers, dates and the array are never null: RIS throws on one, and then asks for no other message of its queue. */
export function toJobStatusReply(status: JobStatus): HttpResponseInit {
  return toJsonReply({
    DataJobStatus: {
      DataProject: status.project,
      DataJobIdentifier: status.messageId,
      ExternalIdentifier: status.externalIdentifier ?? "",
      ExecutionIdentifier: status.executionId ?? "",
      DataJobStartedDateTime: toWireDateTime(status.startedAt),
      DataJobCompletedDateTime: toWireDateTime(status.completedAt),
      DataJobState: dataJobStates[status.state],
    },
    ExecutionLog: status.log,
    ExecutionDetail: status.entities.map(toExecutionDetail),
  });
}

function toExecutionDetail(entity: EntityExecution): Readonly<Record<string, string | number>> {
  const [stagingStatus, targetStatus] = toWireStatuses(entity);
  return {
    EntityName: entity.entity,
    Company: entity.company ?? "",
    StagingRecords: toInteger(entity.rowsRead + entity.exported),
    StagingStatus: entityStatuses[stagingStatus],
    StagingErrorCount: 0,
    TargetRecords: toInteger(succeededCount(entity) + entity.exported),
    TargetStatus: entityStatuses[targetStatus],
    TargetErrorCount: toInteger(entity.failed),
    ExecutionStartedDateTime: toWireDateTime(entity.startedAt),
    ExecutionCompletedDateTime: toWireDateTime(entity.finishedAt),
  };
}

/**
 * The original keeps a status for source to staging and one for staging to target, and we one for both. Records are
 * judged on the way to the target, so rejected ones are its errors, as is an end after the first row was read.
 */
export function toWireStatuses(entity: EntityExecution): readonly [WireEntityStatus, WireEntityStatus] {
  switch (entity.status) {
    case "notStarted":
      return ["NotStarted", "NotStarted"];
    case "executing":
      return ["Executing", "NotStarted"];
    case "finished":
      return ["Finished", entity.failed > 0 ? "Error" : "Finished"];
    case "staged":
      return ["Finished", "NotRun"];
    case "error":
      return entity.rowsRead > 0 ? ["Finished", "Error"] : ["Error", "NotRun"];
    case "notRun":
      return ["NotRun", "NotRun"];
  }
}

/** UTC in whole seconds and without a zone, as the original writes a DateTime; its least value stands for "none". */
function toWireDateTime(at: number | undefined): string {
  return at === undefined ? noDate : new Date(at).toISOString().slice(0, noDate.length);
}

/** Clients read 32 bits, and throw on more. */
export function toInteger(count: number): number {
  return Math.min(Math.trunc(count), integerMax);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function toJsonReply(value: unknown): HttpResponseInit {
  const headers = { "content-type": "application/json; charset=utf-8" };
  return { status: 200, headers, body: JSON.stringify(value) };
}
