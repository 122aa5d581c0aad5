import { QueueClient } from "@azure/storage-queue";
import { expect, test } from "vitest";
import { startAzurite } from "../../../local/azurite.ts";
import type { HostedApp } from "../../../local/host/hostedApp.ts";
import { startQueueListener } from "../../../local/host/queueListener.ts";

test("a message stays hidden while its invocation runs, however long, and is not given out twice", async () => {
  const azurite = await startAzurite();
  const queue = new QueueClient(azurite.connectionString, "renewed");
  const poison = new QueueClient(azurite.connectionString, "renewed-poison");
  const renewedTwice = watchRenewals(queue, 2);
  let invocations = 0;
  const app: Pick<HostedApp, "invoke"> = {
    async invoke() {
      invocations += 1;
      await renewedTwice;
      return {};
    },
  };
  const target = { metadata: { name: "renewed", bindings: {} } };
  const limits = {
    batchSize: 1,
    newBatchThreshold: 1,
    maxDequeueCount: 5,
    retryDelayMs: 0,
    pollingIntervalMsMax: 50,
    messageEncoding: "none",
  } as const;
  const lines: string[] = [];
  const log = (_level: string, _category: string, message: string): void => void lines.push(message);
  const options = { queue, poison, limits, visibilityMs: 1_000, idleMsMax: 50, log };

  const listener = await startQueueListener(app, target, options);
  await queue.sendMessage("slow");
  await renewedTwice;
  await listener.stop(5_000);

  expect(invocations).toBe(1);
  expect((await queue.getProperties()).approximateMessagesCount).toBe(0);
  expect(lines).toEqual([]);
  await azurite.stop();
});

/** Resolves when the message was hidden anew that many times: by then more than its first second has passed. */
function watchRenewals(queue: QueueClient, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const update = queue.updateMessage.bind(queue);
  let renewals = 0;
  queue.updateMessage = async (...args) => {
    const answer = await update(...args);
    renewals += 1;
    if (renewals > count) resolve();
    return answer;
  };
  return promise;
}
