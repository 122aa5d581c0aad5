import type { EntityRef } from "../../ports/entityStore.ts";
import type { StoreGround } from "./limits.ts";
import { loadManifest, swapManifest, type LoadedManifest } from "./manifest.ts";

/** How a writer has fared so far. */
export interface WriterFortune {
  readonly writer: string;
  readonly losses: number;
  /** How long its last attempt took. */
  readonly buildMs: number;
}

const pauseMsMin = 20;
const pauseMsMax = 1000;
const pausesMax = 10_000;
const reservationMsMin = 5000;

/**
 * The manifest to build on, as soon as no other writer has reserved it. A writer that lost too often reserves it
 * itself: without that, a large import would lose to small ones for ever.
 */
export async function awaitTurn(ground: StoreGround, ref: EntityRef, fortune: WriterFortune): Promise<LoadedManifest> {
  const patienceEndsAt = ground.now() + ground.limits.reservationMsMax;
  for (let pauses = 0; pauses < pausesMax; pauses += 1) {
    const loaded = await loadManifest(ground, ref);
    const mustWait = isReservedByOther(ground, loaded, fortune.writer) && ground.now() < patienceEndsAt;
    if (!mustWait && fortune.losses < ground.limits.lossesBeforeReserving) return loaded;
    if (!mustWait && (await reserve(ground, ref, loaded, fortune))) return loadManifest(ground, ref);
    await pause(ground, pauses);
  }
  return loadManifest(ground, ref);
}

export function isReservedByOther(ground: StoreGround, loaded: LoadedManifest, writer: string): boolean {
  const { reservation } = loaded.manifest;
  return reservation !== undefined && reservation.writer !== writer && reservation.until > ground.now();
}

/** Waits a random while that grows with each turn, so that writers do not meet again. */
export async function pause(ground: StoreGround, turn: number): Promise<void> {
  const longestMs = Math.min(pauseMsMax, pauseMsMin * 2 ** Math.min(turn, 10));
  await ground.wait(Math.ceil(longestMs * (0.5 + ground.random() / 2)));
}

async function reserve(
  ground: StoreGround,
  ref: EntityRef,
  loaded: LoadedManifest,
  { writer, buildMs }: WriterFortune,
): Promise<boolean> {
  const durationMs = Math.min(ground.limits.reservationMsMax, reservationMsMin + 3 * buildMs);
  const reservation = { writer, until: ground.now() + durationMs };
  return swapManifest(ground, ref, loaded, { ...loaded.manifest, reservation });
}
