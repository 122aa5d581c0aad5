import type { HttpResponseInit } from "@azure/functions";
import { previewRecurrence } from "../schedule/recurrencePreview.ts";
import { readManageBody } from "./manageBody.ts";
import { readOrProblems } from "./manageCheck.ts";
import type { ManageCall } from "./manageCall.ts";
import { recurrenceMember, toPreviewView } from "./manageRecurrenceSchema.ts";
import { readMoment } from "./manageRequest.ts";

/** Answers what the recurrence in the body would come to, or why a job with it could not be saved. */
export async function toPreviewReply({ ports, request }: ManageCall): Promise<HttpResponseInit> {
  const from = readMoment(request, "from") ?? ports.clock.now();
  const body = await readOrProblems(() => readManageBody(request, recurrenceMember));
  const preview = "value" in body ? previewRecurrence(body.value, from) : { ...body, next: [], notes: [] };
  return { jsonBody: toPreviewView(preview) };
}
