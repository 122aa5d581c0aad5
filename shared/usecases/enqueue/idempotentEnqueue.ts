import { DomainError } from "../../domain/errors.ts";
import type { IdempotencyRecord, Ports, Stored } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";

/** A key is ours to use with this message id, or it stands for a message that was accepted under it. */
export type KeyClaim =
  | { readonly kind: "ours"; readonly messageId: string }
  | { readonly kind: "taken"; readonly messageId: string; readonly sha256: string };

/** Longer than any upload may take, so that an unfinished claim of this age belongs to a request that died. */
const uploadMsMax = 10 * 60_000;

interface KeyUse {
  readonly messageId?: string;
  /** After this time the key is free again; for ever by default. */
  readonly windowMs?: number;
}

/**
 * Claims a key of a job before its message is accepted. Throws `conflict` while another request with the key is under
 * way; a claim whose request died is taken over.
 */
export async function claimKey(ports: Ports, activityId: string, key: string, use: KeyUse = {}): Promise<KeyClaim> {
  const messageId = use.messageId ?? ports.ids.next();
  const ours: KeyClaim = { kind: "ours", messageId };
  return untilWon(`A key of job ${activityId}`, async () => {
    const record: IdempotencyRecord = { messageId, reservedAt: ports.clock.now() };
    if (await ports.idempotency.insert(activityId, key, record)) return ours;
    const found = await ports.idempotency.find(activityId, key);
    if (!found) return lost;
    const taken = await findMessage(ports, activityId, found, use.windowMs);
    if (taken) return taken;
    return (await takeOver(ports, activityId, key, found, record, use.windowMs)) ? ours : lost;
  });
}

function underWay(): DomainError {
  return new DomainError("conflict", "Another request with the same key is under way. Repeat this one later.");
}

/**
 * Makes sure of a claim right before its message is accepted. Throws `conflict` when an upload took so long that
 * another request took its key over; one that is halfway there gets its time anew.
 */
export async function keepKey(ports: Ports, activityId: string, key: string, messageId: string): Promise<void> {
  const found = await ports.idempotency.find(activityId, key);
  if (found?.value.messageId !== messageId) throw underWay();
  const now = ports.clock.now();
  if (now - found.value.reservedAt < uploadMsMax / 2) return;
  if (!(await ports.idempotency.replace(activityId, key, { ...found.value, reservedAt: now }, found.etag))) {
    throw underWay();
  }
}

/** Gives a key up, unless it stands for another request's message by now. */
export async function releaseKey(ports: Ports, activityId: string, key: string, messageId: string): Promise<void> {
  const found = await ports.idempotency.find(activityId, key);
  if (found?.value.messageId === messageId) await ports.idempotency.remove(activityId, key);
}

async function findMessage(
  ports: Ports,
  activityId: string,
  found: Stored<IdempotencyRecord>,
  windowMs = Number.POSITIVE_INFINITY,
): Promise<KeyClaim | undefined> {
  const { messageId, reservedAt, sha256 } = found.value;
  if (ports.clock.now() - reservedAt >= windowMs) return undefined;
  if (sha256 !== undefined) return { kind: "taken", messageId, sha256 };
  const message = await ports.messages.findInbound(activityId, messageId);
  return message && { kind: "taken", messageId, sha256: message.value.sha256 };
}

async function takeOver(
  ports: Ports,
  activityId: string,
  key: string,
  found: Stored<IdempotencyRecord>,
  record: IdempotencyRecord,
  windowMs = uploadMsMax,
): Promise<boolean> {
  if (ports.clock.now() - found.value.reservedAt < Math.min(windowMs, uploadMsMax)) {
    throw underWay();
  }
  return ports.idempotency.replace(activityId, key, record, found.etag);
}

/** Notes what the key stands for, so that a repeat is recognised after the message itself is gone. */
export async function settleKey(
  ports: Ports,
  activityId: string,
  key: string,
  messageId: string,
  sha256: string,
): Promise<void> {
  const found = await ports.idempotency.find(activityId, key);
  if (found?.value.sha256 !== undefined) return;
  if (found) await ports.idempotency.replace(activityId, key, { ...found.value, messageId, sha256 }, found.etag);
}
