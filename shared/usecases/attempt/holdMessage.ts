import type { WorkLease } from "../../domain/message.ts";
import type { Message, Ports } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import type { Pace } from "../../ports/pace.ts";
import { whileBeating } from "../../ports/whileBeating.ts";
import { clearUnlessThere } from "../retention/removeMessage.ts";

/** Somebody else took the message over: whatever this worker still does must have no effect, so it stops. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** A message that this worker has claimed. */
export interface Held<M extends Message> {
  message(): M;
  stored(): Stored<M>;
  /** Renews the lease when a third of it has passed. Throws `LeaseLost`. */
  keep(): Promise<void>;
  /** Of the work over the message's input: each rest keeps the lease. */
  readonly pace: Pace;
  /** Saves the next state. Throws `LeaseLost`. */
  save(next: M): Promise<void>;
  /** As `save`, by a write of the caller's own, which answers undefined when the race is lost. */
  saveWith(write: (stored: Stored<M>) => Promise<Stored<M> | undefined>): Promise<void>;
}

export function holdMessage<M extends Message>(ports: Ports, claimed: Stored<M>): Held<M> {
  let current = claimed;
  let last: Promise<unknown> = Promise.resolve();
  const { leaseMs } = ports.settings;

  const write = async (change: (stored: Stored<M>) => Promise<Stored<M> | undefined>): Promise<void> => {
    const saved = await change(current);
    if (saved) {
      current = saved;
      return;
    }
    // Where the message was removed meanwhile, nobody else knows of what this worker has written for it.
    await clearUnlessThere(ports, current.value);
    throw new LeaseLost(`Message ${current.value.id} was taken over.`);
  };
  // One write after another: the heartbeat must not take the worker's own write for somebody else's.
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };

  const keep = (): Promise<void> =>
    inTurn(async () => {
      const { lease } = current.value;
      if (!lease) throw new LeaseLost(`Message ${current.value.id} is not held.`);
      const now = ports.clock.now();
      if (lease.until - now > (leaseMs * 2) / 3) return;
      const renewed: WorkLease = { fence: lease.fence, until: now + leaseMs };
      await write((stored) => ports.messages.replace(stored, { ...stored.value, lease: renewed }));
    });

  return {
    message: () => current.value,
    stored: () => current,
    save: (next) => inTurn(() => write((stored) => ports.messages.replace(stored, next))),
    saveWith: (change) => inTurn(() => write(change)),
    keep,
    pace: ports.startPace(keep),
  };
}

/** Keeps the lease while something works that does not call `keep` itself, such as a commit that waits for its turn. */
export async function keepWhile<M extends Message, R>(ports: Ports, held: Held<M>, work: () => Promise<R>): Promise<R> {
  const notKept = (error: unknown): void =>
    ports.log.warn("lease.notKept", { messageId: held.message().id, reason: describe(error) });
  return whileBeating(ports.settings.leaseMs / 3, () => held.keep(), notKept, work);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}
