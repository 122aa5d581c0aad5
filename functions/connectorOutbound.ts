// GET  /api/connector/dequeue/{activityId}    hand out the oldest waiting message
// GET  /api/connector/enqueue/{activityId}    the same: the original's page prints this address
// GET  /api/connector/download/{activityId}   the bytes of a delivery, whole or in ranges; HEAD: its length and ETag
// POST /api/connector/ack/{activityId}        confirm that a delivery was received
// All also under /{language}/.
import { app, type HttpResponseInit } from "@azure/functions";
import { connectorFunctions } from "../shared/app.ts";
import type { ConnectorCall } from "../shared/http/connectorCall.ts";
import {
  readAck,
  toAckReply,
  toDequeueReply,
  toDownloadUrl,
  toNothingReply,
  toZeroActivityReply,
} from "../shared/http/connectorWire.ts";
import { toFileReply } from "../shared/http/fileReply.ts";
import { readBody, readQuery, requireGuid } from "../shared/http/request.ts";
import { authorizeEnabledJob, authorizeJob, isListedAnywhere } from "../shared/usecases/access/authorizeJob.ts";
import { acknowledgeMessage } from "../shared/usecases/deliver/acknowledgeMessage.ts";
import { dequeueMessage } from "../shared/usecases/deliver/dequeueMessage.ts";
import { downloadMessage } from "../shared/usecases/deliver/downloadMessage.ts";

const zeroActivityId = "00000000-0000-0000-0000-000000000000";
const ackBytesMax = 64 * 1024;

async function dequeue(call: ConnectorCall): Promise<HttpResponseInit> {
  const { ports, caller, activityId, baseUrl } = call;
  if (activityId === zeroActivityId && (await isListedAnywhere(ports, caller)))
    return toZeroActivityReply(call.requestId);
  // Whatever a request may be refused for comes before the hand-out, which hides the message from everybody.
  const job = await authorizeEnabledJob(ports, caller, activityId, "export");
  const message = await dequeueMessage(ports, job.value);
  if (!message?.delivery) return toNothingReply();
  const { correlationId, popReceipt } = message.delivery;
  const downloadUrl = toDownloadUrl(baseUrl, activityId, correlationId, message.id);
  return toDequeueReply({ correlationId, popReceipt, downloadUrl, lastDequeuedAt: message.lastDequeuedAt });
}

async function download({ ports, request, caller, activityId }: ConnectorCall): Promise<HttpResponseInit> {
  await authorizeJob(ports, caller, activityId, "export");
  const query = readQuery(request.url);
  const messageId = requireGuid(query.get("blob"), "blob");
  const correlationId = requireGuid(query.get("correlation-id"), "correlation-id");
  const file = await downloadMessage(ports, activityId, messageId, correlationId);
  return toFileReply(request, file, "application/zip");
}

async function ack({ ports, request, caller, activityId }: ConnectorCall): Promise<HttpResponseInit> {
  const job = await authorizeJob(ports, caller, activityId, "export");
  await acknowledgeMessage(ports, job.value, readAck(await readBody(request, ackBytesMax)));
  return toAckReply();
}

export const handlers = {
  connectorDequeue: dequeue,
  connectorDequeueAlias: dequeue,
  connectorDownload: download,
  connectorAck: ack,
};

for (const [name, options] of connectorFunctions(handlers)) app.http(name, options);
