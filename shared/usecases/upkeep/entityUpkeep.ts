import { eachAlone } from "../../ports/eachAlone.ts";
import type { EntityRef } from "../../ports/entityStore.ts";
import type { Ports } from "../../ports.ts";
import { sendAtPace } from "./sendAtPace.ts";

const hourMs = 3_600_000;
const leaseMs = hourMs / 2;
/** Longer than the longest export that may still read what a compaction replaced. */
export const garbageAfterMs = 6 * hourMs;
const compactionsMax = 32;
const pageEntities = 100;

/** An entity as a message on a queue can name it. */
interface EntityName {
  readonly entityId: string;
  readonly company?: string;
}

/**
 * Looks at every entity, and sends those that have become dear to read to whoever has time to merge them: not more at a
 * time than lets imports through, which wait on the same queue.
 */
export async function sendCompactions(ports: Ports): Promise<void> {
  let left = compactionsMax;
  await eachAlone(ports, "sendCompactions", await ports.entities.list(), toItem, async (ref) => {
    if (left <= 0 || !(await ports.entities.needsCompaction(ref))) return;
    if (await sendAtPace(ports, { kind: "compactEntity", ...toItem(ref) }, leaseMs)) left -= 1;
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

/**
 * Clears away what compactions and crashes left behind, of a page of all entities. The next page is sent before this one
 * is looked at, so that whatever a page meets keeps no other from its turn.
 */
export async function removeGarbage(ports: Ports, after = ""): Promise<void> {
  const rest = (await ports.entities.list()).filter((ref) => keyOf(ref) > after).toSorted(byKey);
  const page = rest.slice(0, pageEntities);
  const last = page.at(-1);
  if (last && rest.length > pageEntities) {
    await ports.work.send({ kind: "upkeep", part: "removeGarbage", after: keyOf(last) });
  }
  await eachAlone(ports, "removeGarbage", page, toItem, (ref) => ports.entities.removeGarbage(ref, garbageAfterMs));
}

function keyOf({ entityId, company = "" }: EntityRef): string {
  return `${entityId}/${company}`;
}

function byKey(one: EntityRef, other: EntityRef): number {
  return keyOf(one) < keyOf(other) ? -1 : 1;
}

function toItem({ entityId, company }: EntityRef): EntityName {
  return company === undefined ? { entityId } : { entityId, company };
}
