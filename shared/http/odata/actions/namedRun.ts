import { mayDo, requireRole } from "../../../auth/roles.ts";
import { DomainError } from "../../../domain/errors.ts";
import { authorizeRun } from "../../../usecases/access/authorizeRun.ts";
import type { FoundRun } from "../../../usecases/watch/findRun.ts";
import type { ActionCall } from "./action.ts";

/** The run that the caller names and may look at; refused as the original does, whatever the reason. */
export async function runNamed(
  { ports, caller }: ActionCall,
  id: string,
  absent = `Execution details were not found for execution id: ${id}`,
): Promise<FoundRun> {
  const run = await authorizeRun(ports, caller, mayDo(caller, "package"), id);
  if (run) return run;
  requireRole(caller, "package");
  throw new DomainError("invalid", absent);
}
