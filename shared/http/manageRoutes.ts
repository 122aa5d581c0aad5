import { actionRoutes } from "./manageActionRoutes.ts";
import * as answers from "./manageAnswerSchemas.ts";
import { auditListAnswer } from "./manageAuditSchema.ts";
import { checkRoutes } from "./manageCheckRoutes.ts";
import { definitionRoutes } from "./manageDefinitionRoutes.ts";
import { entityAnswer, entityRequest } from "./manageEntitySchema.ts";
import { formatAnswer, formatRequest } from "./manageFormatSchema.ts";
import { executionRoutes } from "./manageExecutionRoutes.ts";
import { discardOpenRequest, jobAnswer, jobRequest, retryParkedRequest } from "./manageJobSchema.ts";
import { runRoutes } from "./manageRunRoutes.ts";
import { sampleRoutes } from "./manageSampleRoutes.ts";
import { mendRoutes } from "./manageMendRoutes.ts";
import { numberSequenceAnswer, numberSequenceRequest } from "./manageNumberSequenceSchema.ts";
import { countRequest, selectedAnswer } from "./manageFilterSchema.ts";
import { type ManageRoute, accept, change, page, read } from "./manageRoute.ts";
import { overviewRoutes } from "./manageOverviewRoutes.ts";
import { meAnswer } from "./manageSignInSchema.ts";
import { stagingRoutes } from "./manageStagingRoutes.ts";
import { stylesheetAnswer, stylesheetRequest } from "./manageStylesheetSchema.ts";
import { projectAnswer, projectRequest } from "./manageProjectSchema.ts";
import { webhookRoutes } from "./manageWebhookRoutes.ts";

/** What every route is: its address, who may call it, what goes in and out. OpenAPI and registration both read it. */
export const manageRoutes: Readonly<Record<string, ManageRoute>> = {
  ...definitionRoutes("Entity", "Entities", "entities/{name}", "data entity", entityRequest, entityAnswer),
  ...definitionRoutes("Format", "Formats", "formats/{name}", "source data format", formatRequest, formatAnswer),
  ...definitionRoutes(
    "Stylesheet",
    "Stylesheets",
    "stylesheets/{name}",
    "stylesheet",
    stylesheetRequest,
    stylesheetAnswer,
  ),
  ...definitionRoutes(
    "NumberSequence",
    "NumberSequences",
    "number-sequences/{name}",
    "number sequence",
    numberSequenceRequest,
    numberSequenceAnswer,
  ),
  ...definitionRoutes("Project", "Projects", "projects/{name}", "data project", projectRequest, projectAnswer),
  ...definitionRoutes("Job", "Jobs", "jobs/{activityId}", "recurring data job", jobRequest, jobAnswer),
  ...webhookRoutes,
  ...checkRoutes,
  manageDeleteJob: change({
    method: "DELETE",
    path: "jobs/{activityId}",
    summary: "Deletes a recurring data job that is disabled and has nothing open.",
    query: { discard: "true: discards what waits for a worker or a client, and what is parked, first." },
    status: 204,
    hasPrecondition: true,
  }),
  managePostJob: change({
    method: "POST",
    path: "jobs",
    summary: "Creates a recurring data job under an activity id that the service makes.",
    request: jobRequest,
    answer: jobAnswer,
  }),
  manageGetMe: read({ path: "me", summary: "Who the caller is, and what the caller may do.", answer: meAnswer }),
  ...overviewRoutes,
  manageListAudit: read({
    path: "audit",
    summary: "Who did what, newest first: saved, deleted or ran something, or was refused by a job.",
    query: {
      ...page,
      applicationId: "Only what this application did.",
      person: "Only what the person with this object id did.",
      kind: "With target, only what was done to this: entity, format, project, job, numberSequence, webhook or message.",
      target:
        "The name of a definition, the activity id of a job, whose messages count as well, or the id of a message.",
      from: "Nothing before this time.",
      to: "Only what was before this time.",
    },
    answer: auditListAnswer,
  }),
  manageListEntityRecords: read({
    path: "entities/{name}/records",
    summary: "The stored records of an entity, in the order of their key.",
    query: {
      ...page,
      company: "The legal entity; required for a per-company entity.",
      key: "Once for each key field, in their order: the one record with that key. Key fields may also be named each.",
    },
    takesKeyFields: true,
    answer: answers.recordsAnswer,
  }),
  manageCountEntityRecords: read({
    path: "entities/{name}/records/count",
    summary: "How many records an entity holds.",
    query: { company: "The legal entity; required for a per-company entity." },
    answer: answers.countAnswer,
  }),
  manageEmptyEntity: change({
    method: "DELETE",
    path: "entities/{name}/records",
    summary: "Removes every record of an entity, when there are as many as the caller says.",
    query: {
      company: "The legal entity; required for a per-company entity.",
      count: "How many records there are, to confirm.",
    },
    answer: answers.emptiedAnswer,
  }),
  manageGenerateMap: change({
    method: "POST",
    path: "projects/{name}/lines/{entity}/map/generate",
    summary: "Builds a line's map anew: the columns of its sample, or all fields of the entity, by their names.",
    answer: projectAnswer,
  }),
  manageResetMap: change({
    method: "DELETE",
    path: "projects/{name}/lines/{entity}/map",
    summary: "Takes a line's map away, so that columns and fields are matched by name.",
    answer: projectAnswer,
  }),
  manageCountSelected: change({
    method: "POST",
    path: "projects/{name}/lines/{entity}/count",
    summary: "How many records a filter selects, before it is saved, or the line's own; stores nothing.",
    request: countRequest,
    answer: selectedAnswer,
  }),
  manageRunJob: accept("jobs/{activityId}/run", "Runs the job now, beside its recurrence.", answers.runAnswer),
  manageListJobMessages: read({
    path: "jobs/{activityId}/messages",
    summary: "The messages of a job, newest first. A page of a filtered list may hold fewer items and go on.",
    query: { ...page, state: 'One of the states of a message, or "parked".' },
    answer: answers.messagesAnswer,
  }),
  manageRetryJobMessages: change({
    method: "POST",
    path: "jobs/{activityId}/messages/retry",
    summary:
      "Retries the parked messages of a job in the order in which they wait, at most 100 in a call, and says which not.",
    request: retryParkedRequest,
    status: 202,
    answer: answers.retriedAnswer,
  }),
  manageDiscardJobMessages: change({
    method: "POST",
    path: "jobs/{activityId}/messages/discard",
    summary:
      "Discards what waits, is offered to clients or is parked, at most 100 messages in a call, and says what is left.",
    request: discardOpenRequest,
    answer: answers.discardedAnswer,
  }),
  manageListJobOccurrences: read({
    path: "jobs/{activityId}/occurrences",
    summary: "What became of the due times of a job, newest first, and the next ten.",
    query: page,
    answer: answers.occurrencesAnswer,
  }),
  manageGetJobLoad: read({
    path: "jobs/{activityId}/load",
    summary: "The load samples of a job, newest first, and the processing interval that they suggest.",
    query: page,
    answer: answers.loadAnswer,
  }),
  manageGetMessage: read({
    path: "messages/{id}",
    summary: "A message with the times of its states and its execution.",
    answer: answers.messageDetailAnswer,
  }),
  manageGetMessageContent: read({
    path: "messages/{id}/content",
    summary: "The file as it was received, or the package of an export.",
    answer: "file",
  }),
  ...actionRoutes,
  ...executionRoutes,
  ...stagingRoutes,
  ...mendRoutes,
  ...sampleRoutes,
  ...runRoutes,
};

/** The route of a registered function; throws for a name that is in no table. */
export function routeOf(functionName: string): ManageRoute {
  const route = manageRoutes[functionName];
  if (!route) throw new Error(`There is no management route for function ${functionName}.`);
  return route;
}
