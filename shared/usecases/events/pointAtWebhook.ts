import type { Webhook } from "../../domain/webhook.ts";
import type { Ports } from "../../ports.ts";

/** Sends a worker to the webhook at that time, unless one is on his way already. */
export async function pointAtWebhook(ports: Ports, { id, name }: Webhook, at = ports.clock.now()): Promise<void> {
  const now = ports.clock.now();
  if (!(await ports.deliveries.notePointer(id, at, now))) return;
  await ports.work.send({ kind: "deliverEvents", webhook: name }, Math.max(0, at - now));
}
