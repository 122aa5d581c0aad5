import type { Direction } from "./dataProject.ts";
import type { MessageState } from "./message.ts";
import { type InboundMessage, isFinalImport, isReleased } from "./inboundMessage.ts";
import { type OutboundMessage, isFinalExport } from "./outboundMessage.ts";

/**
 * Where a message stands in its job: an import waits for a worker, a worker has it, an export is offered to the clients
 * that fetch it, or it has ended.
 */
export type Standing = "waiting" | "inProcess" | "offered" | "ended";

/** A message that has not ended, or one that is parked until somebody decides about it. */
export interface OpenMessage {
  readonly messageId: string;
  readonly direction: Direction;
  readonly standing: Exclude<Standing, "ended"> | "parked";
  /** When it came to stand so; of one in process, when it was accepted. */
  readonly since: number;
  readonly sizeBytes: number;
  /** A parked one that somebody has looked at, and let its job go on without. */
  readonly isReleased?: true;
  /** An offered export that a client was given: until then nobody else gets it. */
  readonly heldUntil?: number;
}

export function standingOf(message: InboundMessage | OutboundMessage): Standing {
  if (message.direction === "import") {
    if (isFinalImport(message)) return "ended";
    return message.state === "Enqueued" ? "waiting" : "inProcess";
  }
  if (isFinalExport(message)) return "ended";
  return message.state === "PreProcessing" || message.state === "Processing" ? "inProcess" : "offered";
}

/** Whether the message stands so at this moment, and has since before then. */
export function standsSo(
  message: InboundMessage | OutboundMessage,
  standing: OpenMessage["standing"],
  before = Number.POSITIVE_INFINITY,
): boolean {
  if (standing === "parked") return message.parked !== undefined && message.parked.at < before;
  const since = standing === "inProcess" ? message.enqueuedAt : waitingSince(message);
  return standingOf(message) === standing && since < before;
}

/** Since when the message waits: when it came, was offered, or was retried by somebody. A failed attempt begins nothing anew. */
export function waitingSince(message: InboundMessage | OutboundMessage): number {
  const { direction, history, enqueuedAt } = message;
  const isReturned = (index: number): boolean => direction === "import" && isWorkedOn(history[index - 1]?.state);
  return history.findLast(({ state }, index) => state === "Enqueued" && !isReturned(index))?.at ?? enqueuedAt;
}

function isWorkedOn(state: MessageState | undefined): boolean {
  return state === "PreProcessing" || state === "Processing";
}

/** When the message ended, well or not; undefined until then, and for one that was discarded. */
export function endOf(
  message: InboundMessage | OutboundMessage,
): { readonly at: number; readonly isFailed: boolean } | undefined {
  if (standingOf(message) !== "ended" || message.state === "Discarded") return undefined;
  return {
    at: stateSince(message),
    isFailed: message.state === "PreProcessingError" || message.state === "PostProcessingError",
  };
}

/** When the message came into its state; what is noted about it afterwards is no further change. */
export function stateSince({ history, enqueuedAt }: InboundMessage | OutboundMessage): number {
  return history.findLast(({ state }, index) => state !== history[index - 1]?.state)?.at ?? enqueuedAt;
}

const errorStates: ReadonlySet<MessageState> = new Set([
  "ProcessedWithErrors",
  "PostProcessingError",
  "PreProcessingError",
]);

/** How a message ended, as the lists of all jobs tell it; a retry takes that back. */
export interface MessageEnd {
  readonly at: number;
  /** Which of its runs it was. */
  readonly run: number;
  /** It failed, or left records behind, and nobody has decided about that since. */
  readonly hasErrors: boolean;
}

/** Undefined until it has ended; one that was discarded has, too. */
export function messageEnd(message: InboundMessage | OutboundMessage): MessageEnd | undefined {
  if (standingOf(message) !== "ended") return undefined;
  const hasErrors = errorStates.has(message.state) && !isSettled(message);
  return { at: stateSince(message), run: message.run, hasErrors };
}

/** Somebody mended what lacked, or let the job go on without it. */
function isSettled(message: InboundMessage | OutboundMessage): boolean {
  return isReleased(message) || (message.direction === "import" && message.isMended === true);
}

/** Why a message has ended before its work was done, in the words for its client; undefined where it has not. */
export function whyEnded(message: InboundMessage | OutboundMessage): string | undefined {
  const { discarded, parked, attempts, lastError } = message;
  if (discarded?.isCanceled) return discarded.reason;
  if (discarded) return `Discarded by an operator, and processed no further: ${discarded.reason}`;
  // The last error of a parked message is for operators: it may speak of the inside.
  if (parked) return `Set aside after ${attempts} attempts, until an operator retries it.`;
  return standingOf(message) === "ended" ? lastError : undefined;
}
