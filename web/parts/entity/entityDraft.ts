import type { Schemas } from "../../api/api.ts";
import type { Definition, Draft } from "../../api/definitions.ts";

export type EntityDraft = Draft<"entities">;
export type FieldDraft = Schemas["EntityFieldRequest"];
export type FieldType = FieldDraft["type"];
export type RuleDraft = NonNullable<FieldDraft["rules"]>[number];

/** As people read the types, in the order in which they are offered. */
export const typeNames: Readonly<Record<FieldType, string>> = {
  string: "String",
  integer: "Integer",
  int64: "Int64",
  real: "Real",
  boolean: "Boolean (Yes, No)",
  date: "Date",
  datetime: "Date and time",
  time: "Time of day",
  enum: "Enum",
  guid: "GUID",
};

/** An entity as it is begun. */
export function newEntity(): EntityDraft {
  const key: FieldDraft = { name: "", type: "string", isKey: true, isRequired: true };
  return { name: "", aotName: "", fields: [key], isPerCompany: false, isChangeTracked: false };
}

/** What can be changed of an entity that is stored. */
export function entityDraftOf(entity: Definition<"entities">): EntityDraft {
  const { version: _version, savedAt: _at, savedBy: _by, savedByPerson: _person, ...draft } = entity;
  return draft;
}

/** The same with another type, and without what only fields of the old one have. */
export function withType(field: FieldDraft, type: FieldType): FieldDraft {
  const { lengthMax, enumValues, numberSequence, ...rest } = field;
  const isNumbered = type === "string" || type === "integer" || type === "int64";
  return {
    ...rest,
    type,
    ...(type === "string" && lengthMax !== undefined && { lengthMax }),
    ...(type === "enum" && { enumValues: enumValues ?? [{ symbol: "", value: 0 }] }),
    ...(isNumbered && numberSequence !== undefined && { numberSequence }),
  };
}

/** An identifier that the label suggests: "Customer groups" is CustomerGroupsEntity. */
export function aotNameOf(label: string): string {
  const words = label.normalize("NFKD").match(/[A-Za-z0-9]+/g) ?? [];
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return name === "" ? "" : `${/^\d/.test(name) ? "_" : ""}${name}`.slice(0, 74) + "Entity";
}
