import { DomainError } from "../domain/errors.ts";

/** How slowly a body may come: below the rate for so long, and it is given up. */
export interface Patience {
  readonly bytesPerSecondMin: number;
  readonly forMs: number;
}

/**
 * The bytes of a request's body; none when there is none. A body that breaks off before its end is the client's doing,
 * or its network's, and no failure of the service: `invalid`. One that comes too slowly is `tooSlow`; only the time in
 * which the service waits for the client counts.
 */
export async function* readRequestBody(
  body: AsyncIterable<Uint8Array> | null,
  { bytesPerSecondMin, forMs }: Patience,
): AsyncGenerator<Uint8Array> {
  const iterator = (body ?? nothing())[Symbol.asyncIterator]();
  // Waiting spends it, bytes earn it back, and no more than all of it can be saved for later.
  let patienceMs = forMs;
  let isWaiting = false;
  try {
    for (;;) {
      const startedAt = performance.now();
      isWaiting = true;
      const next = await nextWithin(iterator, patienceMs);
      if (!next) throw tooSlow(bytesPerSecondMin, forMs);
      isWaiting = false;
      if (next.done) return;
      const earnedMs = (next.value.byteLength / bytesPerSecondMin) * 1_000;
      patienceMs = Math.min(forMs, patienceMs - (performance.now() - startedAt) + earnedMs);
      yield next.value;
    }
  } finally {
    const left = iterator.return?.().catch(() => undefined);
    // The source gives way once its next bytes have come, and for those nobody waits any more.
    if (!isWaiting) await left;
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Undefined when the time is over. */
async function nextWithin(
  iterator: AsyncIterator<Uint8Array>,
  waitMs: number,
): Promise<IteratorResult<Uint8Array> | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), Math.max(0, waitMs));
  try {
    return await Promise.race([iterator.next(), late]);
  } catch {
    throw new DomainError("invalid", "The connection ended before the whole body had come. Send the request again.");
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(bytesPerSecondMin: number, forMs: number): DomainError {
  const pace = `${bytesPerSecondMin} bytes a second for ${Math.round(forMs / 1_000)} seconds`;
  return new DomainError("tooSlow", `The body came slower than ${pace}. Send the request again, without pauses.`);
}
