import { change, type ManageRoute, page, read } from "./manageRoute.ts";
import { stagedRowAnswer, stagedRowRequest, stagedRowsAnswer, stagedStates } from "./manageStagingSchema.ts";

const state = {
  description: "Only the rows in this state; all when left out.",
  schema: { type: "string", enum: stagedStates },
};

/** The rows of a run that stay in staging. */
export const stagingRoutes: Readonly<Record<string, ManageRoute>> = {
  manageListStagedRows: read({
    path: "executions/{id}/staging/{entity}",
    summary: "The rows of a run that stay in staging, in the order of their file.",
    query: { ...page, state },
    answer: stagedRowsAnswer,
  }),
  manageGetStagedRow: read({
    path: "executions/{id}/staging/{entity}/rows/{line}",
    summary: "One row in staging.",
    answer: stagedRowAnswer,
  }),
  managePutStagedRow: change({
    method: "PUT",
    path: "executions/{id}/staging/{entity}/rows/{line}",
    summary: "Changes cells of a row in staging, and validates it. It is copied by a retry with rows=staged.",
    request: stagedRowRequest,
    answer: stagedRowAnswer,
    hasPrecondition: true,
  }),
  manageGetStagingFile: read({
    path: "executions/{id}/staging/{entity}/file",
    summary: "The rows of a run that stay in staging, as delimited text with what is wrong with them in front.",
    query: { state },
    answer: "file",
  }),
  manageGetStagingPackage: read({
    path: "executions/{id}/staging-package",
    summary: "The rows of all entities of a run that stay in staging, as a data package.",
    query: { state },
    answer: "file",
  }),
};
