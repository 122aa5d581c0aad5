import type { Clock, Ports } from "../ports.ts";
import { auditStore } from "./ledger/audit.ts";
import { claimsStore } from "./messages/claims.ts";
import { definitionsStore } from "./definitions/definitions.ts";
import { executionsStore } from "./ledger/executions.ts";
import { filesStore } from "./messages/files.ts";
import type { Ground } from "./ground/ground.ts";
import { tableNames } from "./ground/names.ts";
import { idempotencyStore } from "./messages/idempotency.ts";
import { leasesStore } from "./ledger/leases.ts";
import { endedMessages } from "./lists/endedMessages.ts";
import { executionList } from "./lists/executionList.ts";
import { listedMessages } from "./lists/listedMessages.ts";
import { listsStore } from "./lists/lists.ts";
import { missedList } from "./lists/missedRuns.ts";
import { loadSamplesStore } from "./ledger/loadSamples.ts";
import { indexedMessages } from "./messages/indexedMessages.ts";
import { messagesStore } from "./messages/messages.ts";
import { openJobs } from "./messages/openJobs.ts";
import { openMessagesStore } from "./messages/openMessages.ts";
import { occurrencesStore } from "./ledger/occurrences.ts";
import { outboxStore } from "./messages/outbox.ts";
import { schedulesStore } from "./ledger/schedules.ts";
import { announcedMessages, announcedOccurrences } from "./webhooks/announcements.ts";
import { deliveriesStore } from "./webhooks/deliveries.ts";
import { eventOutbox } from "./webhooks/eventOutbox.ts";
import { secretStore } from "./webhooks/secrets.ts";
import { noticedDefinitions, subscriptionsOf } from "./webhooks/subscriptions.ts";
import { uploadsStore } from "./messages/uploads.ts";
import { workQueueStore } from "./messages/workQueue.ts";

export type StoragePorts = Omit<
  Ports,
  | "clock"
  | "ids"
  | "log"
  | "settings"
  | "startPace"
  | "lineSlots"
  | "deliverySlots"
  | "courier"
  | "entities"
  | "staging"
  | "stagedRows"
  | "transformer"
>;

/** Every port that storage answers, on one ground. */
export function storagePorts(ground: Ground, clock: Clock = { now: Date.now }): StoragePorts {
  const jobs = openJobs(ground.table(tableNames.claims), clock);
  const saved = definitionsStore(ground, clock);
  const work = workQueueStore(ground);
  const eventJobs = openJobs(ground.table(tableNames.claims), clock, "events");
  const subscriptions = subscriptionsOf(saved, clock);
  const announcing = { subscriptions, jobs: eventJobs, work };
  const stored = announcedMessages(messagesStore(ground), announcing);
  const ended = endedMessages(ground, stored, clock);
  const listed = executionList(ground, clock);
  const executions = executionsStore(ground, listed);
  const missed = missedList(ground, clock);
  return {
    definitions: noticedDefinitions(saved, subscriptions),
    messages: indexedMessages(listedMessages(stored, ended), jobs),
    openMessages: openMessagesStore(ground, jobs),
    claims: claimsStore(ground),
    executions,
    lists: listsStore(ground, { executions, ended, listed, missed, clock }),
    occurrences: announcedOccurrences(occurrencesStore(ground, missed), announcing),
    schedules: schedulesStore(ground),
    leases: leasesStore(ground),
    loadSamples: loadSamplesStore(ground),
    idempotency: idempotencyStore(ground),
    audit: auditStore(ground),
    files: filesStore(ground),
    work,
    uploads: uploadsStore(ground),
    outbox: outboxStore(ground),
    events: eventOutbox(ground, eventJobs),
    subscriptions,
    deliveries: deliveriesStore(ground, clock),
    secrets: secretStore(ground),
  };
}
