import { boundedPattern, PatternError } from "./boundedPattern.ts";
import type { EntityField, FieldType } from "./dataEntity.ts";
import type { MemberError } from "./errors.ts";
import { orderOf } from "./filter/orders.ts";
import type { ValidationRule } from "./validationRule.ts";
import type { Converter } from "./values/valueType.ts";

/** What a rule asks of a value alone; what is looked up is known once the file was read. */
type OwnRule = Exclude<ValidationRule, { kind: "lookup" }>;

function ownRules({ rules = [] }: EntityField): readonly OwnRule[] {
  return rules.flatMap((rule) => (rule.kind === "lookup" ? [] : [rule]));
}

/** Rules count where the field calls them. */
export function isRuled(field: EntityField): boolean {
  return field.callValidateField === true && ownRules(field).length > 0;
}

/** The converter, and behind it the rules of the field; `plain` is that of its type alone. */
export function ruledConverter(field: EntityField, convert: Converter, plain: Converter): Converter {
  if (!isRuled(field)) return convert;
  const checks = ownRules(field).map((rule) => ({ isMet: checkOf(field.type, rule, plain), rule }));
  return (text) => {
    const converted = convert(text);
    if ("problem" in converted || converted.value === "") return converted;
    const broken = checks.find(({ isMet }) => !isMet(converted.value));
    if (!broken) return converted;
    const { message } = broken.rule;
    return { problem: `holds a value that a rule forbids: ${message}`, rule: message };
  };
}

function checkOf(type: FieldType, rule: OwnRule, plain: Converter): (canonical: string) => boolean {
  if (rule.kind === "pattern") return boundedPattern(rule.pattern);
  const order = orderOf(type);
  const [from, to] = [rule.from, rule.to].map((bound) => {
    const converted = bound === undefined ? undefined : plain(bound);
    return converted && "value" in converted ? Buffer.from(converted.value) : undefined;
  });
  return (canonical) => {
    const bytes = Buffer.from(canonical);
    const isFromMet = !from || order(bytes, 0, bytes.length, from) >= 0;
    return isFromMet && (!to || order(bytes, 0, bytes.length, to) <= 0);
  };
}

const ordered: ReadonlySet<FieldType> = new Set<FieldType>(["integer", "int64", "real", "date", "datetime", "time"]);

/** What is wrong with the rules of a field themselves. */
export function ruleProblems(field: EntityField, plain: Converter, path: string): readonly MemberError[] {
  return (field.rules ?? []).flatMap((rule, index) => {
    const place = `${path}.rules[${index}]`;
    if (rule.kind === "lookup") return [];
    return rule.kind === "pattern"
      ? patternProblems(field, rule.pattern, `${place}.pattern`)
      : rangeProblems(field, rule, plain, place);
  });
}

function patternProblems({ name, type }: EntityField, pattern: string, path: string): readonly MemberError[] {
  if (type !== "string") return [{ path, message: `Only a string has a pattern; "${name}" is ${type}.` }];
  try {
    boundedPattern(pattern);
    return [];
  } catch (error) {
    if (error instanceof PatternError) return [{ path, message: `The pattern ${error.message}.` }];
    throw error;
  }
}

function rangeProblems(
  { name, type }: EntityField,
  { from, to }: Extract<ValidationRule, { kind: "range" }>,
  plain: Converter,
  path: string,
): readonly MemberError[] {
  if (!ordered.has(type))
    return [{ path, message: `Only a number, a date or a time has a range; "${name}" is ${type}.` }];
  if (from === undefined && to === undefined) return [{ path, message: "A range has a from, a to, or both." }];
  const misfits = Object.entries({ from, to }).flatMap(([member, bound]) => {
    const converted = bound === undefined ? undefined : plain(bound);
    if (!converted || ("value" in converted && converted.value !== "")) return [];
    const why = "problem" in converted ? converted.problem : "is empty";
    return [{ path: `${path}.${member}`, message: `The bound of "${name}" ${why}.` }];
  });
  const isMet = checkOf(type, { kind: "range", message: "", ...(to !== undefined && { to }) }, plain);
  const first = from === undefined || misfits.length > 0 ? undefined : plain(from);
  if (!first || "problem" in first || isMet(first.value)) return misfits;
  return [{ path, message: "The range ends before it begins." }];
}
