import { type DataEntity, companyOf } from "../../domain/dataEntity.ts";
import { entityId } from "../../domain/entityId.ts";
import { DomainError } from "../../domain/errors.ts";
import { companyPattern } from "../../domain/recurringJob.ts";
import type { EntityRef } from "../../ports/entityStore.ts";

/** Where the records of an entity are kept that a caller means by a company; `invalid` where it names none, or no company. */
export function recordsRefOf(entity: DataEntity, company: string | undefined): EntityRef {
  if (company !== undefined && !companyPattern.test(company)) throw invalid("A company has 1 to 4 letters or digits.");
  if (entity.isPerCompany && company === undefined) {
    throw invalid(`Entity "${entity.name}" is per company: name one, as ?company=USMF.`);
  }
  return { entityId: entityId(entity), company: companyOf(entity, company) };
}

function invalid(message: string): DomainError {
  return new DomainError("invalid", message, [{ path: "company", message }]);
}
