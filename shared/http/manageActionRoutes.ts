import {
  actionAnswer,
  actionPreviewAnswer,
  actionPreviewRequest,
  actionRequest,
  jobPreviewAnswer,
} from "./manageActionSchema.ts";
import { acceptedAnswer } from "./manageAnswerSchemas.ts";
import { discardOpenPreviewRequest, discardRequest, retryParkedRequest } from "./manageJobSchema.ts";
import { accept, ask, change, type ManageRoute } from "./manageRoute.ts";

/** What somebody who manages does to one message or to many, and what it would come to. */
export const actionRoutes: Readonly<Record<string, ManageRoute>> = {
  manageRetryMessage: change({
    method: "POST",
    path: "messages/{id}/retry",
    summary:
      "Processes a parked or failed message again from its original bytes; 409 when newer ones may be overwritten.",
    query: {
      rows: '"rejected": only the rows that its last run rejected, which leaves all others as they are; "staged": those that wait in staging; "all" otherwise.',
      execute: "false: with staged rows, validates them and copies none.",
      force: "true: also where a later message may be in the same records, whose values are written over.",
    },
    status: 202,
    answer: acceptedAnswer,
  }),
  manageReleaseMessage: accept(
    "messages/{id}/release",
    "Parks the failed head that blocks an ordered job, and the next message goes on.",
    acceptedAnswer,
  ),
  manageRedeliverMessage: accept(
    "messages/{id}/redeliver",
    "Puts an export that was acknowledged back into its job's queue: the next dequeue gets its file, as a new delivery.",
    acceptedAnswer,
  ),
  manageDiscardMessage: change({
    method: "POST",
    path: "messages/{id}/discard",
    summary: "Gives up for good a message that waits, failed or is parked, or an export that nobody acknowledged.",
    request: discardRequest,
    answer: acceptedAnswer,
  }),
  managePreviewRetryJobMessages: ask({
    path: "jobs/{activityId}/messages/retry/preview",
    summary:
      "What a retry of the parked messages of a job would come to for each, at most 100 in a call; does nothing.",
    request: retryParkedRequest,
    answer: jobPreviewAnswer,
  }),
  managePreviewDiscardJobMessages: ask({
    path: "jobs/{activityId}/messages/discard/preview",
    summary:
      "What a discard of what a job has open would come to for each message, at most 100 in a call; does nothing.",
    request: discardOpenPreviewRequest,
    answer: jobPreviewAnswer,
  }),
  managePreviewMessageActions: ask({
    path: "messages/actions/preview",
    summary: "What retry, release, redeliver or discard would come to for each of up to 200 messages; does nothing.",
    request: actionPreviewRequest,
    answer: actionPreviewAnswer,
  }),
  manageActOnMessages: change({
    method: "POST",
    path: "messages/actions",
    summary: "Retries, releases, redelivers or discards up to 200 messages, and says of each whether it was done.",
    request: actionRequest,
    answer: actionAnswer,
  }),
};
