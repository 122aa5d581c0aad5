import { randomUUID } from "node:crypto";
import type { Queue, QueueItem } from "../ground.ts";
import { checkCount, checkMessage, toVisibilitySeconds } from "../groundRules.ts";

interface StoredMessage {
  readonly id: string;
  readonly text: string;
  readonly insertedAt: number;
  readonly popReceipt: string;
  readonly dequeueCount: number;
  readonly visibleAt: number;
}

export interface MemoryQueue extends Queue {
  /** How many messages there are, hidden ones included. */
  size(): number;
}

/** The meaning of `Queue` in code, with time as `now` tells it. */
export function memoryQueue(now: () => number): MemoryQueue {
  const messages = new Map<string, StoredMessage>();
  const visibleAtAfter = (visibilityMs: number, leastMs: number): number =>
    now() + toVisibilitySeconds(visibilityMs, leastMs) * 1000;
  return {
    send: async (text, delayMs = 0) => {
      checkMessage(text);
      const insertedAt = Math.floor(now() / 1000) * 1000;
      const sent = { id: randomUUID(), text, insertedAt, dequeueCount: 0, visibleAt: visibleAtAfter(delayMs, 0) };
      messages.set(sent.id, { ...sent, popReceipt: randomUUID() });
    },
    receive: async (count, visibilityMs) => {
      checkCount(count);
      const visibleAt = visibleAtAfter(visibilityMs, 1);
      return nextVisible(messages, count, now()).map((message) =>
        toItem(change(messages, { ...message, visibleAt, dequeueCount: message.dequeueCount + 1 })),
      );
    },
    remove: async (id, popReceipt) => findHeld(messages, id, popReceipt) !== undefined && messages.delete(id),
    hide: async (id, popReceipt, visibilityMs) => {
      const visibleAt = visibleAtAfter(visibilityMs, 0);
      const message = findHeld(messages, id, popReceipt);
      return message && change(messages, { ...message, visibleAt }).popReceipt;
    },
    size: () => messages.size,
    count: async () => messages.size,
    make: async () => undefined,
    drop: async () => messages.clear(),
  };
}

function nextVisible(
  messages: ReadonlyMap<string, StoredMessage>,
  count: number,
  now: number,
): readonly StoredMessage[] {
  return [...messages.values()]
    .filter((message) => message.visibleAt <= now)
    .sort((one, other) => one.visibleAt - other.visibleAt)
    .slice(0, count);
}

/** The message while `popReceipt` is the last one that was given for it, whether or not its time is over. */
function findHeld(
  messages: ReadonlyMap<string, StoredMessage>,
  id: string,
  popReceipt: string,
): StoredMessage | undefined {
  const message = messages.get(id);
  return message?.popReceipt === popReceipt ? message : undefined;
}

/** Every change ends the receipt before it. */
function change(messages: Map<string, StoredMessage>, message: StoredMessage): StoredMessage {
  const changed = { ...message, popReceipt: randomUUID() };
  messages.set(changed.id, changed);
  return changed;
}

function toItem(message: StoredMessage): QueueItem {
  const { id, popReceipt, text, dequeueCount, insertedAt } = message;
  return { id, popReceipt, text, dequeueCount, insertedAt };
}
