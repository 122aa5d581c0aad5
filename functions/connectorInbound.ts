// POST /api/connector/enqueue/{activityId}     store a file or package as a new message
// GET  /api/connector/jobstatus/{activityId}   where a message stands
// Both also under /{language}/.
import { app, type HttpResponseInit } from "@azure/functions";
import { callerEndpoint } from "../shared/app.ts";
import type { Caller } from "../shared/domain/caller.ts";
import { toEnqueueReply, toJobStatusReply } from "../shared/http/connectorWire.ts";
import { readQuery, requireGuid, type ServiceRequest } from "../shared/http/request.ts";
import { readUpload } from "../shared/http/upload.ts";
import type { Ports } from "../shared/ports.ts";
import { enqueueMessage } from "../shared/usecases/enqueue/enqueueMessage.ts";
import { openLine } from "../shared/usecases/enqueue/openLine.ts";
import { getJobStatus } from "../shared/usecases/watch/getJobStatus.ts";
import { openJob, requireDirection } from "../shared/usecases/access/openJob.ts";

export async function enqueue(ports: Ports, request: ServiceRequest, caller: Caller): Promise<HttpResponseInit> {
  const line = await openLine(ports, caller, requireGuid(request.params["activityId"], "activity id"));
  return toEnqueueReply(await enqueueMessage(ports, line, readUpload(request, caller.applicationId)));
}

export async function jobStatus(ports: Ports, request: ServiceRequest, caller: Caller): Promise<HttpResponseInit> {
  const job = await openJob(ports, caller, requireGuid(request.params["activityId"], "activity id"));
  requireDirection(job.value, "import");
  const messageId = requireGuid(readQuery(request.url).get("jobid"), "jobId");
  const { message, execution, ...status } = await getJobStatus(ports, job.value.activityId, messageId);
  const { state, externalIdentifier, executionId } = message;
  const { project } = job.value;
  const entities = execution?.entities ?? [];
  return toJobStatusReply({ ...status, messageId, state, project, externalIdentifier, executionId, entities });
}

for (const [suffix, prefix] of [
  ["", ""],
  ["Localized", "{language}/"],
] as const) {
  // The endpoint checks the Entra ID token and the job's list; clients send no function key.
  app.http(`connectorEnqueue${suffix}`, {
    methods: ["POST"],
    route: `${prefix}api/connector/enqueue/{activityId}`,
    authLevel: "anonymous",
    handler: callerEndpoint(enqueue),
  });
  app.http(`connectorJobStatus${suffix}`, {
    methods: ["GET"],
    route: `${prefix}api/connector/jobstatus/{activityId}`,
    authLevel: "anonymous",
    handler: callerEndpoint(jobStatus),
  });
}
