import type { Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { noProgress } from "./jobProgress.ts";

/**
 * Makes a run the one that its job has in flight; answers the run that still goes on instead, when there is one. It
 * writes even when the run has that place: another one, that looked before the run had its message, then looks again.
 */
export async function becomeHead(ports: Ports, activityId: string, messageId: string): Promise<string | undefined> {
  return untilWon(`The progress of job ${activityId}`, async () => {
    const stored = await ports.messages.findProgress(activityId);
    const progress = stored?.value ?? noProgress;
    const { head } = progress;
    if (head !== undefined && head !== messageId && (await isRunning(ports, activityId, head))) return head;
    const isOurs = await ports.messages.saveProgress(activityId, { ...progress, head: messageId }, stored?.etag);
    return isOurs ? undefined : lost;
  });
}

/** A head whose message is not written, because its worker died or was held up in between, holds nothing up. */
async function isRunning(ports: Ports, activityId: string, messageId: string): Promise<boolean> {
  const head = await ports.messages.findOutbound(activityId, messageId);
  return head?.value.state === "PreProcessing" || head?.value.state === "Processing";
}
