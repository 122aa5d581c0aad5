import type { Webhook } from "../../domain/webhook.ts";
import { eachAlone } from "../../ports/eachAlone.ts";
import type { OpenJob } from "../../ports/openMessages.ts";
import type { Ports } from "../../ports.ts";
import type { OpenedWebhook } from "../../ports/webhooks.ts";
import { pointAtWebhook } from "../events/pointAtWebhook.ts";

const pageJobs = 200;
const pagesMax = 50;
const rowsMax = 1_000;
/** Until its definition is there, or will never be. */
const definedAfterMs = 3_600_000;

/**
 * Points at what waits for webhooks and was left, and clears away what is past its retention, or of a webhook that is no
 * more.
 */
export async function sweepEvents(ports: Ports): Promise<void> {
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const found = await ports.events.listJobs({ limit: pageJobs, ...(continuation && { continuation }) });
    await eachAlone(ports, "sweepEvents", found.items, toItem, (job) => sweepJob(ports, job));
    continuation = found.continuation;
    if (continuation === undefined) break;
  }
  const opened = await ports.deliveries.listOpened(rowsMax);
  await eachAlone(
    ports,
    "sweepWebhooks",
    opened,
    () => ({}),
    (webhook) => sweepWebhook(ports, webhook),
  );
}

function toItem({ activityId }: OpenJob) {
  return { activityId };
}

async function sweepJob(ports: Ports, job: OpenJob): Promise<void> {
  const { activityId } = job;
  const [waiting] = await ports.events.list(activityId, 1);
  if (waiting) await ports.work.send({ kind: "relayEvents", activityId });
  else await ports.events.forgetJob(job);
}

async function sweepWebhook(ports: Ports, opened: OpenedWebhook): Promise<void> {
  const webhook = (await ports.definitions.find("webhook", opened.name))?.value;
  if (webhook?.id === opened.id) return keepUp(ports, webhook);
  if (ports.clock.now() - opened.openedAt > definedAfterMs) await ports.deliveries.clear(opened, rowsMax);
}

async function keepUp(ports: Ports, webhook: Webhook): Promise<void> {
  const now = ports.clock.now();
  await ports.deliveries.removeBefore(webhook.id, now - ports.settings.retentionMs, rowsMax);
  if (!webhook.isEnabled) return;
  const { due } = await ports.deliveries.listDue(webhook.id, now, 1);
  if (due.length > 0) await pointAtWebhook(ports, webhook);
}
