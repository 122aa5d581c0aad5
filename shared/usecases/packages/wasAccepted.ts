import type { Ports } from "../../ports.ts";
import { otherRun } from "../attempt/reserveRun.ts";
import { underWay } from "../enqueue/underWay.ts";
import { projectRunsId } from "../orders/projectRuns.ts";
import { executionIdOf, keyOfRequest } from "../orders/requestedId.ts";
import type { RunWish } from "../runs/openProject.ts";

/** Whether the call was answered before, so that the project stays as it was made then. Throws for an id that is taken. */
export async function wasAccepted(ports: Ports, { project, requestedId }: RunWish): Promise<boolean> {
  if (requestedId === undefined) return false;
  const key = (await ports.idempotency.find(projectRunsId(project), keyOfRequest(requestedId)))?.value;
  if (key?.accepted) return true;
  const remainingMs = (key?.heldUntil ?? 0) - ports.clock.now();
  if (remainingMs > 0) throw underWay(remainingMs);
  const holder = await ports.executions.find(executionIdOf(requestedId));
  if (holder && (await ports.messages.find(holder.activityId, holder.messageId))) throw otherRun("another run");
  return false;
}

/** Whether a request with the same id is at work, or was answered. */
export async function isAnswering(ports: Ports, { project, requestedId }: RunWish): Promise<boolean> {
  if (requestedId === undefined) return false;
  const key = (await ports.idempotency.find(projectRunsId(project), keyOfRequest(requestedId)))?.value;
  return key?.accepted !== undefined || (key?.heldUntil ?? 0) > ports.clock.now();
}
