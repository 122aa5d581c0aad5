// GET /manage/api/overview         where the messages and runs of all jobs stand
// GET /manage/api/job-standings    the same of each job
// GET /manage/api/messages         messages of all jobs, by how they stand or what they are called
// GET /manage/api/executions       the runs of all projects, newest first
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { readTimeZone, toJobStandingView, toOverviewView } from "../shared/http/manageOverviewWire.ts";
import { readExecutionWish, readMessagesQuestion } from "../shared/http/manageListQuery.ts";
import { toExecutionSummary, toMessagesOfJobsReply } from "../shared/http/manageListWire.ts";
import { toListReply } from "../shared/http/manageReply.ts";
import { readPage } from "../shared/http/manageRequest.ts";
import { getOverview } from "../shared/usecases/watch/getOverview.ts";
import { listAllMessages } from "../shared/usecases/watch/listAllMessages.ts";
import { listExecutions } from "../shared/usecases/watch/listExecutions.ts";
import { listJobStandings } from "../shared/usecases/watch/listJobStandings.ts";

export const handlers: ManageHandlers = {
  manageGetOverview: async ({ ports, request, baseUrl }) => ({
    jsonBody: toOverviewView(await getOverview(ports, readTimeZone(request)), baseUrl),
  }),
  manageListJobStandings: async ({ ports, request }) =>
    toListReply(await listJobStandings(ports, readPage(request)), toJobStandingView),
  manageListMessages: async ({ ports, request }) => {
    const found = await listAllMessages(ports, readMessagesQuestion(request), readPage(request));
    return toMessagesOfJobsReply(found, ports.clock.now());
  },
  manageListExecutions: async ({ ports, request }) =>
    toListReply(await listExecutions(ports, readExecutionWish(request), readPage(request)), toExecutionSummary),
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
