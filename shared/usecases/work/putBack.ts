import { pauseMs } from "../../domain/message.ts";
import type { Ports } from "../../ports.ts";
import type { JobWork } from "../../ports/workQueue.ts";

/** Puts work that could not be done back on the queue, to be seen after a while that grows each time. */
export async function putBack(ports: Ports, work: JobWork): Promise<void> {
  const timesPutBack = (work.timesPutBack ?? 0) + 1;
  const delayMs = pauseMs(timesPutBack);
  ports.log.warn("work.putBack", { ...work, timesPutBack, delayMs });
  await ports.work.send({ ...work, timesPutBack }, delayMs);
}
