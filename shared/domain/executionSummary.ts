import { type Execution, executionState, succeededCount } from "./execution.ts";

/** How the original sums up an execution, each by its number. */
export const summaryStatuses = [
  "Unknown",
  "NotRun",
  "Executing",
  "Succeeded",
  "PartiallySucceeded",
  "Failed",
  "Canceled",
] as const;

/** In part is what brought some records to their place, and not all of them. */
export function summaryStatus(execution: Execution): (typeof summaryStatuses)[number] {
  const state = executionState(execution);
  if (state === "running") return "Executing";
  if (state === "finished") return "Succeeded";
  const isBrought = execution.entities.some((entity) => succeededCount(entity) + entity.exported > 0);
  return isBrought ? "PartiallySucceeded" : "Failed";
}
