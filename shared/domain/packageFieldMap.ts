import type { EntityMap } from "./dataPackage.ts";
import type { FieldMap, FieldMapLine } from "./fieldMap.ts";

/**
 * The field map that a package's manifest carries for an entity; undefined when it carries none. A default value rides
 * in the conversion that is marked as default.
 */
export function packageFieldMap(entityMaps: readonly EntityMap[]): FieldMap | undefined {
  if (entityMaps.length === 0) return undefined;
  return entityMaps.map(toLine);
}

function toLine(map: EntityMap): FieldMapLine {
  const defaultValue = map.conversions.find((conversion) => conversion.isDefault)?.values;
  const text =
    defaultValue && [...defaultValue].find(([member, value]) => member.startsWith("Staging") && value !== "");
  return {
    field: map.entityField,
    ignoreBlank: map.isDefaultValueEqualNull,
    ...(map.sourceField.trim() === "" ? {} : { column: map.sourceField }),
    ...(text === undefined ? {} : { defaultValue: text[1] }),
  };
}
