import type { DataEntity } from "./dataEntity.ts";
import { foldName } from "./foldName.ts";

/** Under which name an entity's records are kept: its AOT name, which is an identifier and outlives a change of label. */
export function entityId(entity: Pick<DataEntity, "aotName">): string {
  return foldName(entity.aotName);
}
