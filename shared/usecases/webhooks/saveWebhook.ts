import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import { type Webhook, webhookProblems, webhooksMax } from "../../domain/webhook.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";
import { changeDefinitions } from "../definitions/changeDefinitions.ts";
import type { DefinitionRules } from "../definitions/definitionRules.ts";
import { allDefinitions } from "../definitions/listDefinitions.ts";
import { requireNoProblems } from "../definitions/refusedChange.ts";
import { findRemoved, remove } from "../definitions/removeDefinition.ts";
import { type IfMatch, type Saved, findReplaced, writeDefinition } from "../definitions/saveDefinition.ts";
import { pointAtWebhook } from "../events/pointAtWebhook.ts";

/** As somebody describes it: its id is the service's. */
export type WebhookBody = Omit<Webhook, "id">;

export async function loadWebhook(ports: Ports, name: string): Promise<Definition<Webhook>> {
  const webhook = await ports.definitions.find("webhook", name);
  if (webhook) return webhook;
  throw new DomainError("notFound", `There is no webhook "${name}".`);
}

/** Saves a webhook under the id that it has, or a new one; what waited for it while it was disabled goes on. */
export async function saveWebhook(
  ports: Ports,
  webhook: Webhook,
  ifMatch: IfMatch,
  by: Actor,
): Promise<Saved<Webhook>> {
  await webhookRules.requireSound(ports, webhook);
  const saved = await changeDefinitions(ports, async (turn) => {
    const replaced = await findReplaced(ports, "webhook", webhook.name, ifMatch);
    await webhookRules.requireFits(ports, webhook, replaced);
    const id = replaced?.value.id ?? ports.ids.random();
    if (!replaced) await ports.deliveries.open(id, webhook.name);
    return writeDefinition(ports, turn, "webhook", webhook.name, { ...webhook, id }, replaced, by);
  });
  const { value } = saved.definition;
  if (value.isEnabled) await pointAtWebhook(ports, value);
  return saved;
}

/** What keeps a webhook from being saved. */
export const webhookRules: DefinitionRules<Webhook> = {
  async requireSound({ courier }, webhook) {
    requireNoProblems(`Webhook "${webhook.name}"`, webhookProblems(webhook, courier.mayBeLocal));
  },
  async requireFits(ports, webhook, replaced) {
    const { activityId, kind } = webhook;
    if (activityId !== undefined && !(await ports.definitions.find("job", activityId))) {
      const message = `There is no recurring data job ${activityId}.`;
      requireNoProblems(`Webhook "${webhook.name}"`, [{ path: "activityId", message }]);
    }
    if (replaced && replaced.value.kind !== kind) {
      const message = "A webhook keeps its kind, since its secret is for that alone; make a new one instead.";
      requireNoProblems(`Webhook "${webhook.name}"`, [{ path: "kind", message }]);
    }
    if (!replaced && (await allDefinitions(ports, "webhook")).length >= webhooksMax) {
      throw new DomainError("conflict", `There are ${webhooksMax} webhooks, which is as many as there may be.`);
    }
  },
};

/** Removes a webhook; what waits for it is never sent, and the upkeep clears its secret and its log away. */
export async function removeWebhook(ports: Ports, name: string, ifMatch: IfMatch, by: Actor): Promise<void> {
  await changeDefinitions(ports, async (turn) => {
    const stored = await findRemoved(ports, "webhook", name, ifMatch);
    await remove(ports, turn, "webhook", name, stored.etag, by);
  });
}
