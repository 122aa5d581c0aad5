import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import type { Queue, QueueItem } from "../ground.ts";
import { checkCount, checkMessage, toVisibilitySeconds } from "../groundRules.ts";
import { unless } from "./failures.ts";
import type { Made } from "./makeMissing.ts";
import type { Tries } from "./tries.ts";

/** An invalid value is a receipt that the service never gave. */
const staleCodes = ["MessageNotFound", "PopReceiptMismatch", "QueueNotFound", "InvalidQueryParameterValue"];

/**
 * `Queue` on Azure. Where an answer is lost, a message may be sent twice, stay hidden for its time though nobody got
 * it, or a removal report false though it took; so messages carry ids, and their receivers look at the state first.
 */
export function azureQueue(client: QueueClient, tries: Tries, made: Made): Queue {
  const send: Tries = (run) => made(client.name, async () => tries(run));
  return {
    send: async (text, delayMs = 0) => {
      checkMessage(text);
      const options = { visibilityTimeout: toVisibilitySeconds(delayMs, 0), messageTimeToLive: -1 };
      await send((abortSignal) => client.sendMessage(toBase64(text), { ...options, abortSignal }));
    },
    receive: async (numberOfMessages, visibilityMs) => {
      checkCount(numberOfMessages);
      const options = { numberOfMessages, visibilityTimeout: toVisibilitySeconds(visibilityMs, 1) };
      const answer = await send((abortSignal) => client.receiveMessages({ ...options, abortSignal }));
      return answer.receivedMessageItems.map(toItem);
    },
    remove: async (id, popReceipt) => {
      const removed = tries((abortSignal) => client.deleteMessage(id, popReceipt, { abortSignal }));
      return (await unless(staleCodes, async () => removed)) !== undefined;
    },
    hide: async (id, popReceipt, visibilityMs) => {
      const seconds = toVisibilitySeconds(visibilityMs, 0);
      const hidden = tries((abortSignal) => client.updateMessage(id, popReceipt, undefined, seconds, { abortSignal }));
      return (await unless(staleCodes, async () => hidden))?.popReceipt;
    },
    count: async () =>
      (await send((abortSignal) => client.getProperties({ abortSignal }))).approximateMessagesCount ?? 0,
    make: async () => void (await tries((abortSignal) => client.createIfNotExists({ abortSignal }))),
    drop: async () => {
      const dropped = tries((abortSignal) => client.delete({ abortSignal }));
      await unless(["QueueNotFound"], async () => dropped);
    },
  };
}

/** The host's queue trigger reads base64 unless it is told otherwise. */
function toBase64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

function toItem(item: DequeuedMessageItem): QueueItem {
  return {
    id: item.messageId,
    popReceipt: item.popReceipt,
    text: Buffer.from(item.messageText, "base64").toString("utf8"),
    dequeueCount: item.dequeueCount,
    insertedAt: item.insertedOn.getTime(),
  };
}
