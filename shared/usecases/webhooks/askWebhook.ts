import type { Actor } from "../../domain/caller.ts";
import { type Delivery, newDelivery, sentAgain } from "../../domain/delivery.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Webhook } from "../../domain/webhook.ts";
import type { Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { pointAtWebhook } from "../events/pointAtWebhook.ts";
import { loadWebhook } from "./saveWebhook.ts";

/** Sends an event that tells of nothing, as all others are sent; its delivery says what came of it. */
export async function testWebhook(ports: Ports, name: string, by: Actor): Promise<Delivery> {
  const webhook = await requireEnabled(ports, name);
  const id = ports.ids.next();
  const at = ports.clock.now();
  const delivery = newDelivery(
    id,
    { type: "webhook.test", at, key: `webhook.test_${id}`, data: { webhook: webhook.name } },
    at,
  );
  await ports.deliveries.add(webhook.id, delivery);
  await ports.audit.record({ at, ...by, action: "test", kind: "webhook", target: webhook.name, detail: id });
  await pointAtWebhook(ports, webhook);
  return delivery;
}

/** Sends a delivery once more, under the id by which the receiver may know it already. */
export async function resendDelivery(ports: Ports, name: string, id: string, by: Actor): Promise<Delivery> {
  const webhook = await requireEnabled(ports, name);
  const again = await untilWon(`Delivery ${id}`, async () => {
    const stored = await ports.deliveries.find(webhook.id, id);
    if (!stored) throw new DomainError("notFound", `Webhook "${name}" has no delivery ${id}.`);
    const next = sentAgain(stored.value, ports.clock.now());
    return (await ports.deliveries.replace(webhook.id, stored, next)) ? next : lost;
  });
  const at = ports.clock.now();
  await ports.audit.record({ at, ...by, action: "resend", kind: "webhook", target: webhook.name, detail: id });
  await pointAtWebhook(ports, webhook);
  return again;
}

async function requireEnabled(ports: Ports, name: string): Promise<Webhook> {
  const { value } = await loadWebhook(ports, name);
  if (value.isEnabled) return value;
  throw new DomainError("conflict", `Webhook "${name}" is disabled, so nothing is sent to it. Enable it first.`);
}
