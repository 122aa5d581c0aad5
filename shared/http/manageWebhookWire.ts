import type { HttpResponseInit } from "@azure/functions";
import { type Delivery, type DeliveryState, deliveryStates } from "../domain/delivery.ts";
import { DomainError } from "../domain/errors.ts";
import type { WebhookSecrets } from "../ports/webhooks.ts";
import { loadWebhook } from "../usecases/webhooks/saveWebhook.ts";
import type { RotationWish } from "../usecases/webhooks/rotateSecret.ts";
import type { ManageCall } from "./manageCall.ts";
import { toShownId, toTime } from "./manageDefinitionWire.ts";
import { toListReply } from "./manageReply.ts";
import { invalidQuery, readPage } from "./manageRequest.ts";
import { readQuery, requireGuid } from "./request.ts";

export function toDeliveryView({ id, event, state, createdAt, dueAt, triesInAll, lastTries }: Delivery) {
  const { type, at, activityId, data } = event;
  return {
    id,
    type,
    at: toTime(at),
    ...(activityId !== undefined && { activityId: toShownId(activityId) }),
    data,
    state,
    createdAt: toTime(createdAt),
    ...(dueAt !== undefined && { dueAt: toTime(dueAt) }),
    tries: triesInAll,
    lastTries: lastTries.map((each) => ({ ...each, at: toTime(each.at) })),
  };
}

/** The secret is in the answer that made it, and nowhere else. */
export function toSecretView({ current, changedAt, previous }: WebhookSecrets, { secret }: RotationWish) {
  return {
    ...(secret === undefined && { secret: current }),
    changedAt: toTime(changedAt),
    ...(previous && { previousUntil: toTime(previous.until) }),
  };
}

export async function toDeliveriesReply({ ports, id: name, request }: ManageCall): Promise<HttpResponseInit> {
  const { value } = await loadWebhook(ports, name);
  const state = readState(readQuery(request.url).get("state"));
  return toListReply(await ports.deliveries.list(value.id, readPage(request), state), toDeliveryView);
}

export async function toDeliveryReply({ ports, id: name, request }: ManageCall): Promise<HttpResponseInit> {
  const { value } = await loadWebhook(ports, name);
  const id = readDeliveryId({ request });
  const stored = await ports.deliveries.find(value.id, id);
  if (!stored) throw new DomainError("notFound", `Webhook "${name}" has no delivery ${id}.`);
  return { jsonBody: toDeliveryView(stored.value) };
}

export function readDeliveryId({ request }: Pick<ManageCall, "request">): string {
  return requireGuid(request.params["id"], "delivery id");
}

function readState(text: string | undefined): DeliveryState | undefined {
  const state = deliveryStates.find((each) => each === text);
  if (text !== undefined && state === undefined) throw invalidQuery("state", `One of ${deliveryStates.join(", ")}.`);
  return state;
}
