import { type Delivery, type DeliveryTry, afterTry } from "../../domain/delivery.ts";
import type { Webhook } from "../../domain/webhook.ts";
import type { Ports } from "../../ports.ts";
import { inParallel } from "../../ports/inParallel.ts";
import type { Stored } from "../../ports/stored.ts";
import { callTarget } from "./callTarget.ts";
import { pointAtWebhook } from "./pointAtWebhook.ts";

/** Longer than a run with its last calls. */
const leaseMs = 120_000;
const runMs = 20_000;
/** Calls of one target at a time. */
const atOnce = 4;
const busyPauseMs = 2_000;
/** Until a target that nobody reaches is looked at again, beside what is due in its own time. */
const downPauseMs = 60_000;

/**
 * Calls a webhook with what is due, for a while: one worker at a time, and few workers of a process with any webhook, so
 * that slow targets hold nobody else up.
 */
export async function deliverEvents(ports: Ports, name: string): Promise<void> {
  const webhook = (await ports.definitions.find("webhook", name))?.value;
  if (!webhook?.isEnabled) return;
  const leave = ports.deliverySlots.take();
  if (!leave) return ports.work.send({ kind: "deliverEvents", webhook: name }, busyPauseMs);
  try {
    await deliverAlone(ports, webhook);
  } finally {
    leave();
  }
}

async function deliverAlone(ports: Ports, webhook: Webhook): Promise<void> {
  const lease = await ports.leases.acquire(`webhook/${webhook.id}`, ports.ids.random(), ports.clock.now(), leaseMs);
  // Whoever has it looks once more when he is done.
  if (!lease) return;
  let isDown = false;
  try {
    await ports.deliveries.forgetPointer(webhook.id);
    isDown = await deliverDue(ports, webhook);
  } finally {
    await ports.leases.release(lease);
  }
  const { due, nextAt } = await ports.deliveries.listDue(webhook.id, ports.clock.now(), 1);
  const now = ports.clock.now();
  if (due.length > 0) await pointAtWebhook(ports, webhook, isDown ? now + downPauseMs : now);
  else if (nextAt !== undefined) await pointAtWebhook(ports, webhook, nextAt);
}

/** Until nothing is due or the run was long enough; true when nobody answered at all. */
async function deliverDue(ports: Ports, webhook: Webhook): Promise<boolean> {
  const begunAt = ports.clock.now();
  for (;;) {
    const now = ports.clock.now();
    if (now - begunAt > runMs) return false;
    const { due } = await ports.deliveries.listDue(webhook.id, now, atOnce);
    if (due.length === 0) return false;
    const tried = await inParallel(due, atOnce, (stored) => deliver(ports, webhook, stored));
    if (tried.every(({ status, failure }) => failure !== undefined && status === undefined)) return true;
  }
}

async function deliver(ports: Ports, webhook: Webhook, stored: Stored<Delivery>): Promise<DeliveryTry> {
  const done = await callTarget(ports, webhook, stored.value);
  const next = afterTry(stored.value, done);
  const isNoted = await ports.deliveries.replace(webhook.id, stored, next);
  const { id: deliveryId, event, triesInAll: tries } = next;
  const facts = { webhook: webhook.name, deliveryId, type: event.type, tries, durationMs: done.durationMs };
  if (done.failure === undefined) ports.log.info("webhook.delivered", facts);
  else if (isNoted && next.state === "failed") ports.log.error("webhook.givenUp", { ...facts, reason: done.failure });
  else ports.log.warn("webhook.notDelivered", { ...facts, reason: done.failure });
  return done;
}
