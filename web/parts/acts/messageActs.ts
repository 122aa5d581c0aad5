import type { Schemas } from "../../api/api.ts";

export type Message = Schemas["Message"];
/** What changes messages, as the service knows it. */
export type ChangeName = "retry" | "release" | "redeliver" | "discard";
export type ActName = ChangeName | "download";

/** What somebody chose in the question before the act. */
export interface Wish {
  readonly rows: "all" | "rejected";
  readonly isForced: boolean;
  readonly reason: string;
}

interface Act {
  /** What the button says. */
  readonly text: string;
  /** "3 messages retried" */
  readonly done: string;
  /** Whether it makes sense as the message stands; what would become of it the service says. */
  readonly suits: (message: Message) => boolean;
}

type States = ReadonlySet<Schemas["MessageState"]>;

const retriable: States = new Set(["ProcessedWithErrors", "PreProcessingError", "PostProcessingError"]);
const discardable: States = new Set([
  "Enqueued",
  "Dequeued",
  "Downloaded",
  "PreProcessingError",
  "PostProcessingError",
]);

export const messageActs: Readonly<Record<ActName, Act>> = {
  retry: { text: "Retry", done: "retried", suits: ({ state }) => retriable.has(state) },
  release: { text: "Release", done: "released", suits: ({ isBlocking }) => isBlocking },
  redeliver: { text: "Redeliver", done: "put back into their queues", suits: ({ state }) => state === "Acked" },
  discard: { text: "Discard", done: "discarded", suits: ({ state }) => discardable.has(state) },
  download: { text: "Download", done: "downloaded", suits: () => true },
};

/** Those of the messages for which the act makes sense as they stand. */
export function suitedTo(name: ActName, messages: readonly Message[]): readonly Message[] {
  return messages.filter((message) => messageActs[name].suits(message));
}

/** The body that says what is to be done, or would be, to which messages. */
export function toRequest(
  action: ChangeName,
  messageIds: string[],
  { rows, isForced, reason }: Wish,
): Schemas["MessageActionRequest"] {
  switch (action) {
    case "retry":
      return { action, messageIds, rows, execute: true, force: isForced };
    case "discard":
      return { action, messageIds, reason };
    default:
      return { action, messageIds };
  }
}
