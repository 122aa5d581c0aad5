import type { LogFacts } from "../ports.ts";
import { attributeNames, spanAttributeNames, spanFactPrefix } from "../telemetryNames.ts";

export interface MessageEvent {
  /** What the span in the message's trace is called. */
  readonly span: string;
  /** The span that the others hang on: a message begins here. */
  readonly isFirst?: true;
  readonly isFailure?: true;
  /** When the span began: with the request or the work, or `durationMs` before the event; otherwise with the event. */
  readonly since?: "operation" | "durationMs";
}

/** The events that make a span in the trace of their message, in the order of a message's life. */
export const messageEvents: Readonly<Record<string, MessageEvent>> = {
  "message.enqueued": { span: "enqueue", isFirst: true, since: "operation" },
  "message.begun": { span: "begin export", isFirst: true, since: "operation" },
  "message.finished": { span: "import", since: "durationMs" },
  "message.exported": { span: "export", since: "durationMs" },
  "import.failed": { span: "import", since: "durationMs", isFailure: true },
  "export.failed": { span: "export", since: "durationMs", isFailure: true },
  "import.takenOver": { span: "take over", isFailure: true },
  "lease.notKept": { span: "lose the lease", isFailure: true },
  "work.resent": { span: "send again", isFailure: true },
  "message.parked": { span: "park", isFailure: true },
  "message.dequeued": { span: "dequeue", since: "operation" },
  "message.downloading": { span: "begin download", since: "operation" },
  // The bytes go out when the request has been answered, so this one has no operation around it.
  "message.downloaded": { span: "download", since: "durationMs" },
  "message.acknowledged": { span: "acknowledge", since: "operation" },
};

/** The facts of an event or of an operation, as attributes of a span. */
export function attributesOfFacts(facts: LogFacts): LogFacts {
  const names: Readonly<Record<string, string>> = { ...attributeNames, ...spanAttributeNames };
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [names[name] ?? `${spanFactPrefix}${snakeCase(name)}`, value]),
  );
}

/** Only the ids: which message, job and run an operation was about. */
export function identityOfFacts(facts: LogFacts): LogFacts {
  const names = ["activityId", "messageId", "executionId"] as const;
  return Object.fromEntries(
    names.flatMap((name) => (facts[name] === undefined ? [] : [[attributeNames[name], facts[name]]])),
  );
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
