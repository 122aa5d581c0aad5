import type { MemberError } from "./errors.ts";
import type { EventType, ServiceEvent } from "./serviceEvent.ts";

/** Signed by Standard Webhooks, or published to a topic of Event Grid as CloudEvents. */
export const webhookKinds = ["standardWebhook", "eventGrid"] as const;
export type WebhookKind = (typeof webhookKinds)[number];

/** From where on the load of a job is told; each that is there counts by itself. */
export interface LoadBounds {
  readonly waiting?: number;
  readonly oldestMinutes?: number;
}

/** Somebody outside who is told of events. What secret signs them is kept apart, and no part of the definition. */
export interface Webhook {
  readonly name: string;
  readonly description: string;
  /** Made by the service: another webhook under the same name has another one, another secret and another log. */
  readonly id: string;
  readonly url: string;
  readonly kind: WebhookKind;
  readonly events: readonly EventType[];
  /** The one job whose events it hears; those of all jobs without it. */
  readonly activityId?: string;
  readonly loadBounds?: LoadBounds;
  readonly isEnabled: boolean;
}

export const webhooksMax = 100;

/** Whether the event is for this webhook. */
export function wants({ isEnabled, events, activityId }: Webhook, event: ServiceEvent): boolean {
  if (!isEnabled || (activityId !== undefined && activityId !== event.activityId)) return false;
  return events.some((type) => type === event.type);
}

/** Event Grid's own hosts: no token of the service goes to any other. */
const eventGridHost = /\.eventgrid\.azure\.(?:net|us|cn)$/;

/** What keeps a webhook from being saved; whether its target may be called is judged at each call. */
export function webhookProblems(webhook: Webhook, mayBeLocal: boolean): readonly MemberError[] {
  const problems: MemberError[] = [...urlProblems(webhook, mayBeLocal)];
  const hasBounds = webhook.loadBounds !== undefined && Object.keys(webhook.loadBounds).length > 0;
  if (webhook.events.includes("load.exceeded") !== hasBounds) {
    const message = "A webhook that hears load.exceeded says at which load, in waiting or oldestMinutes, and no other.";
    problems.push({ path: "loadBounds", message });
  }
  return problems;
}

function urlProblems({ url: text, kind }: Webhook, mayBeLocal: boolean): readonly MemberError[] {
  const problem = (message: string) => [{ path: "url", message }];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return problem("This is no URL such as https://receiver.example.com/events.");
  if (url.username !== "" || url.password !== "")
    return problem("A name or a password in a URL is shown to everybody.");
  if (url.hash !== "") return problem("What stands behind # is never sent.");
  if (url.protocol !== "https:" && !(mayBeLocal && url.protocol === "http:")) {
    return problem(
      "Events go over https alone; over http only to a local receiver, where WebhookLocalTargets allows it.",
    );
  }
  if (kind === "eventGrid" && !mayBeLocal && !eventGridHost.test(url.hostname)) {
    return problem("A topic of Event Grid has a host such as topic.westeurope-1.eventgrid.azure.net.");
  }
  return [];
}

/** Whether the service may show its own token there. */
export function isEventGridHost(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" && eventGridHost.test(hostname);
}
