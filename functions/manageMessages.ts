// GET  /manage/api/jobs/{activityId}/messages                        the messages of a job, newest first
// POST /manage/api/jobs/{activityId}/messages/retry                  process its parked messages again
// POST /manage/api/jobs/{activityId}/messages/discard                give up what it has open
// POST /manage/api/jobs/{activityId}/messages/retry/preview          what the one would come to
// POST /manage/api/jobs/{activityId}/messages/discard/preview        what the other would come to
// GET  /manage/api/jobs/{activityId}/occurrences                     its ledger, and the next due times
// GET  /manage/api/jobs/{activityId}/load                            its load samples, and what they suggest
// GET  /manage/api/messages/{id}                                     one message with its states and its run
// GET  /manage/api/messages/{id}/content                             its file
// POST /manage/api/messages/{id}/retry                               process it again
// POST /manage/api/messages/{id}/mend                                push rejected rows of it again, changed
// POST /manage/api/messages/{id}/release                             let its ordered job go on without it
// POST /manage/api/messages/{id}/redeliver                           offer an acknowledged export to its clients again
// POST /manage/api/messages/{id}/discard                             give it up for good
// POST /manage/api/messages/actions                                  one of these for many messages
// POST /manage/api/messages/actions/preview                          what that would come to
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import {
  actionPreviewRequest,
  actionRequest,
  toAction,
  toActionPreviewReply,
  toActionReply,
  toJobPreviewReply,
} from "../shared/http/manageActionSchema.ts";
import { toFileReply } from "../shared/http/fileReply.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import {
  toAcceptedReply,
  toDiscardedReply,
  toDoneReply,
  toLoadReply,
  toMessageDetailView,
  toMessageView,
  toOccurrencesReply,
  toRetriedReply,
} from "../shared/http/manageMessageWire.ts";
import { readManageBody } from "../shared/http/manageBody.ts";
import {
  discardOpenPreviewRequest,
  discardOpenRequest,
  discardRequest,
  retryParkedRequest,
} from "../shared/http/manageJobSchema.ts";
import { mendRequest, toMendReply } from "../shared/http/manageMendSchema.ts";
import { readRetryWish, readState } from "../shared/http/manageQuery.ts";
import { toListReply } from "../shared/http/manageReply.ts";
import { readPage } from "../shared/http/manageRequest.ts";
import { loadJob } from "../shared/usecases/definitions/loadJob.ts";
import { actOnMessages } from "../shared/usecases/operate/actOnMessages.ts";
import { discardMessage } from "../shared/usecases/operate/discardMessage.ts";
import { discardOpen } from "../shared/usecases/operate/discardOpen.ts";
import { mendMessage } from "../shared/usecases/operate/mendMessage.ts";
import { redeliverMessage } from "../shared/usecases/operate/redeliverMessage.ts";
import { releaseMessage } from "../shared/usecases/operate/releaseMessage.ts";
import { retryMessage } from "../shared/usecases/operate/retryMessage.ts";
import { retryParked } from "../shared/usecases/operate/retryParked.ts";
import { getLoad } from "../shared/usecases/watch/getLoad.ts";
import { getMessage, getMessageDetail } from "../shared/usecases/watch/getMessage.ts";
import { listMessages } from "../shared/usecases/watch/listMessages.ts";
import { listOccurrences } from "../shared/usecases/watch/listOccurrences.ts";
import { openContent } from "../shared/usecases/watch/openContent.ts";
import { previewActions } from "../shared/usecases/foresee/previewActions.ts";
import { previewOpen, previewParked } from "../shared/usecases/foresee/previewJob.ts";

export const handlers: ManageHandlers = {
  manageListJobMessages: async ({ ports, id, request }) => {
    const { activityId } = (await loadJob(ports, id)).value;
    const page = await listMessages(ports, activityId, readState(request), readPage(request));
    return toListReply(page, (message) => toMessageView(message, ports.clock.now(), message.id === page.blockedBy));
  },
  manageRetryJobMessages: async ({ ports, id, request, by }) => {
    const { force, parked: _, ...rest } = await readManageBody(request, retryParkedRequest);
    const wish = { ...rest, isForced: force };
    return toRetriedReply(id, await retryParked(ports, id, by, wish));
  },
  manageDiscardJobMessages: async ({ ports, id, request, by }) => {
    const { before, ...rest } = await readManageBody(request, discardOpenRequest);
    const wish = { ...rest, ...(before !== undefined && { before: Date.parse(before) }) };
    return toDiscardedReply(id, await discardOpen(ports, id, by, wish));
  },
  managePreviewRetryJobMessages: async ({ ports, id, request }) => {
    const { force, parked: _, ...rest } = await readManageBody(request, retryParkedRequest);
    return toJobPreviewReply(id, await previewParked(ports, id, { ...rest, isForced: force }));
  },
  managePreviewDiscardJobMessages: async ({ ports, id, request }) => {
    const { before, reason: _, ...rest } = await readManageBody(request, discardOpenPreviewRequest);
    const wish = { ...rest, ...(before !== undefined && { before: Date.parse(before) }) };
    return toJobPreviewReply(id, await previewOpen(ports, id, wish));
  },
  manageListJobOccurrences: async ({ ports, id, request }) =>
    toOccurrencesReply(await listOccurrences(ports, id, readPage(request))),
  manageGetJobLoad: async ({ ports, id, request }) => toLoadReply(await getLoad(ports, id, readPage(request))),
  manageGetMessage: async ({ ports, id, baseUrl }) => ({
    jsonBody: toMessageDetailView(await getMessageDetail(ports, id), ports.clock.now(), baseUrl),
  }),
  manageGetMessageContent: async ({ ports, id, request }) => toFileReply(request, await openContent(ports, id)),
  manageRetryMessage: async ({ ports, id, request, by }) => {
    const { activityId } = await getMessage(ports, id);
    await retryMessage(ports, activityId, id, by, readRetryWish(request));
    return toAcceptedReply(id, activityId);
  },
  manageMendMessage: async ({ ports, id, request, by }) => {
    const { force: isForced, ...wish } = await readManageBody(request, mendRequest);
    const { activityId } = await getMessage(ports, id);
    return toMendReply(await mendMessage(ports, activityId, id, by, { ...wish, isForced }), id, activityId);
  },
  manageReleaseMessage: async ({ ports, id, by }) => {
    const { activityId } = await getMessage(ports, id);
    await releaseMessage(ports, activityId, id, by);
    return toAcceptedReply(id, activityId);
  },
  manageRedeliverMessage: async ({ ports, id, by }) => {
    const { activityId } = await getMessage(ports, id);
    await redeliverMessage(ports, activityId, id, by);
    return toAcceptedReply(id, activityId);
  },
  manageDiscardMessage: async ({ ports, id, request, by }) => {
    const { reason } = await readManageBody(request, discardRequest);
    const { activityId } = await getMessage(ports, id);
    await discardMessage(ports, activityId, id, by, reason);
    return toDoneReply(id, activityId);
  },
  manageActOnMessages: async ({ ports, request, by }) => {
    const body = await readManageBody(request, actionRequest);
    return toActionReply(await actOnMessages(ports, body.messageIds, by, toAction(body)));
  },
  managePreviewMessageActions: async ({ ports, request }) => {
    const body = await readManageBody(request, actionPreviewRequest);
    return toActionPreviewReply(await previewActions(ports, body.messageIds, toAction(body)));
  },
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
