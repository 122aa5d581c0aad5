import { DomainError } from "../../domain/errors.ts";
import type { Execution } from "../../domain/execution.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import type { Message, Ports } from "../../ports.ts";
import { newExecution } from "./beginExecution.ts";
import { claimOf } from "./claimOf.ts";

/**
 * Writes down the claim and the execution of a run that nobody but its request starts, before its message: whoever dies
 * behind that is found by the upkeep, and what is answered is there. Throws `unprocessable` where another run has the id.
 * One whose message never came gives way where `isSettled` then says that nobody can bring it any more.
 */
export async function reserveRun(
  ports: Ports,
  message: Message,
  { project, versions }: Pick<RunOrder, "project"> & Pick<Execution, "versions">,
  isSettled: (holder: Pick<Execution, "activityId">) => Promise<boolean>,
): Promise<void> {
  const { executionId } = message;
  if (executionId === undefined) throw new Error("A run is reserved under the id that its message names.");
  await ports.claims.put({ ...claimOf(message, ports.clock.now() + ports.settings.leaseMs), executionId });
  const reserved = { ...newExecution(ports, message, project), ...(versions && { versions }) };
  const holder = await ports.executions.reserve(reserved);
  if (holder.messageId === message.id) return;
  const isThere = (await ports.messages.find(holder.activityId, holder.messageId)) !== undefined;
  if (isThere || !(await isSettled(holder))) throw otherRun("another run");
  const ours = await ports.executions.reserve(reserved, holder.messageId);
  if (ours.messageId !== message.id) throw otherRun("another run");
}

/** The refusal of an id that stands for something else. */
export function otherRun(what: string): DomainError {
  const message = `This execution id was used for ${what}. Use a new one for a new run.`;
  return new DomainError("unprocessable", message, [{ path: "executionId", message }]);
}
