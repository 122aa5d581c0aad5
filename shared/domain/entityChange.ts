import { type DataEntity, type FieldType, isSameName, keyFields } from "./dataEntity.ts";
import { foldName } from "./foldName.ts";

/** Types whose every canonical text is one of the other type as well. */
const widerTypes: Partial<Record<FieldType, readonly FieldType[]>> = {
  integer: ["int64", "real"],
  int64: ["real"],
};

/** Why records that were stored under the one definition cannot be read under the other; undefined when they can. */
export function incompatibleChange(before: DataEntity, after: DataEntity): string | undefined {
  if (!isSameName(before.aotName, after.aotName)) return "The AOT name, under which records are kept, changes";
  if (before.isPerCompany !== after.isPerCompany) return "Records would belong to companies, or cease to";
  if (keyOf(before) !== keyOf(after)) return "The key changes";
  if (ownerOf(before) !== ownerOf(after)) return "Records would be parts of others, or cease to";
  const gone = before.children?.find((child) => !after.children?.some((other) => isSameName(other, child)));
  if (gone !== undefined) return `Records of "${gone}" would be parts of it no longer`;
  const fields = new Map(after.fields.map((field) => [foldName(field.name), field]));
  for (const field of before.fields) {
    const next = fields.get(foldName(field.name));
    if (!next || next.type === field.type || next.type === "string") continue;
    if (!widerTypes[field.type]?.includes(next.type)) {
      return `The type of field "${field.name}" changes from ${field.type} to ${next.type}`;
    }
  }
  return undefined;
}

function ownerOf({ partOf }: DataEntity): string {
  if (!partOf) return "";
  const relation = partOf.relation.map(({ field, parentField }) => `${foldName(field)} ${foldName(parentField)}`);
  return [foldName(partOf.entity), ...relation.toSorted()].join("\n");
}

/** Names, order and types: what the text of a record's key is made of. */
function keyOf(entity: DataEntity): string {
  return keyFields(entity)
    .map((field) => `${foldName(field.name)}:${field.type}`)
    .join(",");
}
