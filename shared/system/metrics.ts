import type { EventName, Events, Facts } from "../ports/events.ts";
import { attributeNames, metricNames } from "../telemetryNames.ts";

type MetricKey = keyof typeof metricNames;

/** A figure that an event brings, undefined when this one brings none; and facts that go without saying. */
type Figure<E extends EventName> = readonly [MetricKey, (facts: Events[E]) => number | undefined, Facts?];

export interface Measurement {
  readonly metric: MetricKey;
  readonly value: number;
  readonly attributes: Readonly<Record<string, string>>;
}

export const metricKinds = {
  waiting: "gauge",
  oldestWaitingSeconds: "gauge",
  inProcess: "gauge",
  processed: "counter",
  failed: "counter",
  parked: "gauge",
  ackedWithoutDownload: "counter",
  recordsPerSecond: "histogram",
  bytes: "counter",
  tickDelayMs: "histogram",
  upkeepFailures: "counter",
  webhookFailures: "counter",
} as const satisfies Record<MetricKey, "counter" | "gauge" | "histogram">;

/** What each event says in figures; of those without any, the log and the spans are enough. */
export const figuresOfEvents: { readonly [E in EventName]: readonly Figure<E>[] } = {
  "message.enqueued": [["bytes", ({ sizeBytes }) => sizeBytes]],
  "message.begun": [],
  "message.finished": [
    ["processed", ({ state }) => (state === "Processed" ? 1 : undefined)],
    ["failed", ({ state }) => (state === "Processed" ? undefined : 1)],
    ["recordsPerSecond", recordsPerSecond],
  ],
  "message.exported": [
    ["processed", ({ state }) => (isExported(state) ? 1 : undefined)],
    ["failed", ({ state }) => (isExported(state) ? undefined : 1)],
    ["recordsPerSecond", recordsPerSecond],
  ],
  "message.dequeued": [],
  "message.notGivenBack": [],
  "message.downloading": [],
  "message.downloaded": [["bytes", ({ sizeBytes }) => sizeBytes]],
  "message.acknowledged": [],
  "message.ackedWithoutDownload": [["ackedWithoutDownload", () => 1]],
  "message.redelivered": [],
  "message.discarded": [],
  "message.parked": [
    // A parked export ends with `message.exported` as well.
    ["failed", ({ direction }) => (direction === "import" ? 1 : undefined)],
  ],
  "import.failed": [],
  "import.takenOver": [],
  "message.putOff": [],
  "export.failed": [],
  "lease.notKept": [],
  "definitions.notKept": [],
  "payload.orphan": [],
  "need.lost": [],
  "need.met": [],
  "disk.refused": [],
  "work.resent": [],
  "work.abandoned": [],
  "work.putBack": [],
  "work.left": [],
  "run.resent": [],
  // The timer may be on time and the job late all the same, for instance when more jobs are due than a tick takes.
  "job.due": [["tickDelayMs", ({ delayMs }) => delayMs, { tick: "processingTick" }]],
  "job.passedOver": [],
  "job.refused": [],
  "project.refused": [],
  "job.load": [
    ["waiting", ({ waiting }) => waiting],
    ["oldestWaitingSeconds", ({ overdueMs }) => overdueMs / 1000],
    ["inProcess", ({ inProcess }) => inProcess],
    ["parked", ({ parked }) => parked],
  ],
  "webhook.delivered": [],
  "webhook.notDelivered": [["webhookFailures", () => 1]],
  "webhook.givenUp": [["webhookFailures", () => 1]],
  "sample.failed": [],
  "entity.compacted": [],
  "tick.ran": [["tickDelayMs", ({ delayMs }) => delayMs]],
  "tick.failed": [],
  "upkeep.failed": [["upkeepFailures", () => 1]],
  "request.refused": [],
  "request.failed": [],
  "answer.unpaced": [],
  "answer.cut": [],
  "telemetry.failed": [],
};

/** What an event says in figures, each for the job, direction or tick that it names. */
export function measurementsOf<E extends EventName>(event: E, facts: Events[E]): readonly Measurement[] {
  const figures: readonly Figure<E>[] = figuresOfEvents[event];
  return figures.flatMap(([metric, figure, more]) => {
    const value = figure(facts);
    return value === undefined ? [] : [{ metric, value, attributes: attributesOf({ ...facts, ...more }) }];
  });
}

// A message id would make a series of every message.
function attributesOf(facts: Facts): Readonly<Record<string, string>> {
  const names = ["activityId", "direction", "tick"] as const;
  return Object.fromEntries(
    names.flatMap((name) => (facts[name] === undefined ? [] : [[attributeNames[name], String(facts[name])]])),
  );
}

function isExported(state: Events["message.exported"]["state"]): boolean {
  return state === "Enqueued" || state === "Processed";
}

function recordsPerSecond(facts: { readonly records: number; readonly durationMs: number }): number | undefined {
  const { records, durationMs } = facts;
  return records > 0 && durationMs > 0 ? (records * 1000) / durationMs : undefined;
}
