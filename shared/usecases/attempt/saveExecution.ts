import { type Execution, abandonExecution } from "../../domain/execution.ts";
import type { Message, Ports } from "../../ports.ts";
import { LeaseLost } from "./holdMessage.ts";

/** Saves what an attempt has come to. Throws `LeaseLost` when another one took over. */
export async function saveExecution(ports: Ports, execution: Execution): Promise<void> {
  if (await ports.executions.save(execution)) return;
  throw new LeaseLost(`Execution ${execution.id} was taken over.`);
}

/** The execution of a message as its attempts left it, which save nothing any more; undefined when there is none. */
export async function takeOverExecution(ports: Ports, message: Message): Promise<Execution | undefined> {
  const { executionId, fence } = message;
  return executionId === undefined ? undefined : ports.executions.takeOver(executionId, fence + 1);
}

/** Ends an execution that was taken over, since its message ends without it. */
export async function endExecution(
  ports: Ports,
  execution: Execution | undefined,
  failure: string,
  ended: Pick<Execution, "canceled"> = {},
): Promise<void> {
  if (execution) await ports.executions.save({ ...abandonExecution(execution, ports.clock.now(), failure), ...ended });
}
