import type { Delivery, DeliveryState } from "../domain/delivery.ts";
import type { ServiceEvent } from "../domain/serviceEvent.ts";
import type { Webhook } from "../domain/webhook.ts";
import type { OpenJob } from "./openMessages.ts";
import type { Page, PageRequest, Stored } from "./stored.ts";

/** An event as it stands beside what it tells of. */
export interface StoredEvent {
  readonly event: ServiceEvent;
  /** Where it stands, for `remove`. */
  readonly place: string;
}

/**
 * The events that wait to be handed to webhooks. `Messages` and `Occurrences` write them, in the transaction of what they
 * tell of, and only while some webhook wants them: so none is lost, and none tells what did not happen.
 */
export interface EventOutbox {
  /** The oldest first. */
  list(activityId: string, limit: number): Promise<readonly StoredEvent[]>;
  remove(activityId: string, events: readonly StoredEvent[]): Promise<void>;
  /** The jobs that may have some, which are in this index before the event is there. */
  listJobs(page: PageRequest): Promise<Page<OpenJob>>;
  /** As that of `OpenMessages`. */
  forgetJob(job: OpenJob): Promise<boolean>;
}

/** The webhooks as they were at most ten seconds ago; asking costs nothing as a rule. */
export interface Subscriptions {
  find(): Promise<readonly Webhook[]>;
}

/** What is due of a webhook at a moment, the longest due first; and when the next one is, where there is one. */
export interface DueDeliveries {
  readonly due: readonly Stored<Delivery>[];
  readonly nextAt?: number;
}

/** An id under which something is kept. */
export interface OpenedWebhook {
  readonly id: string;
  readonly name: string;
  readonly openedAt: number;
}

/** What goes to webhooks, and went: by the id of the webhook. */
export interface Deliveries {
  /** Before the definition is there: what is kept under the id is found again, whatever becomes of the definition. */
  open(webhookId: string, name: string): Promise<void>;
  listOpened(limit: number): Promise<readonly OpenedWebhook[]>;
  /** Removes what is kept under an id, at most `limit` rows; the id itself when nothing was there. */
  clear(webhook: OpenedWebhook, limit: number): Promise<void>;
  /** Nothing happens when it is there already. */
  add(webhookId: string, delivery: Delivery): Promise<void>;
  /** Adds the one that says that a job's load is over the webhook's bounds; false when it was known to be. */
  addOver(webhookId: string, activityId: string, delivery: Delivery): Promise<boolean>;
  noteUnder(webhookId: string, activityId: string): Promise<void>;
  listDue(webhookId: string, now: number, limit: number): Promise<DueDeliveries>;
  find(webhookId: string, id: string): Promise<Stored<Delivery> | undefined>;
  /** False when somebody else wrote first, or it is gone. */
  replace(webhookId: string, stored: Stored<Delivery>, next: Delivery): Promise<boolean>;
  /** The newest first; with a state, a page may hold fewer and go on. */
  list(webhookId: string, page: PageRequest, state?: DeliveryState): Promise<Page<Delivery>>;
  /**
   * Notes that a pointer to the webhook is about to be sent that comes at that time; false when one is on its way that comes
   * no later. One that does not come counts no more a minute after its time.
   */
  notePointer(webhookId: string, at: number, now: number): Promise<boolean>;
  /** Before what is due is looked at: whoever comes later sends a pointer of his own. */
  forgetPointer(webhookId: string): Promise<void>;
  /** Removes those that ended and are older; at most `limit`, answers how many. */
  removeBefore(webhookId: string, before: number, limit: number): Promise<number>;
}

/** How the requests of a webhook are signed: by the newest secret, and by the one before while both hold good. */
export interface WebhookSecrets {
  readonly current: string;
  readonly changedAt: number;
  readonly previous?: { readonly secret: string; readonly until: number };
}

/** No definition, version, audit entry or log holds a secret: they are here alone. */
export interface SecretStore {
  find(webhookId: string): Promise<Stored<WebhookSecrets> | undefined>;
  /** False when somebody else wrote first. */
  save(webhookId: string, next: WebhookSecrets, etag: string | undefined): Promise<boolean>;
}

export interface CourierRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What became of a call: an answer, whatever it says, or why there was none. */
export type CourierAnswer = { readonly status: number } | { readonly failure: string };

/** Calls targets that strangers may have chosen; never throws for what a target does. */
export interface Courier {
  /** Local receivers may be called, on a developer's machine. */
  readonly mayBeLocal: boolean;
  post(request: CourierRequest): Promise<CourierAnswer>;
  /** The service's own token for Event Grid; undefined where it gets none. */
  eventGridToken(): Promise<string | undefined>;
}
