import { eachAlone } from "../../ports/eachAlone.ts";
import type { Ports } from "../../ports.ts";

/** Requests that began under an address may go on when it has ended, and clocks differ. */
const graceMs = 3_600_000;
const pageUploads = 200;

/**
 * Clears away uploads whose time is over, whatever became of them: a message has its own copy of the bytes, and a commit that
 * is under way finds its blocks gone, or has copied them. No address leads to them any more.
 */
export async function sweepUploads(ports: Ports): Promise<void> {
  const over = await ports.uploads.listOver(ports.clock.now() - graceMs, pageUploads);
  await eachAlone(
    ports,
    "sweepUploads",
    over,
    ({ activityId }) => ({ activityId }),
    (upload) => ports.uploads.remove(upload),
  );
}
