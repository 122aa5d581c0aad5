import type { WorkLease } from "../domain/message.ts";
import type { Message, Ports, Stored } from "../ports.ts";

/** Somebody else took the message over: whatever this worker still does must have no effect, so it stops. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** A message that this worker has claimed. */
export interface Held<M extends Message> {
  message(): M;
  stored(): Stored<M>;
  /** Renews the lease when a third of it has passed; call it at every batch. Throws `LeaseLost`. */
  keep(): Promise<void>;
  /** Saves the next state. Throws `LeaseLost`. */
  save(next: M): Promise<void>;
  /** As `save`, by a write of the caller's own, which answers undefined when the race is lost. */
  saveWith(write: (stored: Stored<M>) => Promise<Stored<M> | undefined>): Promise<void>;
}

export function holdMessage<M extends Message>(ports: Ports, claimed: Stored<M>): Held<M> {
  let current = claimed;
  const { leaseMs } = ports.settings;

  const saveWith = async (write: (stored: Stored<M>) => Promise<Stored<M> | undefined>): Promise<void> => {
    const saved = await write(current);
    if (!saved) throw new LeaseLost(`Message ${current.value.id} was taken over.`);
    current = saved;
  };
  const save = (next: M): Promise<void> => saveWith((stored) => ports.messages.replace(stored, next));

  return {
    message: () => current.value,
    stored: () => current,
    save,
    saveWith,
    keep: async () => {
      const { lease } = current.value;
      if (!lease) throw new LeaseLost(`Message ${current.value.id} is not held.`);
      const now = ports.clock.now();
      if (lease.until - now > (leaseMs * 2) / 3) return;
      const renewed: WorkLease = { fence: lease.fence, until: now + leaseMs };
      await save({ ...current.value, lease: renewed });
    },
  };
}
