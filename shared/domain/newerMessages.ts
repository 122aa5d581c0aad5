import { isSameName } from "./dataEntity.ts";
import { type InboundMessage, isFinalImport } from "./inboundMessage.ts";

/**
 * Whose records a message brings. A package names its entities itself, so that any other of its job may bring the same;
 * the company counts only where the entity is kept per company.
 */
export interface Reach {
  readonly isPackage: boolean;
  readonly isPerCompany: boolean;
}

/**
 * Whether another message of the job stands behind this one in the backlog, and may have brought newer values for the
 * same records: another execution of this one would write its older values over theirs.
 */
export function isOverridden(message: InboundMessage, by: InboundMessage, reach: Reach): boolean {
  return by.order > message.order && mayHaveEffect(by, reach) && mayShareRecords(message, by, reach);
}

/**
 * It ended so in some run, or it has begun and not ended. An execution that ended before its first record wrote
 * nothing.
 */
function mayHaveEffect(message: InboundMessage, { isPackage }: Reach): boolean {
  if (!isFinalImport(message) && message.executionId !== undefined) return true;
  // One entity is stored whole or not at all; of a package that failed, the entities before the failure are stored.
  const effective = ["Processed", "ProcessedWithErrors", ...(isPackage ? ["PostProcessingError"] : [])];
  return message.history.some(({ state }) => effective.includes(state));
}

function mayShareRecords(one: InboundMessage, other: InboundMessage, { isPackage, isPerCompany }: Reach): boolean {
  if (isPackage || one.entity === undefined || other.entity === undefined) return true;
  if (!isSameName(one.entity, other.entity)) return false;
  return !isPerCompany || isSameName(one.company ?? "", other.company ?? "");
}
