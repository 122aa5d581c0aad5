import { toKey } from "./order.ts";
import type { DataEntity } from "../shared/domain/dataEntity.ts";
import { entityRequest, toEntity } from "../shared/http/manageEntitySchema.ts";
import { checkMembers } from "../shared/http/manageBody.ts";
import type { Definition } from "./kinds.ts";

/** An entity without its children and lookups that are not there yet; undefined where it has none of them. */
export function withoutMissing({ kind, value }: Definition, missing: ReadonlySet<string>): DataEntity | undefined {
  if (kind.name !== "entity") return undefined;
  const { children, fields, ...entity } = toEntity(checkMembers(entityRequest, value));
  const isThere = (name: string): boolean => !missing.has(toKey("entity", name));
  const there = (children ?? []).filter(isThere);
  const kept = fields.map(({ rules, ...field }) => {
    const some = (rules ?? []).filter((rule) => rule.kind !== "lookup" || isThere(rule.entity));
    return { ...field, ...(some.length > 0 && { rules: some }) };
  });
  const isWhole =
    there.length === (children ?? []).length &&
    kept.every((field, at) => (field.rules ?? []).length === (fields[at]?.rules ?? []).length);
  return isWhole ? undefined : { ...entity, ...(there.length > 0 && { children: there }), fields: kept };
}
