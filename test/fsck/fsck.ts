import { fsck, type FsckOptions, type Judged } from "../../shared/fsck/fsck.ts";
import type { World } from "../../shared/fsck/world.ts";
import { containerNames, queueNames, tableNames } from "../../shared/storage/ground/names.ts";
import type { TestPorts } from "../support/memoryPorts.ts";

/** Every place of a system that was deployed. */
export const allPlaces = {
  tables: Object.values(tableNames),
  containers: Object.values(containerNames),
  queues: Object.values(queueNames),
};

/** What fsck finds in the storage of the service in memory; `pause` is what happens before it looks again. */
export async function check(
  ports: TestPorts,
  { places = allPlaces, isQuick = false, ...options }: Partial<FsckOptions & World> = {},
): Promise<readonly Judged[]> {
  const { ground } = ports;
  const world: World = { ground, ports, places, isQuick, seen: () => undefined };
  const usual: FsckOptions = { repairs: false, pause: () => Promise.resolve(), begins: () => undefined };
  const found: Judged[] = [];
  for await (const finding of fsck(world, { ...usual, ...options })) found.push(finding);
  return found;
}
