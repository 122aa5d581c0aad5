import type { DefinitionKind, Shown } from "../definition/kind.ts";
import { type EntityDraft, entityDraftOf, type FieldDraft, type RuleDraft, typeNames } from "./entityDraft.ts";

const fieldPrefix = "field ";
const orderMember = "order of fields";

export const entityKind: DefinitionKind<"entities"> = {
  list: "entities",
  noun: "data entity",
  title: "Data entities",
  draftOf: entityDraftOf,
  membersOf,
  ofMembers,
  show,
};

/** Each field is a member of its own, so that two people who changed two fields lose nothing. */
function membersOf({ fields, ...rest }: EntityDraft): Readonly<Record<string, unknown>> {
  const named = fields.map((field, index) => [memberOf(field, index, fields), field] as const);
  const order = named.map(([member]) => member.slice(fieldPrefix.length));
  return { ...rest, ...Object.fromEntries(named), [orderMember]: order };
}

/** Names that stand twice are refused by the service, but nothing of them is lost until then. */
function memberOf({ name }: FieldDraft, index: number, fields: readonly FieldDraft[]): string {
  const isFirst = fields.findIndex((other) => other.name === name) === index;
  return `${fieldPrefix}${name}${isFirst ? "" : ` (${index})`}`;
}

function ofMembers(members: Readonly<Record<string, unknown>>): EntityDraft {
  const { name, aotName, isPerCompany, isChangeTracked, children, partOf, [orderMember]: order } = members;
  const place = new Map((isList<string>(order) ? order : []).map((field, index) => [field, index]));
  const placeOf = (member: string): number => place.get(member.slice(fieldPrefix.length)) ?? Infinity;
  const fields = Object.keys(members)
    .filter((member) => member.startsWith(fieldPrefix))
    .toSorted((one, other) => (placeOf(one) <= placeOf(other) ? -1 : 1))
    .flatMap((member) => (isField(members[member]) ? [members[member]] : []));
  return {
    name: textOf(name),
    aotName: textOf(aotName),
    isPerCompany: isPerCompany === true,
    isChangeTracked: isChangeTracked === true,
    ...(isList<string>(children) && { children }),
    ...(isPartOf(partOf) && { partOf }),
    fields,
  };
}

function isList<T>(value: unknown): value is T[] {
  return Array.isArray(value);
}

function isField(value: unknown): value is FieldDraft {
  return typeof value === "object" && value !== null && "type" in value;
}

function isPartOf(value: unknown): value is NonNullable<EntityDraft["partOf"]> {
  return typeof value === "object" && value !== null && "relation" in value;
}

const labels: Readonly<Record<string, string>> = {
  name: "Label",
  aotName: "AOT name",
  isPerCompany: "Records belong to a company",
  isChangeTracked: "Change tracking",
  children: "Entities whose records are parts of it",
  partOf: "Part of",
  [orderMember]: "Order of the fields",
};

function show(member: string, value: unknown): Shown {
  if (isField(value)) {
    return {
      label: `Field ${member.slice(fieldPrefix.length)}`,
      content: <bdi>{fieldText(value)}</bdi>,
    };
  }
  return { label: labels[member] ?? member, content: <bdi>{textOf(value)}</bdi> };
}

function textOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (isList<string>(value)) return value.join(", ");
  if (isPartOf(value)) {
    const pairs = value.relation.map(({ field, parentField }) => `${field} = ${parentField}`);
    return `${value.entity}, where ${pairs.join(" and ")}`;
  }
  return typeof value === "string" ? value : "";
}

/** All that a field says, in one line. */
export function fieldText(field: FieldDraft): string {
  return [typeNames[field.type], ...fieldFacts(field)].join(" · ");
}

/** What a field says beside its type. */
export function fieldFacts(field: FieldDraft): readonly string[] {
  const { lengthMax, isKey, isRequired, numberSequence, enumValues, rules, callValidateField } = field;
  return [
    ...(lengthMax === undefined ? [] : [`at most ${lengthMax} characters`]),
    ...(isKey ? ["key"] : []),
    ...(isRequired ? ["required"] : []),
    ...(numberSequence === undefined ? [] : [`numbered by ${numberSequence}`]),
    ...(enumValues
      ? [enumValues.map(({ symbol, value, label = symbol }) => `${value} ${symbol} (${label})`).join(", ")]
      : []),
    ...(rules ? rules.map(ruleText) : []),
    ...(rules && !callValidateField ? ["rules are not asked"] : []),
  ];
}

function ruleText(rule: RuleDraft): string {
  switch (rule.kind) {
    case "pattern":
      return `is like ${rule.pattern}: “${rule.message}”`;
    case "lookup":
      return `is a key of ${rule.entity}: “${rule.message}”`;
    case "range":
      return `from ${rule.from ?? "any"} to ${rule.to ?? "any"}: “${rule.message}”`;
  }
}
