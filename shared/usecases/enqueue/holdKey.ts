import { type AcceptedUpload, type KeyRecord, keyBeatMs, keyHoldMs } from "../../domain/uploadKey.ts";
import type { Ports } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { findEarlier } from "./findEarlier.ts";
import { underWay } from "./underWay.ts";

/** A key in the hands of one request, with the version of its record that says so. */
export interface HeldKey {
  readonly activityId: string;
  readonly key: string;
  readonly seen: Stored<KeyRecord>;
}

/** Either the request holds the key now, or an upload was accepted under it before. */
export type KeyClaim =
  | { readonly kind: "held"; readonly held: HeldKey }
  | { readonly kind: "accepted"; readonly upload: AcceptedUpload };

/**
 * Takes a key of a job before its message is accepted, or finds that this request holds it. Throws `conflict` while
 * another request is on its way with the key; one that has been silent for some seconds loses it.
 */
export async function claimKey(ports: Ports, activityId: string, key: string, messageId: string): Promise<KeyClaim> {
  // Also a key that another request left, or whose first write came back as lost: neither says that this was asked.
  const orEarlier = (seen: Stored<KeyRecord>): Promise<KeyClaim> => unlessEarlier(ports, { activityId, key, seen });
  return untilWon(`A key of job ${activityId}`, async () => {
    const now = ports.clock.now();
    const next: KeyRecord = { messageId, reservedAt: now, heldUntil: now + keyHoldMs };
    const fresh = await ports.idempotency.change(activityId, { key, seen: undefined, next });
    if (fresh) return orEarlier(fresh);
    const seen = await ports.idempotency.find(activityId, key);
    if (!seen) return lost;
    const { accepted, heldUntil = 0 } = seen.value;
    if (accepted) return { kind: "accepted", upload: { ...accepted, messageId: seen.value.messageId } };
    if (seen.value.messageId === messageId) return orEarlier(seen);
    if (now < heldUntil) throw underWay(heldUntil - now);
    const taken = await ports.idempotency.change(activityId, { key, seen, next });
    return taken ? orEarlier(taken) : lost;
  });
}

/** A key that is free may have been used with the first release, whose records stand elsewhere. */
async function unlessEarlier(ports: Ports, held: HeldKey): Promise<KeyClaim> {
  let isOurs = false;
  try {
    const upload = await findEarlier(ports, held.activityId, held.key);
    isOurs = upload === undefined;
    return upload ? { kind: "accepted", upload } : { kind: "held", held };
  } finally {
    if (!isOurs) await releaseKey(ports, held);
  }
}

/** Tells now and then that the request is at work. Throws `conflict` when another one has taken the key meanwhile. */
export async function keepKey(ports: Ports, held: HeldKey): Promise<HeldKey> {
  const { activityId, key, seen } = held;
  const now = ports.clock.now();
  const { heldUntil = 0 } = seen.value;
  if (heldUntil - now > keyHoldMs - keyBeatMs) return held;
  const next = { ...seen.value, heldUntil: now + keyHoldMs };
  const kept = await ports.idempotency.change(activityId, { key, seen, next });
  if (kept) return { ...held, seen: kept };
  throw underWay();
}

/** Whether nobody has taken the key since: whatever another request under it reserved in its job is nobody's then. */
export async function hasKey(ports: Ports, held: HeldKey | undefined, ofJob: string): Promise<boolean> {
  if (held?.activityId !== ofJob) return false;
  return (await ports.idempotency.find(held.activityId, held.key))?.etag === held.seen.etag;
}

/** Gives a key up that no message was accepted under. */
export async function releaseKey(ports: Ports, { activityId, key, seen }: HeldKey): Promise<void> {
  await ports.idempotency.remove(activityId, key, seen);
}
