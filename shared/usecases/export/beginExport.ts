import { newExport } from "../../domain/outboundMessage.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import { becomeHead } from "../attempt/becomeHead.ts";

export type BegunExport =
  | { readonly kind: "begun"; readonly messageId: string }
  | { readonly kind: "busy"; readonly messageId: string };

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
