import { DomainError } from "./errors.ts";
import { type InboundMessage, isFinalImport } from "./inboundMessage.ts";
import type { WorkFacts } from "./message.ts";
import { type OutboundMessage, isOffered } from "./outboundMessage.ts";

type Message = InboundMessage | OutboundMessage;

/** What anybody says who acts on a message that was looked at before. */
export interface Seen {
  /** When it was looked at: what became of it since is not what was meant. */
  readonly unchangedSince?: number | undefined;
}

/** What somebody who retries a message says about it. */
export interface RetryWish extends Seen {
  /** Also where newer messages may be in the same records: their values are written over. */
  readonly isForced?: boolean;
  /**
   * `rejected`: those alone that its last execution rejected. `staged`: those that wait in staging, or have an error
   * there. All by default.
   */
  readonly rows?: "all" | "rejected" | "staged";
  /** With staged rows: false to validate them alone. */
  readonly execute?: boolean;
}

/** What somebody who manages does to one message, or to many. */
export type MessageAction =
  | ({ readonly kind: "retry" } & RetryWish)
  | ({ readonly kind: "release" } & Seen)
  | ({ readonly kind: "redeliver" } & Seen)
  | ({ readonly kind: "discard"; readonly reason: string } & Seen);

/** Throws `preconditionFailed` when the message was moved, parked or mended after somebody looked at it. */
export function requireUnchanged(message: Message, { unchangedSince }: Seen): void {
  if (unchangedSince === undefined || changedAt(message) <= unchangedSince) return;
  const text = `Message ${message.id} has changed since it was looked at, and is ${message.state} now: look again.`;
  throw new DomainError("preconditionFailed", text);
}

function changedAt({ history, parked }: WorkFacts): number {
  return Math.max(history.at(-1)?.at ?? 0, parked?.at ?? 0);
}

/** Where a message stands in its job; exports stand in the order of their due times, which their ids have. */
export function placeInJob(message: Message): string {
  return message.direction === "import" ? message.order : message.id;
}

/**
 * The order in which an action on many comes to them: as they wait in their jobs, so that an older one is no later
 * message to a newer one. What is given up goes from the back: at the front nothing begins that is given up next.
 */
export function inActionOrder<M extends Message>(messages: readonly M[], kind: MessageAction["kind"]): readonly M[] {
  const forward = kind === "discard" ? -1 : 1;
  return messages.toSorted((one, other) => {
    if (one.activityId !== other.activityId) return one.activityId < other.activityId ? -1 : 1;
    return placeInJob(one) < placeInJob(other) ? -forward : forward;
  });
}

/** Which rows the next run of a message is about; `none` where all of its records are stored already. */
export type RowsOfRun = "all" | "rejected" | "staged" | "none";

/** The same of a retry that makes `next` of the message. */
export function rowsOfRetry(message: Message, next: Message): RowsOfRun {
  if (next.direction === "export") return "all";
  if (next.stagedRows) return "staged";
  if (next.rejectedRowsOf !== undefined) return "rejected";
  return next.run === message.run ? "none" : "all";
}

/** What a retry comes to, for people. */
export function retryEffect(message: Message, next: Message): string {
  if (next.direction === "export") return "It runs again by the newest definitions, and makes a new file.";
  switch (rowsOfRetry(message, next)) {
    case "staged":
      return next.stagedRows?.execute
        ? "A new run validates the rows that wait in staging, and copies the good ones."
        : "A new run validates the rows in staging, and copies none.";
    case "rejected":
      return next.mendedBy ? `${rejectedAlone} Those that somebody mended are left to their mend.` : rejectedAlone;
    case "none":
      return "It ends as it is, since all of its records are stored.";
    case "all":
      return "A new run reads its whole file from its original bytes, by the newest definitions. Records that are there are updated.";
  }
}

const rejectedAlone =
  "A new run reads the rows alone that the last one rejected, by the newest definitions. All other rows stay as they are.";

/** What a release comes to, for people. */
export const releaseEffect =
  "Its job goes on with the next message. This one is set aside as parked with its bytes, and may be retried later.";

/** What a redelivery comes to, for people. */
export const redeliveryEffect =
  "The next dequeue gets its file as a new delivery. A client that took it before gets it a second time.";

/** What it comes to that a message is discarded, for people. */
export function discardEffect(message: Message): string {
  if (message.discarded) return "It is discarded already, and nothing changes.";
  return `It is given up for good, and nothing brings it back. ${whatDiscardLeaves(message)}`;
}

function whatDiscardLeaves(message: Message): string {
  if (message.direction === "import") {
    if (message.executionId === undefined) return "It is never processed.";
    return isFinalImport(message)
      ? "No run gets it any more; what its runs have stored stays stored."
      : "Its attempts go no further; what they have stored stays stored.";
  }
  if (!isOffered(message)) return "No run makes a file of it any more.";
  return message.state === "Enqueued"
    ? "No client gets its file any more."
    : "No client gets its file any more, and an ack of the one that has it is refused.";
}
