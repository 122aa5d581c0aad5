import type { Actor } from "../../domain/caller.ts";
import { type RunOrder, isSameOrder } from "../../domain/runOrder.ts";
import type { Message, Ports } from "../../ports.ts";
import { otherRun } from "../attempt/reserveRun.ts";

/** A run that was accepted; whoever asks for its message, or for its execution, finds it. */
export interface StartedRun {
  readonly messageId: string;
  /** Of its last run. Absent while it waits for one that somebody asked for again. */
  readonly executionId?: string;
}

export function startedRun({ id, executionId }: Message): StartedRun {
  return { messageId: id, ...(executionId !== undefined && { executionId }) };
}

/** What a caller calls a run stands for what it asked for then. Throws `unprocessable` for another order, or another one's. */
export function requireSameRun({ ownOrder }: Pick<Message, "ownOrder">, order: RunOrder): void {
  if (order.requestedId === undefined || !ownOrder) return;
  if (ownOrder.requestedBy?.applicationId !== order.requestedBy?.applicationId) throw otherRun("another caller's run");
  if (!isSameOrder(ownOrder, order)) throw otherRun("another run");
}

/** Writes down who asked for a run first; again by whoever repeats the call, since the first one may have died before. */
export async function recordStart(ports: Ports, { id, ownOrder, enqueuedAt }: Message, by: Actor): Promise<void> {
  const target = ownOrder?.project ?? "";
  const entry = { at: enqueuedAt, ...(ownOrder?.requestedBy ?? by), action: "run", kind: "project", target } as const;
  await ports.audit.record({ ...entry, detail: id }, id);
}
