import type { Ports } from "../../ports.ts";
import { loadEntity } from "../definitions/loadDefinitions.ts";
import { countEmbedded } from "./embeddedRecords.ts";
import { recordsRefOf } from "../definitions/recordsRefOf.ts";

/** How many records an entity holds, in the company that is meant. */
export async function countEntityRecords(
  ports: Ports,
  entityName: string,
  company: string | undefined,
): Promise<{ readonly count: number }> {
  const entity = (await loadEntity(ports, entityName)).value;
  if (entity.partOf) return { count: await countEmbedded(ports, entity, company) };
  return { count: await ports.entities.count(recordsRefOf(entity, company)) };
}
