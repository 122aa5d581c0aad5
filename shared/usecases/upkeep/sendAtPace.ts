import type { Ports } from "../../ports.ts";
import type { UpkeepWork } from "../../ports/workQueue.ts";

const sendMs = 60_000;

/**
 * Sends a piece of upkeep unless it was sent within its pace (false), so that passes never fill the queue with what waits there
 * already. The mark is a lease that is kept until it runs out. It is short until the work is on the queue: a process that
 * dies before that delays it by a minute, and one that dies after it doubles it, which does no harm.
 */
export async function sendAtPace(ports: Ports, work: UpkeepWork, paceMs: number): Promise<boolean> {
  const { part, entityId, company } = { part: "", entityId: "", company: "", ...work };
  const name = ["upkeep", work.kind, part, entityId, company].join("/");
  const mark = await ports.leases.acquire(name, ports.ids.random(), ports.clock.now(), sendMs);
  if (!mark) return false;
  await ports.work.send(work);
  await ports.leases.renew(mark, ports.clock.now(), paceMs);
  return true;
}
