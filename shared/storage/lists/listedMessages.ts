import { messageEnd } from "../../domain/standing.ts";
import type { Message, Messages } from "../../ports.ts";
import { type EndedMessages, isSameEnd } from "./endedMessages.ts";

/** Messages that stand in the list of those that have ended before they have. */
export function listedMessages(messages: Messages, ended: EndedMessages): Messages {
  const settle = async (message: Message): Promise<void> => {
    const end = messageEnd(message);
    const { activityId, id: messageId } = message;
    // What was written stands; a row too many is shown to nobody, and is found when the lists are tidied.
    if (end) await ended.settle({ activityId, messageId, end }).catch(() => undefined);
  };
  return {
    ...messages,
    async replace(stored, next, beside) {
      const end = messageEnd(next);
      const write = () => messages.replace(stored, next, beside);
      if (isSameEnd(messageEnd(stored.value), end)) return write();
      const written = end ? await ended.before(next, end, write) : await write();
      await settle(written ? stored.value : next);
      return written;
    },
    async remove(stored) {
      const isRemoved = await messages.remove(stored);
      if (isRemoved) await settle(stored.value);
      return isRemoved;
    },
  };
}
