import type { DataEntity, EntityField, FieldType } from "../../shared/domain/dataEntity.ts";
import { isSameName } from "../../shared/domain/dataEntity.ts";
import type { EntityType, EnumMember, Property } from "./readCsdl.ts";

/** An entity that a description of a service has, and what of it is left out. */
export interface MadeEntity {
  readonly entity: DataEntity;
  readonly notes: readonly string[];
}

export interface EntityNames {
  readonly name: string;
  readonly aotName: string;
}

const types: Readonly<Record<string, FieldType>> = {
  "Edm.String": "string",
  "Edm.Byte": "integer",
  "Edm.SByte": "integer",
  "Edm.Int16": "integer",
  "Edm.Int32": "integer",
  "Edm.Int64": "int64",
  "Edm.Decimal": "real",
  "Edm.Double": "real",
  "Edm.Single": "real",
  "Edm.Boolean": "boolean",
  "Edm.Date": "date",
  "Edm.DateTimeOffset": "datetime",
  "Edm.TimeOfDay": "time",
  "Edm.Guid": "guid",
};

/** What the original says beside, where its type is another one on the wire. */
const axTypes: Readonly<Record<string, FieldType>> = { Date: "date", Time: "time" };

/** By it records belong to a legal entity. */
const companyProperty = "dataAreaId";
const fieldsMax = 500;
const enumValuesMax = 1_000;

/** A type of a description as a data entity: its files have the names of its properties in capitals. */
export function toEntity(
  { name, aotName }: EntityNames,
  { key, properties }: EntityType,
  enums: ReadonlyMap<string, readonly EnumMember[]>,
): MadeEntity {
  const isKey = (property: Property): boolean => key.some((each) => isSameName(each, property.name));
  const notes: string[] = [];
  const fields: EntityField[] = [];
  for (const property of properties) {
    if (isSameName(property.name, companyProperty)) continue;
    const field = toField(property, isKey(property), enums);
    if (field && fields.length < fieldsMax) fields.push(field);
    else notes.push(`${property.name} (${property.type}) is left out.`);
  }
  const isPerCompany = properties.some((property) => isSameName(property.name, companyProperty));
  return { entity: { name, aotName, fields, isPerCompany, isChangeTracked: true }, notes };
}

function toField(
  { name, type, isNullable, maxLength, axType }: Property,
  isKey: boolean,
  enums: ReadonlyMap<string, readonly EnumMember[]>,
): EntityField | undefined {
  const members = enums.get(type) ?? [];
  const known = Object.hasOwn(types, type) ? types[type] : members.length > 0 ? "enum" : undefined;
  const said = axType !== undefined && Object.hasOwn(axTypes, axType) ? axTypes[axType] : undefined;
  const fieldType = known === "datetime" || known === "integer" ? (said ?? known) : known;
  if (fieldType === undefined || members.length > enumValuesMax) return undefined;
  // Numbers and enums are never null in the original, and may be left out all the same.
  const isRequired = isKey || (fieldType === "string" && !isNullable);
  return {
    name: name.toUpperCase(),
    type: fieldType,
    ...(fieldType === "string" && maxLength !== undefined && { lengthMax: Math.min(maxLength, 1_000_000) }),
    isKey,
    isRequired,
    ...(fieldType === "enum" && {
      enumValues: members.map((member) => ({ symbol: member.name, value: member.value, label: member.name })),
    }),
  };
}

/** The label that a set most likely has: "CustomersV3" is "Customers V3". */
export function toLabel(set: string): string {
  const words = set.replaceAll(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/gu, " ").split(" ");
  return words
    .map((word, index) => (index === 0 || /^V\d+$|^[A-Z]+$/u.test(word) ? word : word.toLowerCase()))
    .join(" ");
}
