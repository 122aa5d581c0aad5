import { type DataEntity, isSameName } from "./dataEntity.ts";
import { looksUpIn } from "./lookupRules.ts";

export interface SequencedEntity {
  readonly entity: string;
  /** 1-based; what records of a level are looked up in comes in levels before it. */
  readonly level: number;
  /** 1-based, within its level. */
  readonly sequence: number;
}

/** An order in which imports find what their records name; entities that name each other in a circle share the last level. */
export function sequenceEntities(entities: readonly DataEntity[]): readonly SequencedEntity[] {
  const placed: SequencedEntity[] = [];
  let left = entities;
  for (let level = 1; left.length > 0; level++) {
    const waiting = left;
    const isFree = (entity: DataEntity) => !waiting.some((other) => other !== entity && looksUpIn(entity, other.name));
    const free = waiting.filter(isFree);
    const next = free.length > 0 ? free : waiting;
    placed.push(...next.map(({ name }, index) => ({ entity: name, level, sequence: index + 1 })));
    left = waiting.filter(({ name }) => !next.some((each) => isSameName(each.name, name)));
  }
  return placed;
}
