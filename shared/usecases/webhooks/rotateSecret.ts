import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Webhook } from "../../domain/webhook.ts";
import type { Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import type { WebhookSecrets } from "../../ports/webhooks.ts";
import { newSecret, secretProblem } from "../events/webhookSecrets.ts";
import { loadWebhook } from "./saveWebhook.ts";

const hourMs = 3_600_000;

export interface RotationWish {
  /** In place of one that is made here. */
  readonly secret: string | undefined;
  /** For how long the one before signs as well. */
  readonly overlapHours: number;
}

/**
 * Gives a webhook another secret, beside which the one before holds good for a while, so that its receiver can change over.
 * Of two who do so at once, the later one's is the newest, and the other's the one before.
 */
export async function rotateSecret(
  ports: Ports,
  name: string,
  { secret, overlapHours }: RotationWish,
  by: Actor,
): Promise<WebhookSecrets> {
  const { value: webhook } = await loadWebhook(ports, name);
  requireFit(webhook, secret);
  const current = secret ?? newSecret();
  const secrets = await untilWon("The secret of a webhook", async () => {
    const stored = await ports.secrets.find(webhook.id);
    const changedAt = ports.clock.now();
    const until = changedAt + overlapHours * hourMs;
    const previous = stored && overlapHours > 0 ? { previous: { secret: stored.value.current, until } } : {};
    const next = { current, changedAt, ...previous };
    return (await ports.secrets.save(webhook.id, next, stored?.etag)) ? next : lost;
  });
  const detail = secret === undefined ? "a new secret" : "a secret that was given";
  const at = ports.clock.now();
  await ports.audit.record({ at, ...by, action: "rotate", kind: "webhook", target: webhook.name, detail });
  return secrets;
}

function requireFit({ kind }: Webhook, secret: string | undefined): void {
  const wrong = kind === "eventGrid" ? noKey(secret) : secret && secretProblem(secret);
  if (wrong) throw new DomainError("invalid", `secret: ${wrong}`, [{ path: "secret", message: wrong }]);
}

/** The topic makes its access keys, not the service. */
function noKey(secret: string | undefined): string | undefined {
  return secret === undefined ? "Give an access key of the topic; without one the service calls as itself." : undefined;
}
