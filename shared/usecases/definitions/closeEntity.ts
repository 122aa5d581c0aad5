import type { DataEntity } from "../../domain/dataEntity.ts";
import { entityId } from "../../domain/entityId.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";
import type { EntityRef } from "../../ports/entityStore.ts";
import { Unavailable } from "../../ports/unavailable.ts";
import { holdersOf } from "./holdersOf.ts";
import { type Turn, changeIfFree } from "./changeDefinitions.ts";

/**
 * Closes an entity that is to become another one, or to go: no import commits records of it until it is saved again.
 * Throws `conflict` when it holds records, and then it is open. What is answered is what may be replaced, or removed.
 */
export async function closeWithoutRecords(
  ports: Ports,
  turn: Turn,
  { value, etag }: Definition<DataEntity>,
  refusal: (count: number) => string,
): Promise<Definition<DataEntity>> {
  await requireNoRecords(ports, value, refusal);
  const closed = await ports.definitions.setClosed("entity", value.name, etag, true, turn.owner);
  if (!closed)
    throw new DomainError("preconditionFailed", `The data entity "${value.name}" was changed in this moment.`);
  try {
    // An import that was judged before this commits before it, or asks again and finds the entity closed.
    refuseRecords(await sumOf(ports, value, (ref) => ports.entities.interrupt(ref)), refusal);
  } catch (error) {
    await ports.definitions.setClosed("entity", value.name, closed.etag, false, turn.owner);
    throw error;
  }
  return closed;
}

/** Throws `conflict` when an entity holds records now. */
export async function requireNoRecords(
  ports: Ports,
  entity: DataEntity,
  refusal: (count: number) => string,
): Promise<void> {
  refuseRecords(await sumOf(ports, entity, (ref) => ports.entities.count(ref)), refusal);
}

function refuseRecords(count: number, refusal: (count: number) => string): void {
  if (count > 0) throw new DomainError("conflict", refusal(count));
}

/** Of all companies in which the entity has records, or had; those of a part lie in the records that hold them. */
async function sumOf(ports: Ports, entity: DataEntity, countOf: (ref: EntityRef) => Promise<number>): Promise<number> {
  const ids = [entity, ...(await holdersOf(ports, entity))].map(entityId);
  const refs = (await ports.entities.list()).filter((ref) => ids.includes(ref.entityId));
  let sum = 0;
  for (const ref of refs) sum += await countOf(ref);
  return sum;
}

/** The entity as it is defined, where that is settled; throws `Unavailable` while it becomes another one. */
export async function findOpenEntity(ports: Ports, name: string): Promise<Definition<DataEntity> | undefined> {
  const found = await ports.definitions.find("entity", name);
  if (!found?.isClosed) return found;
  // The change that closed it may have died; then there is no other either, and it is as it was.
  const settled = await changeIfFree(ports, async (turn) => {
    const now = await ports.definitions.find("entity", name);
    return now?.isClosed ? ports.definitions.setClosed("entity", name, now.etag, false, turn.owner) : now;
  });
  if (settled) return settled.answer;
  throw new Unavailable(`Data entity "${name}" is being changed.`);
}
