import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import { type OutboundMessage, isFinalExport, repeatExport } from "../../domain/outboundMessage.ts";
import type { Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { otherRun, reserveRun } from "../attempt/reserveRun.ts";
import { findOrder } from "../orders/findOrder.ts";
import { laterExecutionId } from "../orders/requestedId.ts";
import type { OpenProject } from "./openProject.ts";
import { requireSameRun } from "./startedRun.ts";

/**
 * The export that was asked for before, as it stands; where it has ended and that is wanted, it runs again as a new
 * execution, if the project still lets it. Throws `unprocessable` where it stands for another order.
 */
export async function repeatRun(
  ports: Ports,
  first: OpenProject,
  reopen: () => Promise<OpenProject>,
  messageId: string,
  isRepeated: boolean,
  by: Actor,
): Promise<OutboundMessage> {
  let opened: OpenProject | undefined = first;
  return untilWon(`Message ${messageId}`, async () => {
    const { activityId, gate, order } = opened ?? (await reopen());
    opened = undefined;
    const stored = await ports.messages.findOutbound(activityId, messageId);
    if (!stored) throw new DomainError("gone", `The run of message ${messageId} is past its retention.`);
    requireSameRun(stored.value, order);
    if (!isRepeated || !isFinalExport(stored.value)) return stored.value;
    if (!(await findOrder(ports, stored.value))) throw otherRun("a run of a data project that was deleted since");
    const now = ports.clock.now();
    const repeated = repeatExport(stored.value, now);
    const executionId = laterExecutionId(order.requestedId ?? "", repeated.run);
    const next = { ...repeated, executionId };
    await reserveRun(ports, next, order, () => Promise.resolve(false));
    const saved = await ports.messages.replace(stored, next, { gate });
    if (!saved) return lost;
    const entry = { action: "run", kind: "project", target: order.project, detail: messageId } as const;
    await ports.audit.record({ at: now, ...by, ...entry });
    return saved.value;
  });
}
