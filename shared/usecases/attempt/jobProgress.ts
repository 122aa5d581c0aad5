import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { JobProgress, Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";

/** Where a job stands before its first message. */
export const noProgress: JobProgress = { sentThrough: "", passedAt: 0 };

/** Marks the message as the one that holds its job up, before it ends, when the job's policy says so. */
export async function blockBehind(ports: Ports, job: RecurringJob | undefined, message: InboundMessage): Promise<void> {
  if (!job?.isOrdered || job.onHeadError !== "block") return;
  await changeProgress(ports, message.activityId, (progress) => ({
    ...progress,
    head: message.id,
    blockedBy: message.id,
  }));
}

/** Changes the job's progress row, again when somebody else wrote first. */
export async function changeProgress(
  ports: Ports,
  activityId: string,
  change: (progress: JobProgress) => JobProgress,
): Promise<void> {
  await untilWon(`The progress of job ${activityId}`, async () => {
    const stored = await ports.messages.findProgress(activityId);
    return (await ports.messages.saveProgress(activityId, change(stored?.value ?? noProgress), stored?.etag)) || lost;
  });
}
