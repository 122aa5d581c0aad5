import type { JobProgress, Message, Ports } from "../../ports.ts";
import type { Stored } from "../../ports/stored.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";

/** Where a job stands before its first message. */
export const noProgress: JobProgress = { sentThrough: "", passedAt: 0 };

/** Nothing is held up any more by what blocked the job. */
export function unblocked(progress: JobProgress): JobProgress {
  const { blockedBy: _past, ...rest } = progress;
  return rest;
}

/**
 * Saves the next state of a message and marks it as the one that holds its job up, both or neither: anew for as long as
 * only the job's progress was written by somebody else. Undefined when the message was, so that this writer has no say.
 */
export async function replaceAndBlock<M extends Message>(
  ports: Ports,
  stored: Stored<M>,
  next: M,
): Promise<Stored<M> | undefined> {
  const { activityId, id } = next;
  const find = () => ports.messages.findProgress(activityId);
  return untilWon(`The progress of job ${activityId}`, async () => {
    const judged = await find();
    const blocked = { ...(judged?.value ?? noProgress), head: id, blockedBy: id };
    const saved = await ports.messages.replace(stored, next, { progress: { judged, next: blocked } });
    if (saved) return saved;
    return (await find())?.etag === judged?.etag ? undefined : lost;
  });
}
