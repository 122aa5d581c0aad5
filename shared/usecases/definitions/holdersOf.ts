import type { DataEntity } from "../../domain/dataEntity.ts";
import type { Ports } from "../../ports.ts";

const depthMax = 8;

/** The entities whose records hold those of the entity as a part, the nearest first: those of the last one are stored. */
export async function holdersOf(ports: Ports, entity: DataEntity): Promise<readonly DataEntity[]> {
  const holders: DataEntity[] = [];
  for (let above = entity.partOf?.entity; above !== undefined && holders.length < depthMax;) {
    const holder: DataEntity | undefined = (await ports.definitions.find("entity", above))?.value;
    if (!holder) break;
    holders.push(holder);
    above = holder.partOf?.entity;
  }
  return holders;
}
