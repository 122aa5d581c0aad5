import type { QueueClient } from "@azure/storage-queue";
import type { Queue } from "../ground.ts";
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
  const send = <Answer>(run: (abortSignal: AbortSignal) => Promise<Answer>): Promise<Answer> =>
    made(client.name, async () => tries(run));

  return {
    send: async (text, delayMs = 0) => {
      checkMessage(text);
      const visibilityTimeout = toVisibilitySeconds(delayMs, 0);
      // The host's queue trigger reads base64 unless it is told otherwise.
      const encoded = Buffer.from(text, "utf8").toString("base64");
      const options = { visibilityTimeout, messageTimeToLive: -1 };
      await send((abortSignal) => client.sendMessage(encoded, { ...options, abortSignal }));
    },
    receive: async (numberOfMessages, visibilityMs) => {
      checkCount(numberOfMessages);
      const options = { numberOfMessages, visibilityTimeout: toVisibilitySeconds(visibilityMs, 1) };
      const answer = await send((abortSignal) => client.receiveMessages({ ...options, abortSignal }));
      return answer.receivedMessageItems.map((item) => ({
        id: item.messageId,
        popReceipt: item.popReceipt,
        text: Buffer.from(item.messageText, "base64").toString("utf8"),
        dequeueCount: item.dequeueCount,
        insertedAt: item.insertedOn.getTime(),
      }));
    },
    remove: async (id, popReceipt) => {
      const answer = await unless(staleCodes, async () =>
        tries((abortSignal) => client.deleteMessage(id, popReceipt, { abortSignal })),
      );
      return answer !== undefined;
    },
    hide: async (id, popReceipt, visibilityMs) => {
      const seconds = toVisibilitySeconds(visibilityMs, 0);
      const answer = await unless(staleCodes, async () =>
        tries((abortSignal) => client.updateMessage(id, popReceipt, undefined, seconds, { abortSignal })),
      );
      return answer?.popReceipt;
    },
    countAbout: async () => {
      const answer = await unless(["QueueNotFound"], async () =>
        tries((abortSignal) => client.getProperties({ abortSignal })),
      );
      return answer?.approximateMessagesCount ?? 0;
    },
    drop: async () => {
      await unless(["QueueNotFound"], async () => tries((abortSignal) => client.delete({ abortSignal })));
    },
  };
}
