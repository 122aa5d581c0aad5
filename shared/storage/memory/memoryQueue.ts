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

/** The meaning of `Queue` in code, with time as `now` tells it. */
export function memoryQueue(now: () => number): Queue {
  const messages = new Map<string, StoredMessage>();

  /** The message while `popReceipt` is the last one that was handed out for it, whether or not its time is over. */
  const held = (id: string, popReceipt: string): StoredMessage | undefined => {
    const message = messages.get(id);
    return message?.popReceipt === popReceipt ? message : undefined;
  };

  const change = (message: StoredMessage, changed: Partial<StoredMessage>): StoredMessage => {
    const next = { ...message, popReceipt: randomUUID(), ...changed };
    messages.set(next.id, next);
    return next;
  };

  return {
    send: async (text, delayMs = 0) => {
      checkMessage(text);
      const id = randomUUID();
      const visibleAt = now() + toVisibilitySeconds(delayMs, 0) * 1000;
      const insertedAt = Math.floor(now() / 1000) * 1000;
      messages.set(id, { id, text, insertedAt, popReceipt: randomUUID(), dequeueCount: 0, visibleAt });
    },
    receive: async (count, visibilityMs) => {
      checkCount(count);
      const visibleAt = now() + toVisibilitySeconds(visibilityMs, 1) * 1000;
      const visible = [...messages.values()].filter((message) => message.visibleAt <= now());
      return visible
        .sort((one, other) => one.visibleAt - other.visibleAt)
        .slice(0, count)
        .map((message) => toItem(change(message, { visibleAt, dequeueCount: message.dequeueCount + 1 })));
    },
    remove: async (id, popReceipt) => held(id, popReceipt) !== undefined && messages.delete(id),
    hide: async (id, popReceipt, visibilityMs) => {
      const visibleAt = now() + toVisibilitySeconds(visibilityMs, 0) * 1000;
      const message = held(id, popReceipt);
      return message && change(message, { visibleAt }).popReceipt;
    },
    countAbout: async () => messages.size,
    drop: async () => messages.clear(),
  };
}

function toItem(message: StoredMessage): QueueItem {
  const { id, popReceipt, text, dequeueCount, insertedAt } = message;
  return { id, popReceipt, text, dequeueCount, insertedAt };
}
