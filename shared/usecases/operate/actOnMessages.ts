import type { Actor } from "../../domain/caller.ts";
import type { DomainError } from "../../domain/errors.ts";
import { type MessageAction, inActionOrder, requireUnchanged } from "../../domain/messageAction.ts";
import type { Message, Ports } from "../../ports.ts";
import { Unavailable } from "../../ports/unavailable.ts";
import { discardMessage } from "./discardMessage.ts";
import { findSelected } from "./findSelected.ts";
import { redeliverMessage } from "./redeliverMessage.ts";
import { refusalOf } from "./refusalOf.ts";
import { releaseMessage } from "./releaseMessage.ts";
import { retryMessage } from "./retryMessage.ts";

/** How long one call goes on. */
const callMsMax = 30_000;

/** What became of one of many messages. */
export interface ActedMessage {
  readonly messageId: string;
  /** Undefined when there is no such message. */
  readonly activityId: string | undefined;
  /** Why nothing was done; undefined when it was. */
  readonly refusal: DomainError | undefined;
}

export interface ActedMessages {
  readonly items: readonly ActedMessage[];
  /** The ids that the call did not come to. */
  readonly remaining: readonly string[];
}

/**
 * Does the same to many messages of any jobs, to each as it is done to one alone: whatever is refused is told why, and the
 * others go on. What somebody else did meanwhile is one of the reasons. The call ends when it has taken long, or when
 * storage fails behind the first message: what was not done for certain remains, and whoever asks for it again is told
 * where it was done.
 */
export async function actOnMessages(
  ports: Ports,
  messageIds: readonly string[],
  by: Actor,
  action: MessageAction,
): Promise<ActedMessages> {
  const until = ports.clock.now() + callMsMax;
  const { found, missing } = await findSelected(ports, messageIds);
  const items: ActedMessage[] = missing.map((one) => ({ ...one, activityId: undefined }));
  const ordered = inActionOrder(found, action.kind);
  const remainingFrom = (index: number) => ({ items, remaining: ordered.slice(index).map(({ id }) => id) });
  for (const [index, message] of ordered.entries()) {
    if (index > 0 && ports.clock.now() > until) return remainingFrom(index);
    const { id: messageId, activityId } = message;
    try {
      items.push({ messageId, activityId, refusal: await refusalOf(() => act(ports, message, by, action)) });
    } catch (error) {
      if (index === 0 || !(error instanceof Unavailable)) throw error;
      return remainingFrom(index);
    }
  }
  return { items, remaining: [] };
}

function act(ports: Ports, { id, activityId }: Message, by: Actor, action: MessageAction): Promise<void> {
  switch (action.kind) {
    case "retry":
      return retryMessage(ports, activityId, id, by, action);
    case "release":
      return releaseMessage(ports, activityId, id, by, action);
    case "redeliver":
      return redeliverMessage(ports, activityId, id, by, action);
    case "discard":
      return discardMessage(ports, activityId, id, by, action.reason, (message) => requireUnchanged(message, action));
  }
}
