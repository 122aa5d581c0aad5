import { setTimeout as wait } from "node:timers/promises";
import { RestError } from "@azure/storage-blob";
import { isPassing, isRefused, toUnavailable } from "./failures.ts";

export interface TryOptions {
  readonly triesMax: number;
  readonly tryTimeoutMs: number;
  readonly retryDelayMs: number;
  readonly retryDelayMsMax: number;
}

// A block of 4 MiB goes through in the time-out at 140 KB/s; all tries together stay under the front end's 230 s.
export const defaultTryOptions: TryOptions = {
  triesMax: 5,
  tryTimeoutMs: 30_000,
  retryDelayMs: 200,
  retryDelayMsMax: 10_000,
};

/**
 * Runs one request of a service, again while it fails for reasons that pass. Throws `Unavailable` when the last try failed
 * by one, and when nobody can sign in or is let in; any other answer of the service as the SDK's error.
 */
export type Tries = <Answer>(run: (abortSignal: AbortSignal) => Promise<Answer>) => Promise<Answer>;

/**
 * The SDKs' own retries are not enough: those of blobs and queues have no time-out that ends a hung connection and
 * ignore Retry-After, and those of tables stop at a connection that breaks in the middle of an answer.
 */
export function withTries(options: TryOptions): Tries {
  return async (run) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await runOnce(run, options.tryTimeoutMs);
      } catch (error) {
        if (tries >= options.triesMax || !isPassing(error)) throw endOf(error);
        await wait(delayMs(error, tries, options));
      }
    }
  };
}

/** What a caller is told: nothing was wrong with its request, or what the service had against it. */
function endOf(error: unknown): unknown {
  return isPassing(error) || isRefused(error) ? toUnavailable(error) : error;
}

/** The time-out ends with the answer's headers where the body is a stream, which must be free to take its time. */
async function runOnce<Answer>(
  run: (abortSignal: AbortSignal) => Promise<Answer>,
  tryTimeoutMs: number,
): Promise<Answer> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), tryTimeoutMs);
  try {
    return await run(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) throw new RestError("The service did not answer in time.", { code: "ETIMEDOUT" });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function delayMs(error: unknown, tries: number, options: TryOptions): number {
  const askedSeconds = error instanceof RestError ? Number(error.response?.headers.get("retry-after") ?? 0) : 0;
  const growingMs = options.retryDelayMs * 3 ** (tries - 1);
  const atLeastMs = Math.max(growingMs, Number.isFinite(askedSeconds) ? askedSeconds * 1000 : 0);
  // Up to a half more, so that instances that were throttled together do not come back together.
  return Math.min(atLeastMs, options.retryDelayMsMax) * (1 + Math.random() / 2);
}
