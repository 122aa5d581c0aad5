import type { Ports } from "../../ports.ts";
import { compactEntities, removeGarbage } from "./compactEntities.ts";
import { mendJobs } from "./mendJobs.ts";
import { pruneMessages, removeOrphans } from "../retention/pruneMessages.ts";
import { sweepClaims } from "./sweepClaims.ts";

const auditEntriesMax = 1000;

/** The upkeep: each part is bounded and may be cut off anywhere, and one that fails does not keep the others from theirs. */
export async function keepUp(ports: Ports): Promise<void> {
  const parts = {
    sweepClaims,
    pruneMessages,
    removeOrphans,
    compactEntities,
    hourly: () => keepUpHourly(ports),
    pruneAudit: () => ports.audit.removeBefore(ports.clock.now() - ports.settings.auditRetentionMs, auditEntriesMax),
  };
  const failures: string[] = [];
  for (const [part, run] of Object.entries(parts)) {
    try {
      await run(ports);
    } catch (error) {
      failures.push(part);
      ports.log.error("upkeep.failed", { part }, error);
    }
  }
  if (failures.length > 0) throw new Error(`The upkeep could not end: ${failures.join(", ")}.`);
}

const hourMs = 3_600_000;

/** What looks at everything that exists, and so not each time. The lease is kept until it runs out: that is the hour. */
async function keepUpHourly(ports: Ports): Promise<void> {
  if (!(await ports.leases.acquire("upkeep/hourly", ports.ids.random(), ports.clock.now(), hourMs))) return;
  await mendJobs(ports);
  await removeGarbage(ports);
}
