import { newDelivery } from "../../domain/delivery.ts";
import type { LoadBounds, Webhook } from "../../domain/webhook.ts";
import type { Ports } from "../../ports.ts";
import { pointAtWebhook } from "../events/pointAtWebhook.ts";

const minuteMs = 60_000;

export interface MeasuredLoad {
  readonly waiting: number;
  readonly oldestAgeMs: number;
}

/**
 * Tells webhooks that the load of a job has come over their bounds: once, until it was under them again. That it is over
 * and the delivery that says so come to be in one transaction.
 */
export async function announceLoad(ports: Ports, activityId: string, load: MeasuredLoad): Promise<void> {
  for (const webhook of await ports.subscriptions.find()) {
    if (!listensTo(webhook, activityId)) continue;
    const { id, loadBounds = {} } = webhook;
    if (!isOver(loadBounds, load)) {
      await ports.deliveries.noteUnder(id, activityId);
      continue;
    }
    const now = ports.clock.now();
    const data = { waiting: load.waiting, oldestMinutes: Math.floor(load.oldestAgeMs / minuteMs) };
    const event = { type: "load.exceeded", at: now, activityId, key: `load.exceeded_${now}`, data } as const;
    const isNew = await ports.deliveries.addOver(id, activityId, newDelivery(ports.ids.next(), event, now));
    if (isNew) await pointAtWebhook(ports, webhook);
  }
}

function listensTo({ events, activityId: only }: Webhook, activityId: string): boolean {
  return events.includes("load.exceeded") && (only === undefined || only === activityId);
}

function isOver({ waiting, oldestMinutes }: LoadBounds, load: MeasuredLoad): boolean {
  const isLong = oldestMinutes !== undefined && load.oldestAgeMs >= oldestMinutes * minuteMs;
  return isLong || (waiting !== undefined && load.waiting >= waiting);
}
