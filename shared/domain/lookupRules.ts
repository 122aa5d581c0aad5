import { type DataEntity, type EntityField, isSameName, keyFields } from "./dataEntity.ts";
import type { MemberError } from "./errors.ts";
import type { LookupRule } from "./validationRule.ts";

/** A rule that a field calls, by which its values must be keys of another entity. */
export interface CalledLookup {
  readonly field: EntityField;
  readonly rule: LookupRule;
}

export function lookupsOf({ fields }: Pick<DataEntity, "fields">): readonly CalledLookup[] {
  return fields.flatMap((field) =>
    field.callValidateField === true
      ? (field.rules ?? []).flatMap((rule) => (rule.kind === "lookup" ? [{ field, rule }] : []))
      : [],
  );
}

/** Whether the entity has a rule, called or not, that looks values up in the other one. */
export function looksUpIn({ fields }: Pick<DataEntity, "fields">, entity: string): boolean {
  return fields.some(({ rules = [] }) =>
    rules.some((rule) => rule.kind === "lookup" && isSameName(rule.entity, entity)),
  );
}

/** What keeps values of the field from being keys of the target; `target` is undefined where there is none of its name. */
export function lookupProblems(
  entity: Pick<DataEntity, "name" | "isPerCompany" | "partOf">,
  field: EntityField,
  { entity: name }: LookupRule,
  target: DataEntity | undefined,
  path: string,
): readonly MemberError[] {
  const problem = (message: string): readonly MemberError[] => [{ path, message }];
  if (!target) return problem(`There is no data entity "${name}".`);
  if (entity.partOf) return problem(`"${entity.name}" is a part of another entity, whose records are not looked up.`);
  if (target.partOf) return problem(`"${target.name}" is a part of another entity, and has no records of its own.`);
  if (target.isPerCompany && !entity.isPerCompany) {
    return problem(`"${target.name}" has records for each company, and "${entity.name}" none: which are meant?`);
  }
  const [key, ...more] = keyFields(target);
  if (more.length > 0 || !key)
    return problem(`The key of "${target.name}" has several fields; one value is looked up.`);
  if (key.type === field.type) return [];
  return problem(`"${field.name}" is ${field.type}, and the key of "${target.name}" is ${key.type}.`);
}
