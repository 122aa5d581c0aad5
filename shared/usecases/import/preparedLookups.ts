import { companyOf, type DataEntity } from "../../domain/dataEntity.ts";
import { entityId } from "../../domain/entityId.ts";
import { DomainError } from "../../domain/errors.ts";
import { type CalledLookup, lookupProblems, lookupsOf } from "../../domain/lookupRules.ts";
import type { EntityRef } from "../../ports/entityStore.ts";
import type { Ports } from "../../ports.ts";

/** A rule with the records in which it looks. */
export interface PreparedLookup extends CalledLookup {
  readonly ref: EntityRef;
}

/** The lookups of an entity by the definitions of today; `invalid` where one cannot be. */
export async function prepareLookups(
  ports: Ports,
  entity: DataEntity,
  company: string | undefined,
): Promise<readonly PreparedLookup[]> {
  const prepared: PreparedLookup[] = [];
  for (const { field, rule } of lookupsOf(entity)) {
    const target = (await ports.definitions.find("entity", rule.entity))?.value;
    const [problem] = lookupProblems(entity, field, rule, target, "");
    if (problem || !target) {
      const text = `Field "${field.name}" of entity "${entity.name}" is looked up in "${rule.entity}": ${problem?.message}`;
      throw new DomainError("invalid", text);
    }
    prepared.push({ field, rule, ref: { entityId: entityId(target), company: companyOf(target, company) } });
  }
  return prepared;
}
