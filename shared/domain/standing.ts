import { type InboundMessage, isFinalImport } from "./inboundMessage.ts";
import { type OutboundMessage, isFinalExport } from "./outboundMessage.ts";

/**
 * Where a message stands in its job: an import waits for a worker, a worker has it, an export is offered to the clients
 * that fetch it, or it has ended.
 */
export type Standing = "waiting" | "inProcess" | "offered" | "ended";

export function standingOf(message: InboundMessage | OutboundMessage): Standing {
  if (message.direction === "import") {
    if (isFinalImport(message)) return "ended";
    return message.state === "Enqueued" ? "waiting" : "inProcess";
  }
  if (isFinalExport(message)) return "ended";
  return message.state === "PreProcessing" || message.state === "Processing" ? "inProcess" : "offered";
}

/** Since when the message has the state that it waits in: when it came, was offered, or was last put back in line. */
export function waitingSince(message: InboundMessage | OutboundMessage): number {
  return message.history.findLast(({ state }) => state === "Enqueued")?.at ?? message.enqueuedAt;
}

/** When the message ended, well or not; undefined until then. */
export function endOf(
  message: InboundMessage | OutboundMessage,
): { readonly at: number; readonly isFailed: boolean } | undefined {
  if (standingOf(message) !== "ended") return undefined;
  const at = message.history.at(-1)?.at ?? message.enqueuedAt;
  return { at, isFailed: message.state === "PreProcessingError" || message.state === "PostProcessingError" };
}
