import { pauseMs } from "../../domain/message.ts";
import type { Ports } from "../../ports.ts";
import type { JobWork, Work } from "../../ports/workQueue.ts";

/** Puts work that could not be done back on the queue, to be seen after a while that grows each time. */
export async function putBack(ports: Ports, work: JobWork): Promise<void> {
  const timesPutBack = (work.timesPutBack ?? 0) + 1;
  const delayMs = pauseMs(timesPutBack);
  ports.log.warn("work.putBack", { ...work, timesPutBack, delayMs });
  await ports.work.send({ ...work, timesPutBack }, delayMs);
}

/** How long a host that drains hides what it leaves: so long it may stay there when the drain ends. */
const leftForMs = 2 * 60_000;

/**
 * Leaves work to whoever does not drain: another host, or this one later. It goes on the queue before the host takes it
 * off, as it is, and so counts as no failure however often it is left.
 */
export async function leaveWork(ports: Ports, work: Work): Promise<void> {
  await ports.work.send(work, leftForMs);
  ports.log.info("work.left", { ...work });
}
