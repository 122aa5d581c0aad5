import type { HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import { DomainError } from "../domain/errors.ts";
import type { MessageAction } from "../domain/messageAction.ts";
import type { Message } from "../ports.ts";
import type { ActedMessages } from "../usecases/operate/actOnMessages.ts";
import { shownState } from "../usecases/watch/listMessages.ts";
import type { Foreseen } from "../usecases/foresee/previewAction.ts";
import type { PreviewedActions, PreviewedMessage } from "../usecases/foresee/previewActions.ts";
import type { PreviewedOfJob } from "../usecases/foresee/previewJob.ts";
import { ofJob, toShownId, toTime } from "./manageDefinitionWire.ts";
import { discardReason } from "./manageJobSchema.ts";
import { guidMember, idMember, shownIdMember, timeMember } from "./manageMembers.ts";
import { messageState } from "./messageStates.ts";
import { describeError } from "./reply.ts";
import { asAnswer, asRequest } from "./schemaNames.ts";

const messagesMax = 200;
const actionNames = ["retry", "release", "redeliver", "discard"] as const;

const selection = {
  messageIds: z
    .array(guidMember)
    .min(1)
    .max(messagesMax)
    .superRefine((ids, context) => {
      for (const [index, id] of ids.entries()) {
        if (ids.indexOf(id) < index) context.addIssue({ code: "custom", path: [index], message: "It is there twice." });
      }
    })
    .meta({ description: "Messages of any jobs." }),
  unchangedSince: z.iso
    .datetime({ offset: true, error: "A time with its zone, such as 2026-11-24T08:00:00Z." })
    .exactOptional()
    .meta({
      format: "date-time",
      description: 'When they were looked at, such as "at" of a preview: what has changed since is refused.',
    }),
};

const retryRequest = asRequest(
  "RetryAction",
  z
    .strictObject({
      action: z.literal("retry"),
      ...selection,
      rows: z
        .enum(["all", "rejected", "staged"])
        .default("all")
        .meta({ description: "Which rows of an import run again, as for one message." }),
      execute: z.boolean().default(true).meta({ description: "false: with staged rows, validates them alone." }),
      force: z
        .boolean()
        .default(false)
        .meta({ description: "Also where a later message may be in the same records, whose values are written over." }),
    })
    .refine(({ rows, execute }) => execute || rows === "staged", {
      path: ["execute"],
      error: 'Only staged rows ("rows": "staged") can be validated alone.',
    }),
);
const releaseRequest = asRequest("ReleaseAction", z.strictObject({ action: z.literal("release"), ...selection }));
const redeliverRequest = asRequest("RedeliverAction", z.strictObject({ action: z.literal("redeliver"), ...selection }));
const discard = { action: z.literal("discard"), ...selection };
const error = (): string => `One of ${actionNames.map((name) => `"${name}"`).join(", ")}.`;

export const actionRequest = asRequest(
  "MessageActionRequest",
  z.discriminatedUnion(
    "action",
    [
      retryRequest,
      releaseRequest,
      redeliverRequest,
      asRequest("DiscardAction", z.strictObject({ ...discard, reason: discardReason })),
    ],
    { error },
  ),
);
export const actionPreviewRequest = asRequest(
  "MessageActionPreviewRequest",
  z.discriminatedUnion(
    "action",
    [
      retryRequest,
      releaseRequest,
      redeliverRequest,
      asRequest("DiscardActionPreview", z.strictObject({ ...discard, reason: discardReason.exactOptional() })),
    ],
    { error },
  ),
);

const refusal = asAnswer(
  "MessageRefusal",
  z.strictObject({
    status: z.int().meta({ description: "Of the answer that the same request for this message alone would get." }),
    code: z.string().meta({ description: "The end of the type of that answer, such as conflict." }),
    detail: z.string(),
  }),
);

const count = z.int().min(0);
const foreseen = asAnswer(
  "ForeseenChange",
  z.strictObject({
    state: messageState.meta({ description: "The state that follows." }),
    isParked: z.boolean().meta({ description: "Whether it is set aside then." }),
    run: count.meta({ description: "The number of the run that it has then." }),
    rows: z.enum(["all", "rejected", "staged", "none"]).exactOptional().meta({
      description: "Of a run that begins. none: all of its records are stored already, and it ends as it is.",
    }),
    rowCount: count
      .exactOptional()
      .meta({ description: "Of rejected rows: how many, without those that were mended." }),
    effect: z.string().meta({ description: "What happens, for people." }),
  }),
);

const previewItem = asAnswer(
  "PreviewedMessage",
  z.strictObject({
    id: idMember,
    activityId: shownIdMember
      .exactOptional()
      .meta({ description: "Absent for a run that no job started, and where there is no such message." }),
    direction: z.enum(["import", "export"]).exactOptional(),
    state: messageState.exactOptional().meta({ description: "As it stands." }),
    externalIdentifier: z.string().exactOptional(),
    entity: z.string().exactOptional(),
    sizeBytes: count.exactOptional().meta({ description: "Of its file." }),
    change: foreseen.exactOptional().meta({ description: "What would become of it; absent when it would be refused." }),
    refusal: refusal.exactOptional().meta({ description: "Why nothing would be done." }),
  }),
);

const remaining = z.array(idMember).meta({
  description: "Messages that the call did not come to, as it takes 30 seconds at most: ask for these again.",
});

export const actionPreviewAnswer = asAnswer(
  "MessageActionPreview",
  z.strictObject({
    at: timeMember.meta({ description: "Send it as unchangedSince with the action, to act on what is shown here." }),
    items: z.array(previewItem).meta({ description: "In the order in which the action comes to them." }),
    remaining,
  }),
);

export const jobPreviewAnswer = asAnswer(
  "JobActionPreview",
  z.strictObject({
    activityId: shownIdMember,
    items: z.array(previewItem).meta({ description: "At most 100." }),
    remaining: count.meta({ description: "Messages that are meant and that this call did not come to." }),
    continuation: z.string().exactOptional().meta({ description: "To go on with them; absent when none remain." }),
  }),
);

const resultItem = asAnswer(
  "ActedMessage",
  z.strictObject({
    id: idMember,
    activityId: shownIdMember
      .exactOptional()
      .meta({ description: "Absent for a run that no job started, and where there is no such message." }),
    isDone: z.boolean(),
    refusal: refusal.exactOptional().meta({ description: "Why nothing was done." }),
  }),
);

export const actionAnswer = asAnswer("MessageActionResult", z.strictObject({ items: z.array(resultItem), remaining }));

/** What a body asks for, and of which messages. */
export function toAction(body: z.output<typeof actionRequest> | z.output<typeof actionPreviewRequest>): MessageAction {
  const seen = body.unchangedSince === undefined ? {} : { unchangedSince: Date.parse(body.unchangedSince) };
  switch (body.action) {
    case "retry":
      return { kind: "retry", rows: body.rows, execute: body.execute, isForced: body.force, ...seen };
    case "discard":
      return { kind: "discard", reason: body.reason ?? "", ...seen };
    default:
      return { kind: body.action, ...seen };
  }
}

export function toActionPreviewReply({ at, items, remaining: left }: PreviewedActions): HttpResponseInit {
  const jsonBody: z.output<typeof actionPreviewAnswer> = {
    at: toTime(at),
    items: items.map((item) => toPreviewItem(item, at)),
    remaining: [...left],
  };
  return { jsonBody };
}

export function toJobPreviewReply(activityId: string, { at, items, ...rest }: PreviewedOfJob): HttpResponseInit {
  const jsonBody: z.output<typeof jobPreviewAnswer> = {
    activityId: toShownId(activityId),
    items: items.map((item) => toPreviewItem(item, at)),
    ...rest,
  };
  return { jsonBody };
}

function toPreviewItem({ messageId, message, outcome }: PreviewedMessage, now: number): z.output<typeof previewItem> {
  return {
    id: messageId,
    ...(message && toFacts(message, now)),
    ...(outcome instanceof DomainError ? { refusal: toRefusal(outcome) } : { change: toChange(outcome, now) }),
  };
}

function toFacts(message: Message, now: number) {
  const { activityId, direction, sizeBytes } = message;
  const { externalIdentifier, entity } = message.direction === "import" ? message : {};
  return {
    ...ofJob(activityId),
    direction,
    state: shownState(message, now),
    ...(externalIdentifier !== undefined && { externalIdentifier }),
    ...(entity !== undefined && { entity }),
    ...(sizeBytes !== undefined && { sizeBytes }),
  };
}

function toChange({ next, effect, ...rows }: Foreseen, now: number): z.output<typeof foreseen> {
  return { state: shownState(next, now), isParked: next.parked !== undefined, run: next.run, ...rows, effect };
}

export function toActionReply({ items, remaining: left }: ActedMessages): HttpResponseInit {
  const jsonBody: z.output<typeof actionAnswer> = {
    items: items.map(({ messageId, activityId, refusal: why }) => ({
      id: messageId,
      ...(activityId !== undefined && ofJob(activityId)),
      isDone: why === undefined,
      ...(why && { refusal: toRefusal(why) }),
    })),
    remaining: [...left],
  };
  return { jsonBody };
}

function toRefusal(why: DomainError): z.output<typeof refusal> {
  const { status, code, detail } = describeError(why);
  return { status, code, detail };
}
