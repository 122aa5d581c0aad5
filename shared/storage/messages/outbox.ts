import { isGuid } from "../../domain/guid.ts";
import type { Outbox, Pointer } from "../../ports/outbox.ts";
import type { Ground, Queue, QueueItem } from "../ground/ground.ts";
import { requireId } from "../rows/keys.ts";
import { outboundQueueName } from "../ground/names.ts";

const unreadableMax = 20;

/** One queue per export job. A message on it says no more than which message waits. */
export function outboxStore(ground: Ground): Outbox {
  const open = (activityId: string): Queue => ground.queue(outboundQueueName(requireId(activityId)));
  return {
    send: (activityId, messageId) => open(activityId).send(JSON.stringify({ messageId: requireId(messageId) })),
    receive: (activityId, visibilityMs) => receivePointer(open(activityId), visibilityMs),
    remove: (activityId, { queueItemId, popReceipt }) => open(activityId).remove(queueItemId, popReceipt),
    giveBack: async (activityId, { queueItemId, popReceipt }) =>
      (await open(activityId).hide(queueItemId, popReceipt, 0)) !== undefined,
    drop: (activityId) => open(activityId).drop(),
  };
}

/** Clears away what somebody else put on the queue, because no client could ever acknowledge it. */
async function receivePointer(queue: Queue, visibilityMs: number): Promise<Pointer | undefined> {
  for (let unreadable = 0; unreadable < unreadableMax; unreadable++) {
    const [item] = await queue.receive(1, visibilityMs);
    if (!item) return undefined;
    const messageId = readMessageId(item);
    if (messageId !== undefined) return { queueItemId: item.id, popReceipt: item.popReceipt, messageId };
    await queue.remove(item.id, item.popReceipt);
  }
  return undefined;
}

function readMessageId(item: QueueItem): string | undefined {
  const pointer = parse(item.text);
  if (typeof pointer !== "object" || pointer === null || !("messageId" in pointer)) return undefined;
  return typeof pointer.messageId === "string" && isGuid(pointer.messageId) ? pointer.messageId : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
