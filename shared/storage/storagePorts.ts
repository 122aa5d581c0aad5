import type { Ports } from "../ports.ts";
import { auditStore } from "./audit.ts";
import { claimsStore } from "./claims.ts";
import { definitionsStore } from "./definitions.ts";
import { executionsStore } from "./executions.ts";
import { filesStore } from "./files.ts";
import type { Ground } from "./ground.ts";
import { idempotencyStore } from "./idempotency.ts";
import { leasesStore } from "./leases.ts";
import { loadSamplesStore } from "./loadSamples.ts";
import { messagesStore } from "./messages.ts";
import { occurrencesStore } from "./occurrences.ts";
import { outboxStore } from "./outbox.ts";
import { schedulesStore } from "./schedules.ts";
import { workQueueStore } from "./workQueue.ts";

export type StoragePorts = Omit<Ports, "clock" | "ids" | "log" | "settings" | "entities" | "staging">;

/** Every port that storage answers, on one ground. */
export function storagePorts(ground: Ground): StoragePorts {
  return {
    definitions: definitionsStore(ground),
    messages: messagesStore(ground),
    claims: claimsStore(ground),
    executions: executionsStore(ground),
    occurrences: occurrencesStore(ground),
    schedules: schedulesStore(ground),
    leases: leasesStore(ground),
    loadSamples: loadSamplesStore(ground),
    idempotency: idempotencyStore(ground),
    audit: auditStore(ground),
    files: filesStore(ground),
    work: workQueueStore(ground),
    outbox: outboxStore(ground),
  };
}
