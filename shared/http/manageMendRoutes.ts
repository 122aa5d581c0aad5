import { mendAnswer, mendRequest, rejectedRowsAnswer } from "./manageMendSchema.ts";
import { change, type ManageRoute, page, read } from "./manageRoute.ts";

/** Rejected rows, and what somebody makes of them. */
export const mendRoutes: Readonly<Record<string, ManageRoute>> = {
  manageListRejectedRows: read({
    path: "executions/{id}/rejected/{entity}",
    summary: "The rows of an entity that a run rejected, by their cells, and what is wrong with each.",
    query: page,
    answer: rejectedRowsAnswer,
  }),
  manageMendMessage: change({
    method: "POST",
    path: "messages/{id}/mend",
    summary:
      "Makes a new message of rejected rows of this one that somebody changed; the same request again has it too.",
    request: mendRequest,
    status: 202,
    answer: mendAnswer,
  }),
};
