/**
 * Every metric of the service, once. The alerts and the workbook in `infra/` ask for the same names, and a test compares
 * them. `metricKinds` says which of them are counters, gauges and histograms.
 */
export const metricNames = {
  /** Messages that wait for a worker or a client. */
  waiting: "integration.messages.waiting",
  /** How much longer than it should the message has waited that waits longest. */
  oldestWaitingSeconds: "integration.messages.oldest_waiting_seconds",
  /** Messages that a worker or a client has. */
  inProcess: "integration.messages.in_process",
  /** Messages that ended well. */
  processed: "integration.messages.processed",
  /** Executions that ended with errors. */
  failed: "integration.messages.failed",
  /** Messages that stand aside until somebody decides about them. */
  parked: "integration.messages.parked",
  /** Exports that a client acknowledged and did not download, where their job takes that. */
  ackedWithoutDownload: "integration.messages.acked_without_download",
  /** Records of one execution by the time that it took. */
  recordsPerSecond: "integration.records_per_second",
  /** Bytes of payloads, in and out. */
  bytes: "integration.bytes",
  /** How long after its due time a tick ran. A tick that does not run reports nothing. */
  tickDelayMs: "integration.tick.delay_ms",
  /** Pieces of the upkeep that failed; the log says which. */
  upkeepFailures: "integration.upkeep.failures",
  /** Calls of webhooks that were not taken; the log says which, and why. */
  webhookFailures: "integration.webhooks.failures",
} as const;

/** What metrics, spans and log lines say about the work that they belong to. */
export const attributeNames = {
  activityId: "integration.activity_id",
  messageId: "integration.message_id",
  executionId: "integration.execution_id",
  direction: "integration.direction",
  tick: "integration.tick",
} as const;

/**
 * What only spans say. The method and status of a request are not called `http.…`, because Application Insights takes a
 * span inside the service with such attributes for a call to somebody else. Other facts of an event are attributes
 * under `spanFactPrefix` and their name in snake case.
 */
export const spanAttributeNames = {
  method: "integration.method",
  route: "integration.route",
  status: "integration.status",
  work: "integration.work",
  errorType: "error.type",
} as const;

export const spanFactPrefix = "integration.";
