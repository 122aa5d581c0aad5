import { isClaimable, isFinalImport, type InboundMessage } from "../../domain/inboundMessage.ts";
import type { JobProgress, Ports, Stored } from "../../ports.ts";
import { importMessage } from "./importMessage.ts";
import { noProgress } from "../attempt/jobProgress.ts";

/** Messages that one call takes at most, and how long it goes on; then the work is sent again. */
const messagesPerCallMax = 500;
const callMsMax = 15 * 60_000;

/**
 * Processes the waiting messages of an ordered job one after another. The job's head is a row with an ETag, and a
 * message is claimed by its own: so of two workers only one goes on, and the next message begins when the head has
 * ended, never before.
 */
export async function drainJob(ports: Ports, activityId: string): Promise<void> {
  const startedAt = ports.clock.now();
  for (let taken = 0; taken < messagesPerCallMax; taken++) {
    const head = await findHead(ports, activityId);
    if (!head) return;
    if (ports.clock.now() - startedAt > callMsMax) break;
    await importMessage(ports, activityId, head);
    const ended = await ports.messages.findInbound(activityId, head);
    // Somebody else has it, or its next attempt is due later.
    if (ended && !isFinalImport(ended.value)) return;
  }
  await ports.work.send({ kind: "drainJob", activityId });
}

/** The message that is next, marked as the job's head; undefined when none waits or the head blocks the job. */
async function findHead(ports: Ports, activityId: string): Promise<string | undefined> {
  const stored = await ports.messages.findProgress(activityId);
  const progress = stored?.value ?? noProgress;
  if (progress.head !== undefined) {
    const head = await ports.messages.findInbound(activityId, progress.head);
    if (head && isBlocking(progress, head)) return undefined;
    if (head && !isFinalImport(head.value))
      return isClaimable(head.value, ports.clock.now()) ? progress.head : undefined;
  }
  const [next] = await ports.messages.listWaiting(activityId, "", 1);
  if (!next) return undefined;
  // Whatever was noted as blocking did not block, so it goes: the retention would keep its message for ever.
  const { blockedBy: _past, ...rest } = progress;
  const isOurs = await ports.messages.saveProgress(activityId, { ...rest, head: next.messageId }, stored?.etag);
  return isOurs ? next.messageId : undefined;
}

/** Only an error blocks: a head that was retried and went well holds nothing up, whatever was noted before. */
function isBlocking(progress: JobProgress, head: Stored<InboundMessage>): boolean {
  const { id, state } = head.value;
  return progress.blockedBy === id && (state === "PreProcessingError" || state === "PostProcessingError");
}
