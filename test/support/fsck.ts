import { fsck, type FsckOptions, type Judged } from "../../shared/fsck/fsck.ts";
import type { World } from "../../shared/fsck/world.ts";
import { containerNames, queueNames, tableNames } from "../../shared/storage/ground/names.ts";
import type { Ports } from "../../shared/ports.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";

/** Every place of a system that was deployed. */
export const allPlaces = {
  tables: Object.values(tableNames),
  containers: Object.values(containerNames),
  queues: Object.values(queueNames),
};

/** What fsck finds in the storage of the service in memory; `pause` is what happens before it looks again. */
export async function check(
  scene: { readonly ports: Ports; readonly ground: Ground },
  { places = allPlaces, isQuick = false, isDeployed = true, ...options }: Partial<FsckOptions & World> = {},
): Promise<readonly Judged[]> {
  const world: World = { ...scene, places, isQuick, isDeployed, seen: () => undefined };
  const usual: FsckOptions = { repairs: false, pause: () => Promise.resolve(), begins: () => undefined };
  const found: Judged[] = [];
  for await (const finding of fsck(world, { ...usual, ...options })) found.push(finding);
  return found;
}
