import { type DataEntity, isSameName } from "../../domain/dataEntity.ts";
import type { MemberError } from "../../domain/errors.ts";
import { filterProblems } from "../../domain/filter/recordFilter.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";

/** Every rule that a job's own filters break against those of the entities that are given. */
export function jobFilterProblems(job: RecurringJob, entities: readonly DataEntity[]): readonly MemberError[] {
  return (job.filters ?? []).flatMap(({ entity: name, filter }, index) => {
    const entity = entities.find((candidate) => isSameName(candidate.name, name));
    return entity ? filterProblems(entity, filter, `filters[${index}].filter`) : [];
  });
}
