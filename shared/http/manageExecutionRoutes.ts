import { executionStates } from "../domain/execution.ts";
import * as answers from "./manageAnswerSchemas.ts";
import { executionsAnswer } from "./manageListSchema.ts";
import { errorsMax, runErrorsAnswer } from "./manageErrorSchema.ts";
import { change, type ManageRoute, page, read, span } from "./manageRoute.ts";

const limitText = `How many errors at most, from 1 to ${errorsMax}; 50 when left out.`;

/** Runs of projects, and what they left. */
export const executionRoutes: Readonly<Record<string, ManageRoute>> = {
  manageListExecutions: read({
    path: "executions",
    summary: "The runs of all projects, newest first. A page of a filtered list may hold fewer items and go on.",
    query: {
      ...page,
      state: { description: "How they stand; all when left out.", schema: { type: "string", enum: executionStates } },
      project: "The name of a project.",
      job: "The activity id of a job.",
      entity: "The name of an entity that it ran.",
      ...span,
    },
    answer: executionsAnswer,
  }),
  manageGetExecution: read({
    path: "executions/{id}",
    summary: "One run: its entities with their counts, warnings and first errors.",
    answer: answers.executionAnswer,
  }),
  manageListExecutionErrors: read({
    path: "executions/{id}/errors",
    summary:
      "What went wrong in a run: what ended it or one of its files, then each error of each row that it rejected. The id of a message means its last run, also before that has begun.",
    query: { ...page, limit: { description: limitText, schema: { type: "integer", minimum: 1, maximum: errorsMax } } },
    answer: runErrorsAnswer,
  }),
  manageGetExecutionPackage: read({
    path: "executions/{id}/package",
    summary: "The data package that an export made.",
    answer: "file",
  }),
  manageCancelExecution: change({
    method: "POST",
    path: "executions/{id}/cancel",
    summary:
      "Ends a run that waits or goes on, so that nothing more of it counts; what it has stored whole of an entity stays. 409 for one that has ended.",
    answer: answers.executionAnswer,
  }),
  manageGetExecutionResult: read({
    path: "executions/{id}/results/{entity}/{kind}",
    summary: 'The "succeeded", "failed" or "unprocessed" records of an entity, in the format of its line.',
    answer: "file",
  }),
};
