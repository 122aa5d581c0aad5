// GET  /manage/api/jobs/{activityId}/messages                        the messages of a job, newest first
// GET  /manage/api/jobs/{activityId}/occurrences                     its ledger, and the next due times
// GET  /manage/api/jobs/{activityId}/load                            its load samples, and what they suggest
// GET  /manage/api/messages/{id}                                     one message with its states and its run
// GET  /manage/api/messages/{id}/content                             its file
// POST /manage/api/messages/{id}/retry                               process it again
// POST /manage/api/messages/{id}/release                             let its ordered job go on without it
import { app, type HttpRequest, type HttpResponseInit } from "@azure/functions";
import { publicBaseUrlOf, manageFunctions } from "../shared/app.ts";
import type { Caller } from "../shared/domain/caller.ts";
import { messageStates } from "../shared/http/manageAnswerSchemas.ts";
import { toShownId, toTime } from "../shared/http/manageDefinitionWire.ts";
import {
  toMessageDetailView,
  toMessageView,
  toOccurrenceView,
  toSampleView,
} from "../shared/http/manageMessageWire.ts";
import { toFileReply, toListReply } from "../shared/http/manageReply.ts";
import { invalidQuery, readPage } from "../shared/http/manageRequest.ts";
import { readQuery, requireGuid } from "../shared/http/request.ts";
import type { Ports } from "../shared/ports.ts";
import { getLoad } from "../shared/usecases/watch/getLoad.ts";
import { getMessage, getMessageDetail } from "../shared/usecases/watch/getMessage.ts";
import { listMessages } from "../shared/usecases/watch/listMessages.ts";
import { listOccurrences } from "../shared/usecases/watch/listOccurrences.ts";
import { loadJob } from "../shared/usecases/definitions/loadJob.ts";
import { openContent } from "../shared/usecases/watch/openContent.ts";
import { releaseMessage } from "../shared/usecases/operate/releaseMessage.ts";
import { retryMessage } from "../shared/usecases/operate/retryMessage.ts";

const activityIdOf = (request: HttpRequest): string => requireGuid(request.params["activityId"], "activity id");
const messageIdOf = (request: HttpRequest): string => requireGuid(request.params["id"], "message id");

async function listJobMessages(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  const { activityId } = (await loadJob(ports, activityIdOf(request))).value;
  const page = await listMessages(ports, activityId, readState(request), readPage(request));
  const now = ports.clock.now();
  return toListReply(page, (message) => toMessageView(message, now, message.id === page.blockedBy));
}

function readState(request: HttpRequest): (typeof messageStates)[number] | "parked" | undefined {
  const text = readQuery(request.url).get("state");
  if (text === undefined) return undefined;
  const state = [...messageStates, "parked" as const].find((known) => known.toLowerCase() === text.toLowerCase());
  if (state) return state;
  throw invalidQuery("state", `One of ${messageStates.join(", ")}, parked.`);
}

async function listJobOccurrences(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  const { next, ...page } = await listOccurrences(ports, activityIdOf(request), readPage(request));
  const reply = toListReply(page, toOccurrenceView);
  return { ...reply, jsonBody: { ...reply.jsonBody, next: next.map(toTime) } };
}

async function getJobLoad(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  const { suggestion, ...page } = await getLoad(ports, activityIdOf(request), readPage(request));
  const reply = toListReply(page, toSampleView);
  return { ...reply, jsonBody: { ...reply.jsonBody, ...(suggestion && { suggestion }) } };
}

async function getOneMessage(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  const detail = await getMessageDetail(ports, messageIdOf(request));
  return { jsonBody: toMessageDetailView(detail, ports.clock.now(), publicBaseUrlOf(request)) };
}

async function getContent(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  return toFileReply(await openContent(ports, messageIdOf(request)));
}

async function retry(ports: Ports, request: HttpRequest, caller: Caller): Promise<HttpResponseInit> {
  const { activityId, id } = await getMessage(ports, messageIdOf(request));
  await retryMessage(ports, activityId, id, caller.applicationId);
  return { status: 202, jsonBody: { id, activityId: toShownId(activityId) } };
}

async function release(ports: Ports, request: HttpRequest, caller: Caller): Promise<HttpResponseInit> {
  const { activityId, id } = await getMessage(ports, messageIdOf(request));
  await releaseMessage(ports, activityId, id, caller.applicationId);
  return { status: 202, jsonBody: { id, activityId: toShownId(activityId) } };
}

export const handlers = {
  manageListJobMessages: listJobMessages,
  manageListJobOccurrences: listJobOccurrences,
  manageGetJobLoad: getJobLoad,
  manageGetMessage: getOneMessage,
  manageGetMessageContent: getContent,
  manageRetryMessage: retry,
  manageReleaseMessage: release,
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
