import { definitionRoutes } from "./manageDefinitionRoutes.ts";
import { type ManageRoute, accept, change, page, read } from "./manageRoute.ts";
import {
  deliveriesAnswer,
  deliveryAnswer,
  secretAnswer,
  secretRequest,
  webhookAnswer,
  webhookRequest,
} from "./manageWebhookSchema.ts";

// Nothing names a webhook, so there is no list of its uses.
const { manageListWebhookUses: _uses, ...definition } = definitionRoutes(
  "Webhook",
  "Webhooks",
  "webhooks/{name}",
  "webhook",
  webhookRequest,
  webhookAnswer,
);

/** Webhooks, and what was sent to them. */
export const webhookRoutes: Readonly<Record<string, ManageRoute>> = {
  ...definition,
  manageRotateWebhookSecret: change({
    method: "POST",
    path: "webhooks/{name}/secret",
    summary: "Gives a webhook another secret, shown in this answer alone; the one before signs as well for a while.",
    request: secretRequest,
    answer: secretAnswer,
  }),
  manageTestWebhook: accept(
    "webhooks/{name}/test",
    "Sends a webhook an event that tells of nothing; its delivery says what came of it.",
    deliveryAnswer,
  ),
  manageListWebhookDeliveries: read({
    path: "webhooks/{name}/deliveries",
    summary: "What was sent to a webhook or waits for it, newest first. A filtered page may hold fewer and go on.",
    query: {
      ...page,
      state: {
        description: "How those stand that are wanted.",
        schema: { type: "string", enum: ["pending", "delivered", "failed"] },
      },
    },
    answer: deliveriesAnswer,
  }),
  manageGetWebhookDelivery: read({
    path: "webhooks/{name}/deliveries/{id}",
    summary: "One delivery, with its last tries.",
    answer: deliveryAnswer,
  }),
  manageResendWebhookDelivery: accept(
    "webhooks/{name}/deliveries/{id}/resend",
    "Sends a delivery again under its id, for another day.",
    deliveryAnswer,
  ),
};
