import type { Webhook } from "../../domain/webhook.ts";
import { webhooksMax } from "../../domain/webhook.ts";
import type { Clock } from "../../ports.ts";
import type { DefinitionKind, Definitions } from "../../ports/definitions.ts";
import type { Subscriptions } from "../../ports/webhooks.ts";

const freshMs = 10_000;

export interface KnownSubscriptions extends Subscriptions {
  /** The next call looks anew. */
  readonly forget: () => void;
}

/** Each message that ends asks for them: so one look serves all that end within some seconds. */
export function subscriptionsOf(definitions: Pick<Definitions, "list">, clock: Clock): KnownSubscriptions {
  let held: { readonly at: number; readonly found: Promise<readonly Webhook[]> } | undefined;

  async function readAll(): Promise<readonly Webhook[]> {
    const { items } = await definitions.list("webhook", { limit: webhooksMax });
    return items.map(({ value }) => value).filter(({ isEnabled }) => isEnabled);
  }

  const forget = (): void => void (held = undefined);
  return {
    forget,
    async find() {
      const now = clock.now();
      const agoMs = now - (held?.at ?? Number.NEGATIVE_INFINITY);
      if (!held || agoMs < 0 || agoMs >= freshMs) {
        const next = { at: now, found: readAll() };
        next.found.catch(() => held === next && forget());
        held = next;
      }
      return held.found;
    },
  };
}

/** Definitions whose webhooks count at once in the process that saved them. */
export function noticedDefinitions(definitions: Definitions, { forget }: KnownSubscriptions): Definitions {
  const noticing = async <T>(kind: DefinitionKind, write: () => Promise<T>): Promise<T> => {
    try {
      return await write();
    } finally {
      if (kind === "webhook") forget();
    }
  };
  return {
    ...definitions,
    save: (kind, ...more) => noticing(kind, () => definitions.save(kind, ...more)),
    remove: (kind, ...more) => noticing(kind, () => definitions.remove(kind, ...more)),
  };
}
