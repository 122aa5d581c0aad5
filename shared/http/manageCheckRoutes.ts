import { checkAnswer } from "./manageCheckSchema.ts";
import { jobRequest } from "./manageJobSchema.ts";
import { lineRequest } from "./manageProjectSchema.ts";
import { recurrenceMember, recurrencePreviewAnswer } from "./manageRecurrenceSchema.ts";
import { ask, type ManageRoute } from "./manageRoute.ts";

/** What is asked while somebody types, beside the check that every kind of definition has. */
export const checkRoutes: Readonly<Record<string, ManageRoute>> = {
  manageCheckNewJob: ask({
    path: "jobs/check",
    summary: "Why this recurring data job could not be created, and what is seldom meant; stores nothing.",
    request: jobRequest,
    answer: checkAnswer,
  }),
  manageCheckLine: ask({
    path: "projects/{name}/lines/{entity}/check",
    summary:
      "What is wrong with a line by itself, in place of the one for the entity: quicker than the check of the project.",
    request: lineRequest,
    answer: checkAnswer,
  }),
  managePreviewRecurrence: ask({
    path: "recurrences/preview",
    summary: "A recurrence in words, the next ten due times if a job was saved with it, and what is odd about them.",
    query: { from: "The moment of the save; now, when left out." },
    request: recurrenceMember,
    answer: recurrencePreviewAnswer,
  }),
};
