import type { EventName, Events, Facts, MessageEventName } from "../ports/events.ts";
import { attributeNames, spanAttributeNames, spanFactPrefix } from "../telemetryNames.ts";

export interface MessageEvent<Timed extends "durationMs" = "durationMs"> {
  /** What the span in the message's trace is called. */
  readonly span: string;
  /** The span that the others hang on: a message begins here. */
  readonly isFirst?: true;
  readonly isFailure?: true;
  /** When the span began: with the request or the work, or `durationMs` before the event; otherwise with the event. */
  readonly since?: "operation" | Timed;
}

/** What each event makes in the trace of its message, in the order of a message's life; null is no span. */
const messageEvents: {
  readonly [E in MessageEventName]: MessageEvent<Extract<keyof Events[E], "durationMs">> | null;
} = {
  "message.enqueued": { span: "enqueue", isFirst: true, since: "operation" },
  "message.begun": { span: "begin export", isFirst: true, since: "operation" },
  "message.finished": { span: "import", since: "durationMs" },
  "message.exported": { span: "export", since: "durationMs" },
  "import.failed": { span: "import", since: "durationMs", isFailure: true },
  "export.failed": { span: "export", since: "durationMs", isFailure: true },
  "message.putOff": { span: "put off", since: "durationMs", isFailure: true },
  "import.takenOver": { span: "take over", isFailure: true },
  "lease.notKept": { span: "lose the lease", isFailure: true },
  "work.resent": { span: "send again", isFailure: true },
  "message.discarded": { span: "discard", since: "operation" },
  "message.parked": { span: "park", isFailure: true },
  "message.dequeued": { span: "dequeue", since: "operation" },
  "message.notGivenBack": { span: "fail to give back", isFailure: true },
  "message.downloading": { span: "begin download", since: "operation" },
  // The bytes go out when the request has been answered, so this one has no operation around it.
  "message.downloaded": { span: "download", since: "durationMs" },
  "message.acknowledged": { span: "acknowledge", since: "operation" },
  "message.ackedWithoutDownload": { span: "acknowledge without download", isFailure: true },
  "message.redelivered": { span: "redeliver", since: "operation" },
  // It is about bytes whose message never came to be.
  "payload.orphan": null,
};

/** Undefined for an event that is about no message, or about nothing that happened to it. */
export function findMessageEvent(event: EventName): MessageEvent | undefined {
  return isOfMessage(event) ? (messageEvents[event] ?? undefined) : undefined;
}

function isOfMessage(event: EventName): event is MessageEventName {
  return Object.hasOwn(messageEvents, event);
}

/** The facts of an event or of an operation, as attributes of a span. */
export function attributesOfFacts(facts: Facts): Facts {
  const names: Readonly<Record<string, string>> = { ...attributeNames, ...spanAttributeNames };
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [names[name] ?? `${spanFactPrefix}${snakeCase(name)}`, value]),
  );
}

/** Only the ids: which message, job and run an operation was about. */
export function identityOfFacts(facts: Facts): Facts {
  const names = ["activityId", "messageId", "executionId"] as const;
  return Object.fromEntries(
    names.flatMap((name) => (facts[name] === undefined ? [] : [[attributeNames[name], facts[name]]])),
  );
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
