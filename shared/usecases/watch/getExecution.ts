import { DomainError } from "../../domain/errors.ts";
import type { Execution } from "../../domain/execution.ts";
import type { Ports } from "../../ports.ts";

/** One run of a project; `notFound` for one that is unknown or past its retention. */
export async function getExecution(ports: Ports, executionId: string): Promise<Execution> {
  const execution = await ports.executions.find(executionId);
  if (execution) return execution;
  throw new DomainError("notFound", `There is no execution ${executionId}; it may be past its retention.`);
}
