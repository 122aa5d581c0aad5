import type { HttpResponseInit } from "@azure/functions";
import { type DataEntity, type EntityField, isSameName } from "../domain/dataEntity.ts";
import type { StoredRecord } from "../ports/entityStore.ts";
import {
  type DefinitionVersion,
  type EntityExecution,
  type Execution,
  executionState,
  succeededCount,
} from "../domain/execution.ts";
import { type InboundMessage, isReleased } from "../domain/inboundMessage.ts";
import type { LoadSample } from "../domain/loadSample.ts";
import { textWithValue } from "../domain/shownValue.ts";
import type { Occurrence } from "../domain/occurrence.ts";
import { isQueued } from "../domain/outboundMessage.ts";
import { isPaused } from "../domain/message.ts";
import type { Message } from "../ports.ts";
import type { Load } from "../usecases/watch/getLoad.ts";
import type { DiscardedOpen } from "../usecases/operate/discardOpen.ts";
import type { RetriedParked } from "../usecases/operate/retryParked.ts";
import type { MessageDetail } from "../usecases/watch/getMessage.ts";
import { shownState } from "../usecases/watch/listMessages.ts";
import type { OccurrencePage } from "../usecases/watch/listOccurrences.ts";
import { manageUrl, ofJob, toShownId, toTime } from "./manageDefinitionWire.ts";
import { toMendedBy, toMends } from "./manageMendSchema.ts";
import { toListReply } from "./manageReply.ts";

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only what is there: JSON has no undefined. */
function present<T extends object>(members: T): Present<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>;
}

const toTimeIfAny = (at: number | undefined): string | undefined => (at === undefined ? undefined : toTime(at));
const toTimeOrNull = (at: number | null): string | null => (at === null ? null : toTime(at));

export function toMessageView(message: Message, now: number, isBlocking: boolean) {
  const { id, direction, attempts, run, parked, enqueuedAt, executionId, lastError, company, sizeBytes } = message;
  const { interruptions, pause, discarded } = message;
  const last = message.history.at(-1);
  return {
    id,
    ...ofJob(message.activityId),
    ...toOwnOrder(message),
    direction,
    state: shownState(message, now),
    isBlocking,
    enqueuedAt: toTime(enqueuedAt),
    changedAt: toTime(last?.at ?? enqueuedAt),
    attempts,
    run,
    ...present({ interruptions, pausedUntil: isPaused(message, now) ? toTimeIfAny(pause?.until) : undefined }),
    ...present({ parked: parked && toParked(message, parked), executionId, lastError, company, sizeBytes }),
    ...present({ discarded: discarded && { ...discarded, at: toTime(discarded.at) } }),
    ...(message.direction === "import" ? toInboundFacts(message) : toOutboundFacts(message)),
  };
}

/** What somebody asked for, where no job did. */
function toOwnOrder({ ownOrder }: Message) {
  if (!ownOrder) return {};
  const { project, requestedId, requestedBy } = ownOrder;
  return { project, ...present({ requestedId, requestedBy }) };
}

function toParked(message: Message, { at, reason }: NonNullable<Message["parked"]>) {
  return { at: toTime(at), reason, ...(isReleased(message) && { isReleased: true }) };
}

function toInboundFacts(message: Message & { direction: "import" }) {
  const { externalIdentifier, entity, applicationId, sha256, rejectedRowsOf, stagedRows } = message;
  return {
    applicationId,
    sha256,
    ...present({ externalIdentifier, entity, rejectedRowsOf, stagedRowsOf: stagedRows?.executionId }),
    ...present({ mends: message.mends && toMends(message.mends) }),
  };
}

function toOutboundFacts(message: Message & { direction: "export" }) {
  const { deliveryCount, totalRecords, isFileUploaded, isAckedWithoutDownload, redeliveries } = message;
  const facts = present({ totalRecords, isFileUploaded, isAckedWithoutDownload, redeliveries });
  const times = isQueued(message) ? { dueAt: toTime(message.dueAt), deliveryCount } : {};
  return { ...times, ...facts };
}

export function toMessageDetailView(detail: MessageDetail, now: number, baseUrl: string) {
  const { message, execution, isBlocking, mends } = detail;
  const url = (...more: readonly string[]): string => manageUrl(baseUrl, "messages", message.id, ...more);
  return {
    ...toMessageView(message, now, isBlocking),
    history: message.history.map(({ at, ...change }) => ({ ...change, at: toTime(at) })),
    ...present({ execution: execution && toExecutionView(execution, baseUrl) }),
    ...(mends.length > 0 && { mendedBy: mends.map((each) => toMendedBy(each, baseUrl)) }),
    links: {
      self: url(),
      ...(message.ownOrder
        ? { project: manageUrl(baseUrl, "projects", message.ownOrder.project) }
        : { job: manageUrl(baseUrl, "jobs", message.activityId) }),
      content: url("content"),
      retry: url("retry"),
      release: url("release"),
      ...(message.direction === "import" && toMendLinks(message, baseUrl)),
      ...(message.direction === "export" && { redeliver: url("redeliver") }),
      discard: url("discard"),
      ...present({ execution: message.executionId && manageUrl(baseUrl, "executions", message.executionId) }),
    },
  };
}

function toMendLinks({ id, mends }: Pick<InboundMessage, "id" | "mends">, baseUrl: string) {
  const mended = mends && manageUrl(baseUrl, "messages", mends.messageId);
  return { mend: manageUrl(baseUrl, "messages", id, "mend"), ...present({ mended }) };
}

export function toExecutionView(execution: Execution, baseUrl: string) {
  const {
    activityId,
    startedAt,
    finishedAt,
    entities,
    versions: _versions,
    fence: _fence,
    canceled,
    ...known
  } = execution;
  const { failures: _failures, requestedId: _requestedId, ...rest } = known;
  return {
    ...rest,
    ...ofJob(activityId),
    state: executionState(execution),
    startedAt: toTime(startedAt),
    ...present({ finishedAt: toTimeIfAny(finishedAt) }),
    ...(canceled && { canceled: { ...canceled, at: toTime(canceled.at) } }),
    entities: entities.map((entity) => toEntityExecutionView(execution, entity, baseUrl)),
  };
}

function toEntityExecutionView(execution: Execution, entity: EntityExecution, baseUrl: string) {
  const { startedAt, finishedAt, failedFile, staging, stylesheets, entityId: _, ...rest } = entity;
  const url = (kind: string): string => manageUrl(baseUrl, "executions", execution.id, "results", entity.entity, kind);
  const rejected = manageUrl(baseUrl, "executions", execution.id, "rejected", entity.entity);
  const succeeded = succeededCount(entity);
  const ofFile = execution.stagedRowsOf === undefined;
  const { entities = [], formats = [] } = execution.versions ?? {};
  const versions = {
    entityVersion: versionOf(entities, entity.entity),
    formatVersion: versionOf(formats, entity.format),
  };
  return {
    ...rest,
    ...present(versions),
    ...present({ stylesheets: stylesheets?.map((name) => toApplied(execution, name)) }),
    succeeded,
    firstErrors: entity.firstErrors.map(({ value, ...error }) => ({
      ...error,
      message: textWithValue({ ...error, ...present({ value }) }),
    })),
    ...present({ startedAt: toTimeIfAny(startedAt), finishedAt: toTimeIfAny(finishedAt) }),
    links: present({
      failed: failedFile === undefined ? undefined : url("failed"),
      rejected: failedFile === undefined ? undefined : rejected,
      succeeded: ofFile && execution.direction === "import" && succeeded > 0 ? url("succeeded") : undefined,
      staging: staging && manageUrl(baseUrl, "executions", staging.executionId, "staging", entity.entity),
      unprocessed: ofFile && (entity.unprocessed > 0 || entity.status === "notRun") ? url("unprocessed") : undefined,
    }),
  };
}

/** One that a package brought along has no version. */
function toApplied({ versions }: Execution, name: string) {
  return { name, ...present({ version: versionOf(versions?.stylesheets ?? [], name) }) };
}

function versionOf(versions: readonly DefinitionVersion[], name: string): number | undefined {
  return versions.find((version) => isSameName(version.name, name))?.version;
}

function toOccurrenceView({ activityId: _activityId, ...occurrence }: Occurrence) {
  return {
    ...occurrence,
    dueAt: toTime(occurrence.dueAt),
    lastDueAt: toTime(occurrence.lastDueAt),
    recordedAt: toTime(occurrence.recordedAt),
    startedAt: toTimeOrNull(occurrence.startedAt),
    finishedAt: toTimeOrNull(occurrence.finishedAt),
  };
}

export function toOccurrencesReply({ next, ...page }: OccurrencePage) {
  const reply = toListReply(page, toOccurrenceView);
  return { ...reply, jsonBody: { ...reply.jsonBody, next: next.map(toTime) } };
}

export function toLoadReply({ suggestion, ...page }: Load) {
  const reply = toListReply(page, toLoadSampleView);
  return { ...reply, jsonBody: { ...reply.jsonBody, ...present({ suggestion }) } };
}

/** The answer to what was asked for a message and will be done. */
export function toAcceptedReply(messageId: string, activityId: string): HttpResponseInit {
  return { status: 202, jsonBody: { id: messageId, ...ofJob(activityId) } };
}

export function toRetriedReply(activityId: string, { skipped, ...rest }: RetriedParked): HttpResponseInit {
  const shown = skipped.map(({ messageId, why }) => ({ id: messageId, why }));
  return { status: 202, jsonBody: { activityId: toShownId(activityId), ...rest, skipped: shown } };
}

/** Nothing is left to be done behind the answer. */
export function toDoneReply(messageId: string, activityId: string): HttpResponseInit {
  return { ...toAcceptedReply(messageId, activityId), status: 200 };
}

export function toDiscardedReply(activityId: string, { skipped, ...rest }: DiscardedOpen): HttpResponseInit {
  const shown = skipped.map(({ messageId, why }) => ({ id: messageId, why }));
  return { jsonBody: { activityId: toShownId(activityId), ...rest, skipped: shown } };
}

function toLoadSampleView({ at, ...counts }: LoadSample) {
  return { at: toTime(at), ...counts };
}

/** By field name; what a JSON number would round stays text. */
export function toRecordView(entity: DataEntity, record: StoredRecord): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    entity.fields.map((field, index) => [field.name, toValue(field, record.values[index] ?? "")]),
  );
}

function toValue(field: EntityField, text: string): string | number | boolean | null {
  if (text === "") return null;
  if (field.type === "integer") return Number(text);
  if (field.type === "boolean") return text === "Yes";
  return text;
}
