import type { Webhook } from "../../domain/webhook.ts";
import { webhooksMax } from "../../domain/webhook.ts";
import type { Clock } from "../../ports.ts";
import type { Definitions } from "../../ports/definitions.ts";
import type { Subscriptions } from "../../ports/webhooks.ts";

const freshMs = 10_000;

/** Each message that ends asks for them: so one look serves all that end within some seconds. */
export function subscriptionsOf(definitions: Pick<Definitions, "list">, clock: Clock): Subscriptions {
  let held: { readonly at: number; readonly found: Promise<readonly Webhook[]> } | undefined;

  async function readAll(): Promise<readonly Webhook[]> {
    const { items } = await definitions.list("webhook", { limit: webhooksMax });
    return items.map(({ value }) => value).filter(({ isEnabled }) => isEnabled);
  }

  return {
    async find() {
      const now = clock.now();
      const agoMs = now - (held?.at ?? Number.NEGATIVE_INFINITY);
      if (!held || agoMs < 0 || agoMs >= freshMs) {
        const next = { at: now, found: readAll() };
        next.found.catch(() => void (held === next && (held = undefined)));
        held = next;
      }
      return held.found;
    },
  };
}
