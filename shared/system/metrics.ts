import type { LogFacts } from "../ports.ts";
import { attributeNames, metricNames } from "../telemetryNames.ts";

export type MetricKey = keyof typeof metricNames;

/** A figure that an event brings, undefined when this one brings none; and facts that go without saying. */
type Figure = readonly [MetricKey, (facts: LogFacts) => number | undefined, LogFacts?];

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
  recordsPerSecond: "histogram",
  bytes: "counter",
  tickDelayMs: "histogram",
} as const satisfies Record<MetricKey, "counter" | "gauge" | "histogram">;

const imported = ["Processed"];
const exported = ["Enqueued", "Processed"];

/** Every metric of the service, and the events that it is made from. */
export const figuresOfEvents: Readonly<Record<string, readonly Figure[]>> = {
  "message.enqueued": [["bytes", fact("sizeBytes")]],
  "message.finished": [
    ["processed", (facts) => (hasState(facts, imported) ? 1 : undefined)],
    ["failed", (facts) => (hasState(facts, imported) ? undefined : 1)],
    ["recordsPerSecond", recordsPerSecond],
  ],
  "message.exported": [
    ["processed", (facts) => (hasState(facts, exported) ? 1 : undefined)],
    ["failed", (facts) => (hasState(facts, exported) ? undefined : 1)],
    ["recordsPerSecond", recordsPerSecond],
  ],
  "message.downloaded": [["bytes", fact("sizeBytes")]],
  "message.parked": [
    // At least this one; the next `job.load` counts all. A parked export ends with `message.exported` as well.
    ["parked", () => 1],
    ["failed", (facts) => (facts["direction"] === "import" ? 1 : undefined)],
  ],
  "job.load": [
    ["waiting", fact("waiting")],
    ["oldestWaitingSeconds", (facts) => scaled(fact("oldestAgeMs")(facts), 1 / 1000)],
    ["inProcess", fact("inProcess")],
    ["parked", fact("parked")],
  ],
  // The timer may be on time and the job late all the same, for instance when more jobs are due than a tick takes.
  "job.due": [["tickDelayMs", fact("delayMs"), { tick: "processingTick" }]],
  "tick.ran": [["tickDelayMs", fact("delayMs")]],
};

/** Events that only the log needs; a test finds an event that is in neither list. */
export const eventsWithoutFigures: readonly string[] = [
  "entity.compacted",
  "export.failed",
  "import.failed",
  "import.takenOver",
  "job.passedOver",
  "job.refused",
  "lease.notKept",
  "run.resent",
  "message.acknowledged",
  "message.begun",
  "message.dequeued",
  "message.downloading",
  "payload.orphan",
  "request.failed",
  "request.refused",
  "sample.failed",
  "telemetry.failed",
  "tick.failed",
  "upkeep.failed",
  "work.abandoned",
  "work.resent",
];

/** What an event says in figures, each for the job, direction or tick that it names. */
export function measurementsOf(event: string, facts: LogFacts): readonly Measurement[] {
  return (figuresOfEvents[event] ?? []).flatMap(([metric, figure, more]) => {
    const value = figure(facts);
    return value === undefined ? [] : [{ metric, value, attributes: attributesOf({ ...facts, ...more }) }];
  });
}

// A message id would make a series of every message.
function attributesOf(facts: LogFacts): Readonly<Record<string, string>> {
  const names = ["activityId", "direction", "tick"] as const;
  return Object.fromEntries(
    names.flatMap((name) => (facts[name] === undefined ? [] : [[attributeNames[name], String(facts[name])]])),
  );
}

function fact(name: string): (facts: LogFacts) => number | undefined {
  return (facts) => {
    const value = facts[name];
    return typeof value === "number" ? value : undefined;
  };
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

function hasState(facts: LogFacts, states: readonly string[]): boolean {
  return states.includes(String(facts["state"]));
}

function recordsPerSecond(facts: LogFacts): number | undefined {
  const records = fact("records")(facts) ?? 0;
  const durationMs = fact("durationMs")(facts) ?? 0;
  return records > 0 && durationMs > 0 ? (records * 1000) / durationMs : undefined;
}
