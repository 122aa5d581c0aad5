import { isSameName } from "./dataEntity.ts";
import { type InboundMessage, isFinalImport } from "./inboundMessage.ts";

/**
 * Whose records a message brings. A package names its entities itself, so that any other of its project may bring the same;
 * the company counts only where the entity is kept per company.
 */
export interface Reach {
  readonly isPackage: boolean;
  readonly isPerCompany: boolean;
}

/**
 * Whether another message of the project came behind this one, and may have brought newer values for the same records:
 * another execution of this one would write its older values over theirs.
 */
export function isOverridden(message: InboundMessage, by: InboundMessage, reach: Reach): boolean {
  return cameBehind(message, by) && mayHaveEffect(by, reach) && mayShareRecords(message, by, reach);
}

/** In one backlog by the places there, which a mended message has of its origin; across two by the times of acceptance. */
function cameBehind(message: InboundMessage, by: InboundMessage): boolean {
  if (by.activityId === message.activityId) return by.order > message.order;
  return by.enqueuedAt > (message.mends?.origin ?? message).enqueuedAt;
}

/**
 * It ended so in some run, or it has begun and not ended. An execution that ended before its first record wrote
 * nothing.
 */
function mayHaveEffect(message: InboundMessage, { isPackage }: Reach): boolean {
  if (!isFinalImport(message) && message.executionId !== undefined) return true;
  // One entity is stored whole or not at all; of a package that failed, the entities before the failure are stored.
  const isOfMany = isPackage || message.entity === undefined;
  const effective = ["Processed", "ProcessedWithErrors", ...(isOfMany ? ["PostProcessingError"] : [])];
  return message.history.some(({ state }) => effective.includes(state));
}

function mayShareRecords(one: InboundMessage, other: InboundMessage, { isPackage, isPerCompany }: Reach): boolean {
  if (isPackage || one.entity === undefined || other.entity === undefined) return true;
  if (!isSameName(one.entity, other.entity)) return false;
  return !isPerCompany || isSameName(one.company ?? "", other.company ?? "");
}
