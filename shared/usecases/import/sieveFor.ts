import { isComposite } from "../../domain/composite.ts";
import { keyFields } from "../../domain/dataEntity.ts";
import { entityId } from "../../domain/entityId.ts";
import type { Ports } from "../../ports.ts";
import type { OpenSieve } from "../../ports/staging.ts";
import { numbersOf } from "./numberedRecords.ts";
import type { PreparedLine } from "./prepareImport.ts";

/**
 * What holds back the records of a line that are stored as they stand; undefined where each must be looked at: where rules
 * look values up, where numbers are given, where parts are joined, where rows are noted in staging, and where the entity is
 * emptied first.
 */
export function sieveFor(ports: Ports, line: PreparedLine): OpenSieve | undefined {
  const { entity, company, lookups, staging, execute, map } = line;
  const isPlain = !isComposite(entity) && !numbersOf(line).numbers && lookups.length === 0;
  if (!isPlain || staging || !execute || line.line.truncateFirst) return undefined;
  const ref = { entityId: entityId(entity), company };
  const keyColumns = keyFields(entity).map(({ name }) => name);
  return () => ports.entities.openSieve(ref, { columns: map.fields, keyColumns });
}
