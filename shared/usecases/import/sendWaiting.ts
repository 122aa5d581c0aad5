import type { Ports } from "../../ports.ts";
import { noProgress } from "../attempt/jobProgress.ts";

const pageMessages = 200;
/** What one run hands out at most; the rest follows with the next one. */
const pagesMax = 50;
const inParallelMax = 16;

/**
 * Points workers at the waiting messages of an import job. A message that was pointed at before is passed over, but now
 * and then all are pointed at again, because a pointer may be lost. A doubled pointer costs one look at its row.
 */
export async function sendWaiting(ports: Ports, activityId: string): Promise<void> {
  const stored = await ports.messages.findProgress(activityId);
  const progress = stored?.value ?? noProgress;
  const now = ports.clock.now();
  const isFullPass = now - progress.passedAt > ports.settings.resendAfterMs;
  let through = isFullPass ? "" : progress.sentThrough;
  let sent = 0;
  for (let page = 0; page < pagesMax; page++) {
    const waiting = await ports.messages.listWaiting(activityId, through, pageMessages);
    for (let first = 0; first < waiting.length; first += inParallelMax) {
      const some = waiting.slice(first, first + inParallelMax);
      await Promise.all(some.map(({ messageId }) => ports.work.send({ kind: "importMessage", activityId, messageId })));
    }
    sent += waiting.length;
    through = waiting.at(-1)?.order ?? through;
    if (waiting.length < pageMessages) break;
  }
  if (sent === 0) return;
  const next = { ...progress, sentThrough: through, passedAt: isFullPass ? now : progress.passedAt };
  // Losing this write costs doubled pointers, nothing else.
  await ports.messages.saveProgress(activityId, next, stored?.etag);
}
