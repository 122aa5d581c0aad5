// GET  /api/connector/dequeue/{activityId}    hand out the oldest waiting message
// GET  /api/connector/enqueue/{activityId}    the same: the original's page prints this address
// GET  /api/connector/download/{activityId}   the bytes of a delivery, whole or in ranges; HEAD: its length and ETag
// POST /api/connector/ack/{activityId}        confirm that a delivery was received
// All also under /{language}/.
import { app, type HttpResponseInit } from "@azure/functions";
import { callerEndpoint, publicBaseUrlOf } from "../shared/app.ts";
import type { Caller } from "../shared/domain/caller.ts";
import {
  readAck,
  toAckReply,
  toDequeueReply,
  toDownloadUrl,
  toNothingReply,
  toZeroActivityReply,
} from "../shared/http/connectorWire.ts";
import { toFileReply } from "../shared/http/fileReply.ts";
import { readBody, readQuery, requireGuid, type ServiceRequest } from "../shared/http/request.ts";
import type { Ports } from "../shared/ports.ts";
import { acknowledgeMessage } from "../shared/usecases/deliver/acknowledgeMessage.ts";
import { dequeueMessage } from "../shared/usecases/deliver/dequeueMessage.ts";
import { downloadMessage } from "../shared/usecases/deliver/downloadMessage.ts";
import { isListedAnywhere, openEnabledJob, openJob, requireDirection } from "../shared/usecases/access/openJob.ts";

const zeroActivityId = "00000000-0000-0000-0000-000000000000";
const ackBytesMax = 64 * 1024;

export async function dequeue(
  ports: Ports,
  request: ServiceRequest,
  caller: Caller,
  requestId: string,
): Promise<HttpResponseInit> {
  const activityId = requireGuid(request.params["activityId"], "activity id");
  if (activityId === zeroActivityId && (await isListedAnywhere(ports, caller))) return toZeroActivityReply(requestId);
  const job = await openEnabledJob(ports, caller, activityId);
  requireDirection(job.value, "export");
  // Whatever a request may be refused for comes before the hand-out, which hides the message from everybody.
  const baseUrl = publicBaseUrlOf(request);
  const message = await dequeueMessage(ports, job.value);
  if (!message?.delivery) return toNothingReply();
  const { correlationId, popReceipt } = message.delivery;
  const downloadUrl = toDownloadUrl(baseUrl, activityId, correlationId, message.id);
  return toDequeueReply({ correlationId, popReceipt, downloadUrl, lastDequeuedAt: message.lastDequeuedAt });
}

export async function download(ports: Ports, request: ServiceRequest, caller: Caller): Promise<HttpResponseInit> {
  const job = await openJob(ports, caller, requireGuid(request.params["activityId"], "activity id"));
  requireDirection(job.value, "export");
  const query = readQuery(request.url);
  const messageId = requireGuid(query.get("blob"), "blob");
  const correlationId = requireGuid(query.get("correlation-id"), "correlation-id");
  const file = await downloadMessage(ports, job.value.activityId, messageId, correlationId);
  return toFileReply(request, file, "application/zip");
}

export async function ack(ports: Ports, request: ServiceRequest, caller: Caller): Promise<HttpResponseInit> {
  const job = await openJob(ports, caller, requireGuid(request.params["activityId"], "activity id"));
  requireDirection(job.value, "export");
  const body = await readBody(request, ackBytesMax);
  await acknowledgeMessage(ports, job.value.activityId, readAck(body));
  return toAckReply();
}

for (const [suffix, prefix] of [
  ["", ""],
  ["Localized", "{language}/"],
] as const) {
  app.http(`connectorDequeue${suffix}`, {
    methods: ["GET"],
    route: `${prefix}api/connector/dequeue/{activityId}`,
    authLevel: "anonymous",
    handler: callerEndpoint(dequeue),
  });
  app.http(`connectorDequeueAlias${suffix}`, {
    methods: ["GET"],
    route: `${prefix}api/connector/enqueue/{activityId}`,
    authLevel: "anonymous",
    handler: callerEndpoint(dequeue),
  });
  app.http(`connectorDownload${suffix}`, {
    methods: ["GET", "HEAD"],
    route: `${prefix}api/connector/download/{activityId}`,
    authLevel: "anonymous",
    handler: callerEndpoint(download),
  });
  app.http(`connectorAck${suffix}`, {
    methods: ["POST"],
    route: `${prefix}api/connector/ack/{activityId}`,
    authLevel: "anonymous",
    handler: callerEndpoint(ack),
  });
}
