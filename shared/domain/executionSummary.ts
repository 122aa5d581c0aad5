import { type Execution, importOutcome, succeededCount } from "./execution.ts";

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
export function summaryStatus({
  finishedAt,
  failure,
  entities,
}: Pick<Execution, "finishedAt" | "failure" | "entities">): (typeof summaryStatuses)[number] {
  if (finishedAt === undefined) return "Executing";
  if (failure === undefined && importOutcome(entities) === "Processed") return "Succeeded";
  const isBrought = entities.some((entity) => succeededCount(entity) + entity.exported > 0);
  return isBrought ? "PartiallySucceeded" : "Failed";
}
