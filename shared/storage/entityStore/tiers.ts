import type { EntityStoreLimits } from "./limits.ts";

/** A large layer takes part in a merge when all newer ones of the merge together have a quarter of its size. */
const tierFactor = 4;

/**
 * How many of the newest layers a commit takes into its own, by their sizes, newest first. Small ones double: one is taken
 * when those before it have its size together, so that each record is written again as often as its layer can double, and
 * their number grows with the logarithm of what they hold. Large ones are left to the upkeep, unless it does not come.
 */
export function layersToTake(sizes: readonly number[], limits: EntityStoreLimits): number {
  let newer = 0;
  let taken = 0;
  for (const [index, size] of sizes.entries()) {
    if (size > limits.smallLayerBytes) break;
    if (size <= Math.max(limits.tinyLayerBytes, newer)) taken = index + 1;
    newer += size;
  }
  // Half of them at once, so that not every commit that follows pays for it.
  return sizes.length < limits.fanInMax ? taken : Math.max(taken, sizes.length - Math.floor(limits.fanInMax / 2));
}

/**
 * Which layers the upkeep merges into one; `from` is `below` when there is nothing to gain. Commits change the small ones
 * at the front all the time, so that a merge of large ones that included them would never come to its end.
 */
export function layersToMerge(
  sizes: readonly number[],
  limits: EntityStoreLimits,
): { readonly from: number; readonly below: number } {
  const firstLarge = sizes.findIndex((size) => size > limits.smallLayerBytes);
  const from = firstLarge < 0 ? sizes.length : firstLarge;
  let below = from;
  let newer = 0;
  for (const [index, size] of sizes.entries()) {
    if (index > from && size <= tierFactor * newer) below = index + 1;
    if (index >= from) newer += size;
  }
  if (below > from) return { from, below };
  return sizes.length > limits.layersMax && from > 1 ? { from: 0, below: from } : { from: 0, below: 0 };
}
