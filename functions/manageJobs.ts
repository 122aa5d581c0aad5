// GET    /manage/api/jobs                      every recurring data job
// POST   /manage/api/jobs                      create one under a new activity id
// GET    /manage/api/jobs/{activityId}         one of them
// PUT    /manage/api/jobs/{activityId}         create it under this id, or replace the version that If-Match names
// DELETE /manage/api/jobs/{activityId}         delete it, when it is disabled, has nothing open and no webhook names it
// POST   /manage/api/jobs/{activityId}/run     run it now
// POST   /manage/api/jobs/{activityId}/check   why a save of it would be refused; jobs/check for a new one
// POST   /manage/api/recurrences/preview       the next due times of a recurrence, and what it is in words
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import type { RecurringJob } from "../shared/domain/recurringJob.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { toJobDetail, toJobView, toTime } from "../shared/http/manageDefinitionWire.ts";
import { type DefinitionSurface, checkBody, definitionHandlers, saveBody } from "../shared/http/manageDefinitions.ts";
import { readJob } from "../shared/http/manageJobSchema.ts";
import { readDeletionWish } from "../shared/http/manageQuery.ts";
import { readIfMatch } from "../shared/http/manageRequest.ts";
import { toPreviewReply } from "../shared/http/manageRecurrence.ts";
import type { Definition } from "../shared/ports/definitions.ts";
import { filtersInForce } from "../shared/usecases/definitions/filtersInForce.ts";
import { loadJob } from "../shared/usecases/definitions/loadJob.ts";
import { removeJob } from "../shared/usecases/definitions/removeJob.ts";
import { jobRules, saveJob } from "../shared/usecases/definitions/saveJob.ts";
import { deleteJob } from "../shared/usecases/operate/deleteJob.ts";
import { runJobNow } from "../shared/usecases/operate/runJobNow.ts";

const jobs: DefinitionSurface<"job", Definition<RecurringJob>> = {
  kind: "job",
  one: "Job",
  many: "Jobs",
  list: (ports, page) => ports.definitions.list("job", page),
  load: loadJob,
  view: toJobView,
  detail: async (ports, job, baseUrl) => toJobDetail(job, await filtersInForce(ports, job.value), baseUrl),
  idOf: ({ activityId }) => activityId,
  read: readJob,
  save: saveJob,
  rules: jobRules,
  remove: removeJob,
};

export const handlers: ManageHandlers = {
  ...definitionHandlers(jobs),
  manageDeleteJob: async ({ ports, id, request, by }) => {
    await deleteJob(ports, id, readIfMatch(request.headers), by, readDeletionWish(request));
    return { status: 204 };
  },
  manageCheckNewJob: (call) => checkBody(jobs, { ...call, id: call.ports.ids.random() }),
  managePreviewRecurrence: toPreviewReply,
  managePostJob: (call) => saveBody(jobs, { ...call, id: call.ports.ids.random() }, undefined),
  manageRunJob: async ({ ports, id, by }) => {
    const { dueAt } = await runJobNow(ports, id, by);
    return { status: 202, jsonBody: { dueAt: toTime(dueAt) } };
  },
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
