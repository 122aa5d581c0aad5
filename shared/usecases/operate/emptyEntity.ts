import type { Actor } from "../../domain/caller.ts";
import { keyFields } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Ports } from "../../ports.ts";
import { loadEntity } from "../definitions/loadDefinitions.ts";
import { recordsRefOf } from "../definitions/recordsRefOf.ts";

export interface EmptyingWish {
  readonly company: string | undefined;
  /** As many records as the caller means to remove. */
  readonly count: number;
}

/**
 * Removes every record of an entity, in the company that is meant, in one commit. `conflict` unless there are exactly as
 * many as the caller says, at that commit: what an import brought meanwhile is nobody's wish.
 */
export async function emptyEntity(
  ports: Ports,
  entityName: string,
  { company, count }: EmptyingWish,
  by: Actor,
): Promise<{ readonly removed: number }> {
  const entity = (await loadEntity(ports, entityName)).value;
  if (entity.partOf) {
    const text = `Records of "${entity.name}" are parts of those of "${entity.partOf.entity}": empty that.`;
    throw new DomainError("conflict", text);
  }
  const ref = recordsRefOf(entity, company);
  await ports.entities.upsert(ref, {
    idempotencyKey: `empty/${ports.ids.random()}`,
    fence: 1,
    columns: [],
    keyColumns: keyFields(entity).map(({ name }) => name),
    records: noRecords,
    truncateFirst: true,
    requireValid: async (recordCount) => requireCount(entity.name, recordCount, count),
  });
  const detail = `${count} records${ref.company === undefined ? "" : ` of ${ref.company}`}`;
  await ports.audit.record({
    at: ports.clock.now(),
    ...by,
    action: "empty",
    kind: "entity",
    target: entity.name,
    detail,
  });
  return { removed: count };
}

async function* noRecords(): AsyncGenerator<never> {}

function requireCount(name: string, found: number, expected: number): void {
  if (found === expected) return;
  const message = `Data entity "${name}" holds ${found} records here, not ${expected}. Look again, and confirm with ?count=${found}.`;
  throw new DomainError("conflict", message, [{ path: "count", message }]);
}
