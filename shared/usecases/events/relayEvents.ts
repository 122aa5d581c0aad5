import { newDelivery } from "../../domain/delivery.ts";
import { type Webhook, wants } from "../../domain/webhook.ts";
import type { Ports } from "../../ports.ts";
import type { StoredEvent } from "../../ports/webhooks.ts";
import { allDefinitions } from "../definitions/listDefinitions.ts";
import { pointAtWebhook } from "./pointAtWebhook.ts";

const eventsMax = 50;

/**
 * Hands the events of a job to the webhooks that want them, as they are now. An event goes when each of them has it; one
 * that is handed over twice is the same delivery, so whoever is cut off here is made up for by the next.
 */
export async function relayEvents(ports: Ports, activityId: string): Promise<void> {
  const events = await ports.events.list(activityId, eventsMax);
  if (events.length === 0) return;
  const webhooks = (await allDefinitions(ports, "webhook")).map(({ value }) => value);
  for (const webhook of webhooks) await handOver(ports, webhook, activityId, events);
  await ports.events.remove(activityId, events);
  if (events.length >= eventsMax) await ports.work.send({ kind: "relayEvents", activityId });
}

async function handOver(ports: Ports, webhook: Webhook, activityId: string, events: readonly StoredEvent[]) {
  const wanted = events.filter(({ event }) => wants(webhook, event));
  for (const { event } of wanted) {
    const id = ports.ids.derive(event.at, `${activityId}/${event.key}`);
    await ports.deliveries.add(webhook.id, newDelivery(id, event, ports.clock.now()));
  }
  if (wanted.length > 0) await pointAtWebhook(ports, webhook);
}
