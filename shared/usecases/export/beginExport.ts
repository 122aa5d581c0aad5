import { type OutboundMessage, newExport } from "../../domain/outboundMessage.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { claimOf } from "../attempt/claimOf.ts";
import { judgeHead } from "../attempt/judgeHead.ts";

export type BegunExport =
  | { readonly kind: "begun"; readonly messageId: string }
  | { readonly kind: "busy"; readonly messageId: string }
  | { readonly kind: "deleted"; readonly messageId: string };

/**
 * Makes the message of one due time of an export job, once: its id follows from job and due time. `busy` while another
 * run goes on, since two runs of one job would deliver the same changes twice; `deleted` when the job is gone or going.
 */
export async function beginExport(ports: Ports, job: RecurringJob, dueAt: number): Promise<BegunExport> {
  const { activityId, company } = job;
  const messageId = ports.ids.derive(dueAt, `${activityId}/${dueAt}`);
  return untilWon(`The head of job ${activityId}`, async () => {
    // Begun before, by a pointer that came twice: however far that run is, it is this due time's.
    if (await ports.messages.findOutbound(activityId, messageId)) return { kind: "begun", messageId };
    const gate = await ports.messages.findGate(activityId);
    if (gate.isClosed || !(await ports.definitions.find("job", activityId))) return { kind: "deleted", messageId };
    const place = await judgeHead(ports, activityId, messageId);
    if (place.kind === "taken") return { kind: "busy", messageId: place.by };
    const enqueuedAt = ports.clock.now();
    const message = newExport({ id: messageId, activityId, dueAt, enqueuedAt, ...(company && { company }) });
    // The claim comes first: a run that nobody knows of could not be taken up when its process dies.
    await ports.claims.put(claimOf(message, enqueuedAt + ports.settings.leaseMs));
    if (!(await ports.messages.insertOutbound(message, { gate, progress: place.progress }))) return lost;
    logBegun(ports, message);
    return { kind: "begun", messageId };
  });
}

function logBegun(ports: Ports, { activityId, id: messageId, direction, dueAt }: OutboundMessage): void {
  ports.log.info("message.begun", { activityId, messageId, direction, dueAt });
}
