import { type InboundMessage, putOff } from "../../domain/inboundMessage.ts";
import type { WorkFacts } from "../../domain/message.ts";
import { type OutboundMessage, isOffered, putOffExport } from "../../domain/outboundMessage.ts";
import { standingOf } from "../../domain/standing.ts";
import type { Message } from "../../ports.ts";

/** More than attempts began while the backup was taken, so that whatever they left is older than the next one's. */
const fencesApart = 1000;
const reason = "The attempt ended with the restore from a backup.";

/**
 * A message as it goes on in another place: no worker and no client has it. An attempt that was under way is taken back,
 * as one is that the ground failed; a delivery has run out, which a late ack still finds. What has ended stays as it is.
 */
export function atRest(message: Message, now: number): Message {
  return message.direction === "import" ? importAtRest(message, now) : exportAtRest(message, now);
}

function importAtRest(message: InboundMessage, now: number): InboundMessage {
  const standing = standingOf(message);
  if (standing === "ended") return message;
  return apart(standing === "inProcess" ? putOff(message, now, reason) : message);
}

function exportAtRest(message: OutboundMessage, now: number): OutboundMessage {
  if (isOffered(message)) {
    const { delivery } = message;
    return { ...message, isPointerSent: false, ...(delivery && { delivery: { ...delivery, expiresAt: 0 } }) };
  }
  if (standingOf(message) === "ended") return message;
  return apart(message.lease ? putOffExport(message, now, reason) : message);
}

/** A pause is over, but stays as a sign of attempts before the next one. */
function apart<M extends WorkFacts>(message: M): M {
  const { pause, fence } = message;
  return { ...message, fence: fence + fencesApart, ...(pause && { pause: { ...pause, until: 0 } }) };
}
