import type { EntityRef } from "../../ports/entityStore.ts";
import type { Ports } from "../../ports.ts";

const hour = 3_600_000;
const leaseMs = hour / 2;
/** Longer than the longest export that may still read what a compaction replaced. */
const garbageAfterMs = 6 * hour;

/** Keeps reading cheap: merges what many small imports left, one worker at a time. */
export async function compactEntities(ports: Ports): Promise<void> {
  const owner = ports.ids.random();
  for (const ref of await ports.entities.list()) {
    if (await ports.entities.needsCompaction(ref)) await compact(ports, ref, owner);
  }
}

/** Clears away what compactions and crashes left behind. */
export async function removeGarbage(ports: Ports): Promise<void> {
  for (const ref of await ports.entities.list()) await ports.entities.removeGarbage(ref, garbageAfterMs);
}

async function compact(ports: Ports, ref: EntityRef, owner: string): Promise<void> {
  const name = `compact/${ref.entityId}/${ref.company ?? ""}`;
  const lease = await ports.leases.acquire(name, owner, ports.clock.now(), leaseMs);
  if (!lease) return;
  try {
    const isDone = await ports.entities.compact(ref);
    ports.log.info("entity.compacted", { entityId: ref.entityId, isDone });
  } finally {
    await ports.leases.release(lease);
  }
}
