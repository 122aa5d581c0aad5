// POST /api/connector/enqueue/{activityId}     store a file or package as a new message
// GET  /api/connector/jobstatus/{activityId}   where a message stands
// Both also under /{language}/.
import { app, type HttpResponseInit } from "@azure/functions";
import { connectorFunctions } from "../shared/app.ts";
import { clientState } from "../shared/domain/inboundMessage.ts";
import type { ConnectorCall } from "../shared/http/connectorCall.ts";
import { toEnqueueReply, toJobStatusReply } from "../shared/http/connectorWire.ts";
import { readQuery, requireGuid } from "../shared/http/request.ts";
import { readUpload } from "../shared/http/upload.ts";
import { authorizeJob } from "../shared/usecases/access/authorizeJob.ts";
import { enqueueMessage } from "../shared/usecases/enqueue/enqueueMessage.ts";
import { openBacklog } from "../shared/usecases/enqueue/openBacklog.ts";
import { getJobStatus } from "../shared/usecases/watch/getJobStatus.ts";

async function enqueue({ ports, request, caller, activityId }: ConnectorCall): Promise<HttpResponseInit> {
  const backlog = await openBacklog(ports, caller, activityId);
  return toEnqueueReply(await enqueueMessage(ports, backlog, readUpload(request, caller.applicationId)));
}

async function jobStatus({ ports, request, caller, activityId }: ConnectorCall): Promise<HttpResponseInit> {
  const { project } = (await authorizeJob(ports, caller, activityId, "import")).value;
  const messageId = requireGuid(readQuery(request.url).get("jobid"), "jobId");
  const { message, execution, ...status } = await getJobStatus(ports, activityId, messageId);
  const { externalIdentifier, executionId } = message;
  const state = clientState(message);
  const entities = execution?.entities ?? [];
  return toJobStatusReply({ ...status, messageId, state, project, externalIdentifier, executionId, entities });
}

export const handlers = { connectorEnqueue: enqueue, connectorJobStatus: jobStatus };

for (const [name, options] of connectorFunctions(handlers)) app.http(name, options);
