import { DomainError } from "../../domain/errors.ts";
import type { EntityRef, UpsertCommit } from "../../ports/entityStore.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import type { StoreGround } from "./limits.ts";
import { loadManifest, swapManifest, type LoadedManifest, type Manifest } from "./manifest.ts";

/** The manifest, made where there is none: a commit is judged only when `interrupt` can find what it will swap. */
export async function standing(ground: StoreGround, ref: EntityRef, loaded: LoadedManifest): Promise<LoadedManifest> {
  if (loaded.etag !== undefined) return loaded;
  await swapManifest(ground, ref, loaded, loaded.manifest);
  return loadManifest(ground, ref);
}

/** Throws `invalid` for records that would stand beside those of another layout. */
export function requireLayout(
  ref: EntityRef,
  { count, layout }: Manifest,
  commit: Pick<UpsertCommit, "layout" | "truncateFirst">,
): void {
  if (layout === undefined || layout === commit.layout || count === 0 || commit.truncateFirst) return;
  const where = ref.company === undefined ? "" : ` of company ${ref.company}`;
  const text = `The ${count} records${where} were stored under another key (${layout}) than the entity has now (${commit.layout}). Replace them all, by an import that truncates first.`;
  throw new DomainError("invalid", text);
}

/** Swaps the manifest for itself, so that whoever is about to swap it comes second; answers how many records it has. */
export async function interrupt(ground: StoreGround, ref: EntityRef): Promise<number> {
  return untilWon(`The manifest of ${ref.entityId}`, async () => {
    const current = await loadManifest(ground, ref);
    return (await swapManifest(ground, ref, current, current.manifest)) ? current.manifest.count : lost;
  });
}
