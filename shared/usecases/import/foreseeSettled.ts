import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { Ports } from "../../ports.ts";
import { settledOf, type SettledExecution } from "./settleExecution.ts";

/** What `settleExecution` would find at this moment: nothing is taken over, and a commit under way may still come. */
export async function foreseeSettled(ports: Ports, message: InboundMessage): Promise<SettledExecution> {
  const { executionId } = message;
  const execution = executionId === undefined ? undefined : await ports.executions.find(executionId);
  return settledOf(ports, message, execution, (ref, key) => ports.entities.findCommit(ref, key));
}
