import type { Delivery, DeliveryTry } from "../../domain/delivery.ts";
import { type Webhook, isEventGridHost } from "../../domain/webhook.ts";
import type { Ports } from "../../ports.ts";
import type { CourierAnswer, CourierRequest } from "../../ports/webhooks.ts";
import { cloudEventBody, standardBody } from "./eventBody.ts";
import { secretsOf, signedHeaders } from "./webhookSecrets.ts";

/** Calls the target once with one event, and says what came of it. */
export async function callTarget(ports: Ports, webhook: Webhook, delivery: Delivery): Promise<DeliveryTry> {
  const at = ports.clock.now();
  const answer = await post(ports, webhook, delivery);
  const durationMs = Math.max(0, ports.clock.now() - at);
  if ("failure" in answer) return { at, durationMs, failure: answer.failure };
  const { status } = answer;
  const failure = failureOf(status);
  return { at, durationMs, status, ...(failure !== undefined && { failure }) };
}

const noToken =
  "The service got no token of its own for Event Grid. Look at its identity, or give it an access key of the topic.";

async function post(ports: Ports, webhook: Webhook, delivery: Delivery): Promise<CourierAnswer> {
  const isStandard = webhook.kind === "standardWebhook";
  const request = await (isStandard ? toStandard : toEventGrid)(ports, webhook, delivery);
  return request ? ports.courier.post(request) : { failure: noToken };
}

async function toStandard(ports: Ports, { id, url }: Webhook, delivery: Delivery): Promise<CourierRequest> {
  const body = standardBody(delivery);
  const signed = signedHeaders(await secretsOf(ports, id), delivery.id, ports.clock.now(), body);
  return { url, body, headers: { "content-type": "application/json", ...signed } };
}

/** By the access key of the topic where somebody gave one, and as the service itself otherwise; undefined without either. */
async function toEventGrid(
  ports: Ports,
  { id, url }: Webhook,
  delivery: Delivery,
): Promise<CourierRequest | undefined> {
  const headers = { "content-type": "application/cloudevents+json; charset=utf-8" };
  const body = cloudEventBody(delivery);
  const key = (await ports.secrets.find(id))?.value.current;
  if (key !== undefined) return { url, body, headers: { ...headers, "aeg-sas-key": key } };
  if (!isEventGridHost(url)) return { url, body, headers };
  const token = await ports.courier.eventGridToken();
  return token === undefined ? undefined : { url, body, headers: { ...headers, authorization: `Bearer ${token}` } };
}

function failureOf(status: number): string | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400)
    return `It answered ${status}; a redirection is not followed. Name the place itself.`;
  return `It answered ${status}.`;
}
