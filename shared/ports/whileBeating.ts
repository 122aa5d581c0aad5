import { setTimeout } from "node:timers/promises";

/**
 * Gives a sign of life each so often while the work goes on. One that fails is the last: it is told, and the work goes
 * on, since its next write will find out what that means.
 */
export async function whileBeating<R>(
  everyMs: number,
  beat: () => Promise<void>,
  onFailure: (error: unknown) => void,
  work: () => Promise<R>,
): Promise<R> {
  const done = new AbortController();
  const beating = beatUntil(done.signal, everyMs, beat).catch((error: unknown) => {
    if (!done.signal.aborted) onFailure(error);
  });
  try {
    return await work();
  } finally {
    done.abort();
    await beating;
  }
}

async function beatUntil(signal: AbortSignal, everyMs: number, beat: () => Promise<void>): Promise<void> {
  for (;;) {
    await setTimeout(everyMs, undefined, { signal });
    await beat();
  }
}
