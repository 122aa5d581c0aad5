import { isSameName } from "../dataEntity.ts";
import type { EntityLine } from "../dataProject.ts";
import type { RecurringJob } from "../recurringJob.ts";
import type { Filter } from "./recordFilter.ts";

/** What a run of a job selects of a line's records, and whether the job says so or the line, which all jobs share. */
export interface FilterInForce {
  readonly filter: Filter;
  readonly from: "job" | "line";
}

/** Undefined where every record is meant, and neither of them says anything about it. */
export function filterInForce(
  line: Pick<EntityLine, "entity" | "filter">,
  job: Pick<RecurringJob, "filters"> | undefined,
): FilterInForce | undefined {
  const own = job?.filters?.find(({ entity }) => isSameName(entity, line.entity));
  if (own) return { filter: own.filter, from: "job" };
  return line.filter && { filter: line.filter, from: "line" };
}
