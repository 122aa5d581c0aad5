import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import { setTimeout as setTimeoutAsync } from "node:timers/promises";
import type { HostedFunction, HostLog, TypedData } from "./coreTypes.ts";
import { describeError } from "./describeError.ts";
import type { HostedApp } from "./hostedApp.ts";
import type { QueueLimits } from "./settings.ts";

export interface QueueListener {
  /** Receives nothing more, and waits for the messages that are being worked on, at most for the time given. */
  stop(waitMs: number): Promise<void>;
}

export interface QueueOptions {
  readonly queue: QueueClient;
  readonly poison: QueueClient;
  readonly limits: QueueLimits;
  /** How long a received message is hidden; renewed at half of it while its invocation runs. Ten minutes in Azure. */
  readonly visibilityMs: number;
  readonly idleMsMax: number;
  readonly log: HostLog;
}

const idleMsMin = 25;

/**
 * Calls a queue function for each message, some at a time. A message whose invocation fails comes back after the delay
 * of host.json, and goes to the poison queue after its last attempt.
 */
export async function startQueueListener(
  app: Pick<HostedApp, "invoke">,
  target: HostedFunction,
  options: QueueOptions,
): Promise<QueueListener> {
  await options.queue.createIfNotExists();
  const running = new Set<Promise<void>>();
  const sleeper = createSleeper();
  const start = (message: DequeuedMessageItem): void => {
    const work = handleMessage(app, target, options, message)
      .catch((error: unknown) => report(options, message, error))
      .finally(() => {
        running.delete(work);
        sleeper.wake();
      });
    running.add(work);
  };
  const loop = poll(options, running, start, sleeper);
  return {
    async stop(waitMs) {
      sleeper.end();
      await loop;
      await Promise.race([Promise.allSettled(running), setTimeoutAsync(waitMs, undefined, { ref: false })]);
    },
  };
}

function report({ log, queue }: QueueOptions, { messageId }: DequeuedMessageItem, error: unknown): void {
  log("error", "host", `Queue ${queue.name}, message ${messageId}: ${describeError(error)}`);
}

async function poll(
  options: QueueOptions,
  running: ReadonlySet<unknown>,
  start: (message: DequeuedMessageItem) => void,
  sleeper: Sleeper,
): Promise<void> {
  let idleMs = idleMsMin;
  while (!sleeper.isEnded()) {
    if (running.size > options.limits.newBatchThreshold) {
      await sleeper.sleep(options.idleMsMax);
      continue;
    }
    const messages = await receive(options);
    messages.forEach(start);
    idleMs = messages.length > 0 ? idleMsMin : Math.min(idleMs * 2, options.idleMsMax);
    if (messages.length === 0) await sleeper.sleep(idleMs);
  }
}

interface Sleeper {
  sleep(ms: number): Promise<void>;
  wake(): void;
  end(): void;
  isEnded(): boolean;
}

/** Sleep that a finished message or the stop cuts short. */
function createSleeper(): Sleeper {
  let isEnded = false;
  let wake = (): void => {};
  return {
    sleep: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, isEnded ? 0 : ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    wake: () => wake(),
    end() {
      isEnded = true;
      wake();
    },
    isEnded: () => isEnded,
  };
}

async function receive(options: QueueOptions): Promise<readonly DequeuedMessageItem[]> {
  const { limits, log, queue, visibilityMs } = options;
  try {
    // Not aborted on stop: an answer on its way may already have hidden messages, and they are worked on.
    const answer = await queue.receiveMessages({
      numberOfMessages: limits.batchSize,
      visibilityTimeout: Math.ceil(visibilityMs / 1000),
    });
    return answer.receivedMessageItems;
  } catch (error) {
    log("warning", "host", `Queue ${queue.name} could not be read: ${describeError(error)}`);
    return [];
  }
}

async function handleMessage(
  app: Pick<HostedApp, "invoke">,
  target: HostedFunction,
  options: QueueOptions,
  message: DequeuedMessageItem,
): Promise<void> {
  const { limits, log, queue } = options;
  const text = decode(message.messageText, limits.messageEncoding);
  // Received once too often means that earlier attempts ended with their process.
  if (text === undefined || message.dequeueCount > limits.maxDequeueCount) return moveToPoison(options, message);
  const lease = holdMessage(options, message);
  try {
    await app.invoke(target, { input: { string: text }, triggerMetadata: toTriggerMetadata(message, text) });
  } catch (error) {
    const held = { ...message, popReceipt: await lease.release() };
    log("error", "host", `The queue function "${target.metadata.name}" failed: ${describeError(error)}`);
    if (message.dequeueCount >= limits.maxDequeueCount) return moveToPoison(options, held);
    await queue.updateMessage(held.messageId, held.popReceipt, undefined, Math.ceil(limits.retryDelayMs / 1000));
    return;
  }
  await queue.deleteMessage(message.messageId, await lease.release());
}

/** Keeps a message hidden while it is worked on; `release` gives the receipt that counts at the end. */
function holdMessage(
  { queue, visibilityMs, log }: QueueOptions,
  { messageId, popReceipt }: DequeuedMessageItem,
): { release(): Promise<string> } {
  let receipt = popReceipt;
  let renewal = Promise.resolve();
  const renew = async (): Promise<void> => {
    try {
      const answer = await queue.updateMessage(messageId, receipt, undefined, Math.ceil(visibilityMs / 1000));
      receipt = answer.popReceipt ?? receipt;
    } catch (error) {
      log("warning", "host", `Queue ${queue.name}, ${messageId} could not be kept hidden: ${describeError(error)}`);
    }
  };
  const timer = setInterval(() => void (renewal = renewal.then(renew)), visibilityMs / 2);
  return {
    async release() {
      clearInterval(timer);
      await renewal;
      return receipt;
    },
  };
}

async function moveToPoison({ queue, poison, log }: QueueOptions, message: DequeuedMessageItem): Promise<void> {
  await poison.createIfNotExists();
  await poison.sendMessage(message.messageText, { messageTimeToLive: -1 });
  await queue.deleteMessage(message.messageId, message.popReceipt);
  log("warning", "host", `Queue ${queue.name}: ${message.messageId} went to ${poison.name}.`);
}

function decode(text: string, encoding: QueueLimits["messageEncoding"]): string | undefined {
  if (encoding === "none") return text;
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes.toString("utf8") : undefined;
}

function toTriggerMetadata(message: DequeuedMessageItem, text: string): Record<string, TypedData> {
  const time = (value: Date): TypedData => ({ json: JSON.stringify(value) });
  return {
    QueueTrigger: { string: text },
    DequeueCount: { json: String(message.dequeueCount) },
    Id: { string: message.messageId },
    PopReceipt: { string: message.popReceipt },
    InsertionTime: time(message.insertedOn),
    NextVisibleTime: time(message.nextVisibleOn),
    ExpirationTime: time(message.expiresOn),
  };
}
