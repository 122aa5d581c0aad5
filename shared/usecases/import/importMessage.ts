import { isClaimable } from "../../domain/inboundMessage.ts";
import type { Ports } from "../../ports.ts";
import { findOrder } from "../orders/findOrder.ts";
import { drainJob } from "./drainJob.ts";
import { processMessage } from "./processMessage.ts";
import { takeMessage } from "./takeMessage.ts";

/**
 * Takes one message through its import, unless somebody else has it or it is done. Pointers that were sent before a job
 * became an ordered one do not overtake its backlog.
 */
export async function importMessage(ports: Ports, activityId: string, messageId: string): Promise<void> {
  const stored = await ports.messages.findInbound(activityId, messageId);
  const given = await findOrder(ports, stored?.value ?? { activityId });
  if (given?.order.isOrdered) return drainJob(ports, activityId);
  if (!stored || !isClaimable(stored.value, ports.clock.now())) return;
  const held = await takeMessage(ports, given?.order, stored);
  if (held && held !== "parked") await processMessage(ports, given, held);
}
