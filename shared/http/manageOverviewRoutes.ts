import { allMessagesAnswer } from "./manageListSchema.ts";
import { messageStandings } from "../usecases/watch/listAllMessages.ts";
import { jobStandingsAnswer, overviewAnswer } from "./manageOverviewSchema.ts";
import { type ManageRoute, page, read, span } from "./manageRoute.ts";

/** What is asked across all jobs. */
export const overviewRoutes: Readonly<Record<string, ManageRoute>> = {
  manageGetOverview: read({
    path: "overview",
    summary: "Where the messages and runs of all jobs stand.",
    query: { timeZone: "In whose zone the day began, such as Europe/Copenhagen; UTC when left out." },
    answer: overviewAnswer,
  }),
  manageListJobStandings: read({
    path: "job-standings",
    summary: "Where each job stands: what it has open, what blocks it, when it is due next; in the order of the jobs.",
    query: page,
    answer: jobStandingsAnswer,
  }),
  manageListMessages: read({
    path: "messages",
    summary:
      "Messages of all jobs: those that stand so, of what is open the longest first and of what ended the last; or those that are called so, newest first, a hundred at most. A page may hold fewer items and go on.",
    query: {
      ...page,
      standing: {
        description: "How they stand; failed are those with errors, too.",
        schema: { type: "string", enum: messageStandings },
      },
      id: "The beginning of a message id, four characters or more.",
      externalIdentifier: "What clients called an import, or its beginning; upper and lower case are the same.",
      ...span,
    },
    answer: allMessagesAnswer,
  }),
};
