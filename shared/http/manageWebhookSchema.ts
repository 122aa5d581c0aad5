import { z } from "zod";
import { deliveryStates } from "../domain/delivery.ts";
import { eventTypes } from "../domain/serviceEvent.ts";
import { webhookKinds } from "../domain/webhook.ts";
import type { WebhookBody } from "../usecases/webhooks/saveWebhook.ts";
import {
  definitionFacts,
  descriptionMember,
  guidMember,
  nameMember,
  printableText,
  readOnlyFacts,
  idMember,
  shownIdMember,
  timeMember,
  wholeNumber,
} from "./manageMembers.ts";
import { asAnswer, asBoth, asRequest } from "./schemaNames.ts";
import { listOf } from "./manageAnswerSchemas.ts";

const urlCharactersMax = 2_000;
const waitingMax = 10_000;
const oldestMinutesMax = 7 * 24 * 60;

const loadBounds = asBoth(
  "LoadBounds",
  z.strictObject({
    waiting: wholeNumber(1, waitingMax).exactOptional().meta({ description: "Messages of one job that wait." }),
    oldestMinutes: wholeNumber(1, oldestMinutesMax)
      .exactOptional()
      .meta({ description: "How long the message has waited that waits longest." }),
  }),
);

const members = {
  name: nameMember,
  description: descriptionMember,
  url: printableText(1, urlCharactersMax).meta({ description: "Where events are posted, over https." }),
  kind: z.enum(webhookKinds).default("standardWebhook").meta({
    description: "Signed calls by Standard Webhooks, or CloudEvents to a topic of Event Grid. It stays as it is.",
  }),
  events: z
    .array(z.enum(eventTypes))
    .min(1, "At least 1 event.")
    .refine((types) => new Set(types).size === types.length, "Each event once.")
    .meta({ uniqueItems: true }),
  loadBounds: loadBounds.exactOptional().meta({ description: "With load.exceeded: from where on it is told." }),
  isEnabled: z.boolean().default(true),
};

const activityNote = { description: "The one job whose events it hears; those of all jobs, when left out." };

export const webhookRequest = asRequest(
  "WebhookRequest",
  z.strictObject({ ...members, activityId: guidMember.exactOptional().meta(activityNote), ...readOnlyFacts }),
);

export const webhookAnswer = asAnswer(
  "Webhook",
  z.strictObject({ ...members, activityId: shownIdMember.exactOptional().meta(activityNote), ...definitionFacts }),
);

const secretCharactersMax = 200;
const overlapHoursMax = 30 * 24;

export const secretRequest = asRequest(
  "WebhookSecretRequest",
  z.strictObject({
    secret: z
      .string()
      .min(1)
      .max(secretCharactersMax)
      .exactOptional()
      .meta({ description: "whsec_ and 24 to 64 bytes in base64, or an access key of a topic; made, when left out." }),
    overlapHours: wholeNumber(0, overlapHoursMax)
      .default(24)
      .meta({ description: "For how long requests are signed by the secret before as well." }),
  }),
);

export const secretAnswer = asAnswer(
  "WebhookSecret",
  z.strictObject({
    secret: z.string().exactOptional().meta({ description: "Shown here alone; absent where the caller gave it." }),
    changedAt: timeMember,
    previousUntil: timeMember.exactOptional().meta({ description: "Until then the one before signs as well." }),
  }),
);

const deliveryTry = asAnswer(
  "DeliveryTry",
  z.strictObject({
    at: timeMember,
    durationMs: z.int(),
    status: z.int().exactOptional().meta({ description: "Absent where there was no answer." }),
    failure: z.string().exactOptional().meta({ description: "Why it does not count as delivered." }),
  }),
);

export const deliveryAnswer = asAnswer(
  "WebhookDelivery",
  z.strictObject({
    id: idMember.meta({ description: "The same in every try: webhook-id, or the id of the CloudEvent." }),
    type: z.enum([...eventTypes, "webhook.test"]),
    at: timeMember.meta({ description: "When it happened." }),
    activityId: shownIdMember.exactOptional(),
    data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    state: z.enum(deliveryStates),
    createdAt: timeMember,
    dueAt: timeMember.exactOptional().meta({ description: "While it is pending: not tried before." }),
    tries: z.int().meta({ description: "In all." }),
    lastTries: z.array(deliveryTry).meta({ description: "The last 10, the newest last." }),
  }),
);

export const deliveriesAnswer = listOf("WebhookDeliveryPage", deliveryAnswer);

export function toWebhookBody(body: z.output<typeof webhookRequest>): WebhookBody {
  const { version: _version, savedAt: _at, savedBy: _by, savedByPerson: _person, ...webhook } = body;
  return webhook;
}
