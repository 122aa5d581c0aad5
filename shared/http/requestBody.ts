import { DomainError } from "../domain/errors.ts";
import { within } from "./within.ts";

/** How slowly a body may come: below the rate for so long, and it is given up. */
export interface Patience {
  readonly bytesPerSecondMin: number;
  readonly forMs: number;
}

/** What is read and dropped of a body that the service left early, before its connection is closed. */
export interface Rest {
  readonly bytesMax: number;
  readonly forMs: number;
  readonly close: () => void;
}

export interface RequestBody {
  /**
   * A body that breaks off before its end is the client's doing, or its network's, and no failure of the service:
   * `invalid`. One that comes too slowly is `tooSlow`; for its rate only the time counts in which the service waits.
   */
  readonly bytes: AsyncIterable<Uint8Array>;
  /**
   * To be called when nobody reads the body any more, however much of it was read. What is left would stand in front
   * of the next request on the connection, which is another caller's: the host shares its connections to the app. So
   * the rest is read and dropped, in the background, within bounds.
   */
  readonly dropRest: () => void;
}

/** The front end gives a request up after 230 seconds without an answer; this one can still be answered. */
const wholeMsMax = 220_000;

export function openRequestBody(source: AsyncIterable<Uint8Array> | null, patience: Patience, rest: Rest): RequestBody {
  const iterator = (source ?? nothing())[Symbol.asyncIterator]();
  let isOver = false;
  let isLeft = false;
  const next = async (waitMs: number): Promise<IteratorResult<Uint8Array> | undefined> => {
    try {
      const result = await within(iterator.next(), waitMs);
      isOver ||= result?.done === true;
      return result;
    } catch {
      isOver = true;
      throw new DomainError("invalid", "The connection ended before the whole body had come. Send the request again.");
    }
  };
  return {
    // Whoever read on beside the drop would take a body with gaps for a whole one.
    bytes: readAtPace((waitMs) => (isLeft ? Promise.reject(notWhole()) : next(waitMs)), patience),
    dropRest() {
      if (isOver || isLeft) return;
      isLeft = true;
      // A connection that ends by itself leaves nothing to drop.
      void dropWithin(next, rest).catch(() => undefined);
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The next bytes; undefined when they have not come in that time. */
type Next = (waitMs: number) => Promise<IteratorResult<Uint8Array> | undefined>;

async function* readAtPace(next: Next, { bytesPerSecondMin, forMs }: Patience): AsyncGenerator<Uint8Array> {
  const until = performance.now() + wholeMsMax;
  // Waiting spends it, bytes earn it back, and no more than all of it can be saved for later.
  let patienceMs = forMs;
  for (;;) {
    const startedAt = performance.now();
    const leftMs = until - startedAt;
    const result = await next(Math.min(patienceMs, leftMs));
    if (!result) throw leftMs < patienceMs ? notWhole() : tooSlow(bytesPerSecondMin, forMs);
    if (result.done) return;
    const earnedMs = (result.value.byteLength / bytesPerSecondMin) * 1_000;
    patienceMs = Math.min(forMs, patienceMs - (performance.now() - startedAt) + earnedMs);
    yield result.value;
  }
}

async function dropWithin(next: Next, { bytesMax, forMs, close }: Rest): Promise<void> {
  const until = performance.now() + forMs;
  for (let leftBytes = bytesMax; leftBytes >= 0;) {
    const result = await next(until - performance.now());
    if (result?.done) return;
    if (!result) break;
    leftBytes -= result.value.byteLength;
  }
  close();
}

function tooSlow(bytesPerSecondMin: number, forMs: number): DomainError {
  const pace = `${bytesPerSecondMin} bytes a second for ${Math.round(forMs / 1_000)} seconds`;
  return new DomainError("tooSlow", `The body came slower than ${pace}. Send the request again, without pauses.`);
}

function notWhole(): DomainError {
  const message = `The body had not come whole after ${wholeMsMax / 1_000} seconds. Send it in smaller files.`;
  return new DomainError("tooSlow", message);
}
