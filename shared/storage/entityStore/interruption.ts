import type { EntityRef } from "../../ports/entityStore.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import type { StoreGround } from "./limits.ts";
import { loadManifest, swapManifest, type LoadedManifest } from "./manifest.ts";

/** The manifest, made where there is none: a commit is judged only when `interrupt` can find what it will swap. */
export async function standing(ground: StoreGround, ref: EntityRef, loaded: LoadedManifest): Promise<LoadedManifest> {
  if (loaded.etag !== undefined) return loaded;
  await swapManifest(ground, ref, loaded, loaded.manifest);
  return loadManifest(ground, ref);
}

/** Swaps the manifest for itself, so that whoever is about to swap it comes second; answers how many records it has. */
export async function interrupt(ground: StoreGround, ref: EntityRef): Promise<number> {
  return untilWon(`The manifest of ${ref.entityId}`, async () => {
    const current = await loadManifest(ground, ref);
    return (await swapManifest(ground, ref, current, current.manifest)) ? current.manifest.count : lost;
  });
}
