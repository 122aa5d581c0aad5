import { executionStates } from "../domain/execution.ts";
import * as answers from "./manageAnswerSchemas.ts";
import { executionsAnswer } from "./manageListSchema.ts";
import { type ManageRoute, page, read, span } from "./manageRoute.ts";

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
  manageGetExecutionResult: read({
    path: "executions/{id}/results/{entity}/{kind}",
    summary: 'The "succeeded", "failed" or "unprocessed" records of an entity, in the format of its line.',
    answer: "file",
  }),
};
