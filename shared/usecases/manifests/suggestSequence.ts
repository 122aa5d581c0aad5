import { DomainError } from "../../domain/errors.ts";
import { type SequencedEntity, sequenceEntities } from "../../domain/entitySequence.ts";
import { entityFinder } from "../../domain/manifestLine.ts";
import { nameList } from "../../domain/nameList.ts";
import type { Ports } from "../../ports.ts";
import { findEntities } from "../samples/sampleSources.ts";

/** In which order to import entities, which are named by label or AOT name; throws `invalid` for one that there is not. */
export async function suggestSequence(ports: Ports, names: readonly string[]): Promise<readonly SequencedEntity[]> {
  const find = entityFinder(await findEntities(ports));
  const named = names.map((name) => name.trim()).filter((name) => name !== "");
  const entities = named.map((entityName) => {
    const entity = find({ entityName, targetEntity: null });
    if (entity) return entity;
    throw new DomainError("invalid", `Entity ${nameList([entityName])} does not exist in the target environment.`);
  });
  return sequenceEntities([...new Set(entities)]);
}
