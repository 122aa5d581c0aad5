/** Every table, container and queue of the service, once. `infra/` declares the same, and a test compares them. */
export const tableNames = {
  definitions: "definitions",
  schedules: "schedules",
  messages: "messages",
  claims: "claims",
  occurrences: "occurrences",
  leases: "leases",
  loadSamples: "loadsamples",
  idempotency: "idempotency",
  audit: "audit",
  lists: "lists",
  webhooks: "webhooks",
  uploads: "uploads",
} as const;

export const containerNames = {
  inbound: "inbound",
  uploads: "uploads",
  outbound: "outbound",
  definitions: "definitions",
  executions: "executions",
  staging: "staging",
  entities: "entities",
} as const;

/** The host moves work that failed too often to the second one; its name is the host's rule. */
export const queueNames = { work: "work", workPoison: "work-poison" } as const;

/** The storage queue of one export job: `out-` and its activity id. */
export function outboundQueueName(activityId: string): string {
  return `out-${activityId}`;
}
