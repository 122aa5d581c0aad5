import { eachAlone } from "../../ports/eachAlone.ts";
import type { UpkeepItem } from "../../ports/events.ts";
import type { EntityRef } from "../../ports/entityStore.ts";
import type { Ports } from "../../ports.ts";
import { sendAtPace } from "./sendAtPace.ts";

const hourMs = 3_600_000;
const leaseMs = hourMs / 2;
/** Longer than the longest export that may still read what a compaction replaced. */
const garbageAfterMs = 6 * hourMs;

/** An entity as a message on a queue can name it. */
interface EntityName {
  readonly entityId: string;
  readonly company?: string;
}

/** Looks at every entity, and sends each that has become dear to read to whoever has time to merge it. */
export async function sendCompactions(ports: Ports): Promise<void> {
  await eachAlone(ports, "sendCompactions", await ports.entities.list(), factsOf, async (ref) => {
    if (!(await ports.entities.needsCompaction(ref))) return;
    await sendAtPace(ports, { kind: "compactEntity", ...toName(ref) }, leaseMs);
  });
}

/** Keeps reading cheap: merges what imports left, one worker at a time. */
export async function compactEntity(ports: Ports, { entityId, company }: EntityName): Promise<void> {
  const name = `compact/${entityId}/${company ?? ""}`;
  const lease = await ports.leases.acquire(name, ports.ids.random(), ports.clock.now(), leaseMs);
  if (!lease) return;
  try {
    const isDone = await ports.entities.compact({ entityId, company });
    ports.log.info("entity.compacted", { entityId, isDone });
  } finally {
    await ports.leases.release(lease);
  }
}

export async function sendGarbageRemovals(ports: Ports): Promise<void> {
  await eachAlone(ports, "sendGarbageRemovals", await ports.entities.list(), factsOf, (ref) =>
    sendAtPace(ports, { kind: "removeGarbage", ...toName(ref) }, leaseMs),
  );
}

/** Clears away what compactions and crashes left behind. */
export async function removeGarbage(ports: Ports, { entityId, company }: EntityName): Promise<void> {
  await ports.entities.removeGarbage({ entityId, company }, garbageAfterMs);
}

function toName({ entityId, company }: EntityRef): EntityName {
  return company === undefined ? { entityId } : { entityId, company };
}

function factsOf(ref: EntityRef): UpkeepItem {
  return { ...toName(ref) };
}
