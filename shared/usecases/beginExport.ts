import { newExport } from "../domain/outboundMessage.ts";
import type { RecurringJob } from "../domain/recurringJob.ts";
import type { Ports } from "../ports.ts";
import { noProgress } from "./jobProgress.ts";

export type BegunExport =
  | { readonly kind: "begun"; readonly messageId: string }
  | { readonly kind: "busy"; readonly messageId: string };

const racesMax = 10;

/**
 * Makes the message of one due time of an export job, once: its id follows from job and due time. `busy` while the run
 * before it goes on, since two runs of one job would deliver the same changes twice.
 */
export async function beginExport(ports: Ports, job: RecurringJob, dueAt: number): Promise<BegunExport> {
  const { activityId, company } = job;
  const messageId = ports.ids.derive(dueAt, `${activityId}/${dueAt}`);
  // Begun before, by a pointer that came twice: however far that run is, it is this due time's.
  if (await ports.messages.findOutbound(activityId, messageId)) return { kind: "begun", messageId };
  const running = await becomeHead(ports, activityId, messageId);
  if (running !== undefined) return { kind: "busy", messageId: running };
  const enqueuedAt = ports.clock.now();
  await ports.claims.put({ messageId, activityId, until: enqueuedAt + ports.settings.leaseMs });
  const message = newExport({ id: messageId, activityId, dueAt, enqueuedAt, ...(company && { company }) });
  if (await ports.messages.insertOutbound(message)) {
    ports.log.info("message.begun", { activityId, messageId, direction: message.direction, dueAt });
  }
  return { kind: "begun", messageId };
}

/**
 * Makes a run the one that its job has in flight; answers the run that still goes on instead, when there is one. It
 * writes even when the run has that place: another one, that looked before the run had its message, then looks again.
 */
export async function becomeHead(ports: Ports, activityId: string, messageId: string): Promise<string | undefined> {
  for (let race = 0; race < racesMax; race++) {
    const stored = await ports.messages.findProgress(activityId);
    const progress = stored?.value ?? noProgress;
    const { head } = progress;
    if (head !== undefined && head !== messageId && (await isRunning(ports, activityId, head))) return head;
    if (await ports.messages.saveProgress(activityId, { ...progress, head: messageId }, stored?.etag)) return undefined;
  }
  throw new Error(`The progress of job ${activityId} changed ${racesMax} times while a run began.`);
}

/** A head whose message is not written, because its worker died or was held up in between, holds nothing up. */
async function isRunning(ports: Ports, activityId: string, messageId: string): Promise<boolean> {
  const head = await ports.messages.findOutbound(activityId, messageId);
  return head?.value.state === "PreProcessing" || head?.value.state === "Processing";
}
