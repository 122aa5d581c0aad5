import type { Ports } from "../../ports.ts";

/**
 * Points a worker at the run that waits longest, now that the one before it has ended. A doubled pointer does no harm: it
 * finds its run begun, or waits again.
 */
export async function sendNextRun(ports: Ports, activityId: string): Promise<void> {
  const [next] = await ports.occurrences.listWaiting(activityId, 1);
  if (next) await ports.work.send({ kind: "runJob", activityId, dueAt: next.dueAt });
}
