// GET    /manage/api/webhooks          every webhook
// GET    /manage/api/webhooks/{name}   one of them
// PUT    /manage/api/webhooks/{name}   create it, or replace the version that If-Match names
// DELETE /manage/api/webhooks/{name}   delete it, with its secret and its log
// POST   /manage/api/webhooks/{name}/check   why a save of it would be refused
// POST   /manage/api/webhooks/{name}/secret  give it another secret
// POST   /manage/api/webhooks/{name}/test    send it an event that tells of nothing
// GET    /manage/api/webhooks/{name}/deliveries               what was sent to it, and what waits
// GET    /manage/api/webhooks/{name}/deliveries/{id}          one of them
// POST   /manage/api/webhooks/{name}/deliveries/{id}/resend   send it again
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import type { Webhook } from "../shared/domain/webhook.ts";
import { readManageBody } from "../shared/http/manageBody.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { toWebhookView } from "../shared/http/manageDefinitionWire.ts";
import { type DefinitionSurface, definitionHandlers, readNamed } from "../shared/http/manageDefinitions.ts";
import { secretRequest, toWebhookBody, webhookRequest } from "../shared/http/manageWebhookSchema.ts";
import {
  readDeliveryId,
  toDeliveriesReply,
  toDeliveryReply,
  toDeliveryView,
  toSecretView,
} from "../shared/http/manageWebhookWire.ts";
import type { Definition } from "../shared/ports/definitions.ts";
import { resendDelivery, testWebhook } from "../shared/usecases/webhooks/askWebhook.ts";
import { rotateSecret } from "../shared/usecases/webhooks/rotateSecret.ts";
import { loadWebhook, removeWebhook, saveWebhook, webhookRules } from "../shared/usecases/webhooks/saveWebhook.ts";

const webhooks: DefinitionSurface<"webhook", Definition<Webhook>> = {
  kind: "webhook",
  one: "Webhook",
  many: "Webhooks",
  list: (ports, page) => ports.definitions.list("webhook", page),
  load: loadWebhook,
  view: toWebhookView,
  idOf: ({ name }) => name,
  // The id is the service's to give.
  read: readNamed(webhookRequest, (body) => ({ ...toWebhookBody(body), id: "" })),
  save: saveWebhook,
  rules: webhookRules,
  remove: removeWebhook,
};

export const handlers: ManageHandlers = {
  ...definitionHandlers(webhooks),
  manageRotateWebhookSecret: async ({ ports, id, request, by }) => {
    const { secret, overlapHours } = await readManageBody(request, secretRequest);
    const wish = { secret, overlapHours };
    return { jsonBody: toSecretView(await rotateSecret(ports, id, wish, by), wish) };
  },
  manageTestWebhook: async ({ ports, id, by }) => ({
    status: 202,
    jsonBody: toDeliveryView(await testWebhook(ports, id, by)),
  }),
  manageListWebhookDeliveries: toDeliveriesReply,
  manageGetWebhookDelivery: toDeliveryReply,
  manageResendWebhookDelivery: async (call) => {
    const delivery = await resendDelivery(call.ports, call.id, readDeliveryId(call), call.by);
    return { status: 202, jsonBody: toDeliveryView(delivery) };
  },
};

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
