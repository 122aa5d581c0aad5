import { DomainError, type MemberError } from "./errors.ts";
import { foldName, withoutPadding } from "./foldName.ts";
import type { ValidationRule } from "./validationRule.ts";
import { reasonColumns } from "./reasonColumns.ts";

export const fieldTypes = [
  "string",
  "integer",
  "int64",
  "real",
  "boolean",
  "date",
  "datetime",
  "enum",
  "guid",
  "time",
] as const;
export type FieldType = (typeof fieldTypes)[number];

/** An enum value is exchanged by symbol, integer or label; it is stored by symbol. */
export interface EnumValue {
  readonly symbol: string;
  readonly value: number;
  readonly label: string;
}

export interface EntityField {
  /** Compared without regard to case, as everywhere in the original. */
  readonly name: string;
  readonly type: FieldType;
  /** In characters; strings only. */
  readonly lengthMax?: number;
  readonly isKey: boolean;
  readonly isRequired: boolean;
  readonly enumValues?: readonly EnumValue[];
  /** By name: what numbers the field where a field map says that it is generated. No other field has the same one. */
  readonly numberSequence?: string;
  /** Whether the rules are asked; they may stand still. */
  readonly callValidateField?: boolean;
  readonly rules?: readonly ValidationRule[];
  /** Of no field that is defined: its value is a list of records of a child (`composite.ts`). */
  readonly embedded?: Embedded;
}

/** Which fields of a part hold the key of the record that it belongs to. */
export type Relation = readonly { readonly field: string; readonly parentField: string }[];

export interface PartOf {
  /** The label of the parent. */
  readonly entity: string;
  readonly relation: Relation;
}

/** Records of one entity as a part of another's. */
export interface Embedded {
  readonly entity: DataEntity;
  readonly relation: Relation;
}

/** What a file's records become: a denormalised record type with a key, known by its public label. */
export interface DataEntity {
  /** The public label, such as "Customer groups". */
  readonly name: string;
  /** The name in the application object tree, such as "CustCustomerGroupEntity"; the wire accepts either. */
  readonly aotName: string;
  readonly fields: readonly EntityField[];
  /** Records belong to a legal entity; shared entities ignore the company. */
  readonly isPerCompany: boolean;
  /** Incremental exports need it. */
  readonly isChangeTracked: boolean;
  /** The labels of entities whose records are parts of this one's: each of those is a tree, and one unit. */
  readonly children?: readonly string[];
  /** The entity lists this one among its children, and holds its records. */
  readonly partOf?: PartOf;
}

export function keyFields(entity: DataEntity): readonly EntityField[] {
  return entity.fields.filter((field) => field.isKey);
}

/** Equal without regard to case; the rule for every name of the domain and every column of a file. */
export function isSameName(one: string, other: string): boolean {
  return one === other || foldName(one) === foldName(other);
}

/** True when the text names the entity, by label or by AOT name. */
export function isNamed(entity: Pick<DataEntity, "name" | "aotName">, text: string): boolean {
  const name = text.trim();
  return isSameName(entity.name, name) || isSameName(entity.aotName, name);
}

/** Between the values of a key. */
export const keySeparator = "\u001f";

/**
 * The key of a record as one text, from its canonical key values in field order, in the form in which keys are compared:
 * equal for values that differ in case or in blanks at their end alone. The record's fields keep their spelling. Values
 * hold no control characters below U+0020 but tab, CR and LF, so the unit separator cannot occur in one.
 */
export function recordKey(values: readonly string[]): string {
  return values.map((value) => foldName(withoutPadding(value))).join(keySeparator);
}

/** A key that was stored in its own spelling, in the form in which keys are compared; one that is there stays. */
export function foldedKey(key: string): string {
  return recordKey(key.split(keySeparator));
}

export function isAotName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,79}$/.test(text);
}

/** Every rule that an entity breaks; none when it may be stored. */
export function entityProblems(entity: DataEntity): readonly MemberError[] {
  const problems: MemberError[] = [];
  if (!isAotName(entity.aotName)) {
    const message =
      "The AOT name is an identifier: a letter or underscore, then letters, digits and underscores, at most 80.";
    problems.push({ path: "aotName", message });
  }
  const seen = new Map<string, number>();
  entity.fields.forEach((field, index) => {
    const path = `fields[${index}]`;
    const earlier = seen.get(foldName(field.name));
    if (earlier !== undefined) {
      problems.push({
        path: `${path}.name`,
        message: `Field "${field.name}" is there already, as fields[${earlier}].`,
      });
    }
    seen.set(foldName(field.name), index);
    if (reasonColumns.some((reason) => isSameName(reason, field.name))) {
      const message = `Files of failed records have a column "${field.name}" of their own, which feeds no field.`;
      problems.push({ path: `${path}.name`, message });
    }
    problems.push(...fieldProblems(field, path));
    if (field.isKey && field.numberSequence !== undefined && entity.children?.length) {
      const message = `The children hold the key of "${entity.name}", so no part of it comes from a number sequence.`;
      problems.push({ path: `${path}.numberSequence`, message });
    }
  });
  if (keyFields(entity).length === 0) {
    problems.push({ path: "fields", message: "Mark at least one field as key: records are matched by their key." });
  }
  return problems;
}

const numberedTypes: ReadonlySet<FieldType> = new Set<FieldType>(["string", "integer", "int64"]);

function fieldProblems(field: EntityField, path: string): MemberError[] {
  const problems: MemberError[] = [];
  if (field.numberSequence !== undefined && !numberedTypes.has(field.type)) {
    const message = `Only a string or a whole number comes from a number sequence; "${field.name}" is ${field.type}.`;
    problems.push({ path: `${path}.numberSequence`, message });
  }
  if (field.type === "enum" && !field.enumValues?.length) {
    problems.push({ path: `${path}.enumValues`, message: `Field "${field.name}" is an enum and needs its values.` });
  }
  if (field.type !== "enum" && field.enumValues) {
    problems.push({
      path: `${path}.enumValues`,
      message: `Only an enum has values; "${field.name}" is ${field.type}.`,
    });
  }
  if (field.type !== "string" && field.lengthMax !== undefined) {
    problems.push({
      path: `${path}.lengthMax`,
      message: `Only a string has a length; "${field.name}" is ${field.type}.`,
    });
  }
  const spellings = new Set<string>();
  for (const { symbol, value, label } of field.enumValues ?? []) {
    for (const spelling of new Set([foldName(symbol), String(value), foldName(label)])) {
      if (spellings.has(spelling)) {
        problems.push({
          path: `${path}.enumValues`,
          message: `"${spelling}" stands for two values of "${field.name}".`,
        });
      }
      spellings.add(spelling);
    }
  }
  return problems;
}

/** The company that records of the entity are kept under: none for a shared entity. Throws `invalid` when one is missing. */
export function companyOf(entity: DataEntity, company: string | undefined): string | undefined {
  if (!entity.isPerCompany) return undefined;
  if (company === undefined) {
    throw new DomainError("invalid", `Entity "${entity.name}" is per company, and no company is given.`);
  }
  return company.toUpperCase();
}
