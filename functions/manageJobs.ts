// GET    /manage/api/jobs                      every recurring data job
// POST   /manage/api/jobs                      create one under a new activity id
// GET    /manage/api/jobs/{activityId}         one of them
// PUT    /manage/api/jobs/{activityId}         create it under this id, or replace the version that If-Match names
// DELETE /manage/api/jobs/{activityId}         delete it, when it is disabled and all its messages have ended
// POST   /manage/api/jobs/{activityId}/run     run it now
import { app, type HttpRequest, type HttpResponseInit } from "@azure/functions";
import { publicBaseUrlOf, manageFunctions } from "../shared/app.ts";
import type { Caller } from "../shared/domain/caller.ts";
import { DomainError } from "../shared/domain/errors.ts";
import { readManageBody } from "../shared/http/manageBody.ts";
import { manageUrl, toJobView, toTime } from "../shared/http/manageDefinitionWire.ts";
import { jobRequest, toJob } from "../shared/http/manageJobSchema.ts";
import { toDefinitionReply, toListReply, toSavedReply } from "../shared/http/manageReply.ts";
import { readIfMatch, readPage } from "../shared/http/manageRequest.ts";
import { requireGuid } from "../shared/http/request.ts";
import type { Ports } from "../shared/ports.ts";
import { loadJob } from "../shared/usecases/definitions/loadJob.ts";
import { removeJob } from "../shared/usecases/definitions/removeJob.ts";
import { runJobNow } from "../shared/usecases/operate/runJobNow.ts";
import type { IfMatch } from "../shared/usecases/definitions/saveDefinition.ts";
import { saveJob } from "../shared/usecases/definitions/saveJob.ts";

const activityIdOf = (request: HttpRequest): string => requireGuid(request.params["activityId"], "activity id");

async function listJobs(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  const page = await ports.definitions.list("job", readPage(request));
  return toListReply(page, (job) => toJobView(job, publicBaseUrlOf(request)));
}

async function getJob(ports: Ports, request: HttpRequest): Promise<HttpResponseInit> {
  const job = await loadJob(ports, activityIdOf(request));
  return toDefinitionReply(toJobView(job, publicBaseUrlOf(request)), job.etag);
}

function postJob(ports: Ports, request: HttpRequest, caller: Caller): Promise<HttpResponseInit> {
  return save(ports, request, caller, ports.ids.random(), undefined);
}

function putJob(ports: Ports, request: HttpRequest, caller: Caller): Promise<HttpResponseInit> {
  return save(ports, request, caller, activityIdOf(request), readIfMatch(request.headers));
}

async function save(
  ports: Ports,
  request: HttpRequest,
  caller: Caller,
  activityId: string,
  ifMatch: IfMatch,
): Promise<HttpResponseInit> {
  const body = await readManageBody(request, jobRequest);
  if (body.activityId !== undefined && body.activityId !== activityId) {
    const message = "A job keeps the activity id of its address; POST makes one, so leave this member out.";
    throw new DomainError("invalid", `activityId: ${message}`, [{ path: "activityId", message }]);
  }
  const baseUrl = publicBaseUrlOf(request);
  const saved = await saveJob(ports, toJob(body, activityId), ifMatch, caller.applicationId);
  return toSavedReply(saved, toJobView(saved.definition, baseUrl), manageUrl(baseUrl, "jobs", activityId));
}

async function deleteJob(ports: Ports, request: HttpRequest, caller: Caller): Promise<HttpResponseInit> {
  await removeJob(ports, activityIdOf(request), readIfMatch(request.headers), caller.applicationId);
  return { status: 204 };
}

async function runJob(ports: Ports, request: HttpRequest, caller: Caller): Promise<HttpResponseInit> {
  const { dueAt } = await runJobNow(ports, activityIdOf(request), caller.applicationId);
  return { status: 202, jsonBody: { dueAt: toTime(dueAt) } };
}

export const handlers = {
  manageListJobs: listJobs,
  manageGetJob: getJob,
  managePostJob: postJob,
  managePutJob: putJob,
  manageDeleteJob: deleteJob,
  manageRunJob: runJob,
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
