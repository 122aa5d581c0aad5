import type { DataEntity } from "../../domain/dataEntity.ts";
import { entityId } from "../../domain/entityId.ts";
import type { EntityRef } from "../../ports/entityStore.ts";
import type { Ports } from "../../ports.ts";

/** Where the entity has records, or had: once for each company. */
async function recordsOf(ports: Ports, entity: DataEntity): Promise<readonly EntityRef[]> {
  return (await ports.entities.list()).filter((ref) => ref.entityId === entityId(entity));
}

/** The records of the entity in all companies together. */
export async function countRecords(ports: Ports, entity: DataEntity): Promise<number> {
  let count = 0;
  for (const ref of await recordsOf(ports, entity)) count += await ports.entities.count(ref);
  return count;
}

/** Makes every import that is about to commit records of the entity ask for its definition anew; answers as `countRecords`. */
export async function interruptImports(ports: Ports, entity: DataEntity): Promise<number> {
  let count = 0;
  for (const ref of await recordsOf(ports, entity)) count += await ports.entities.interrupt(ref);
  return count;
}
