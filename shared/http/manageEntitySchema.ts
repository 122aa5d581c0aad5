import { z } from "zod";
import { type DataEntity, fieldTypes } from "../domain/dataEntity.ts";
import { definitionFacts, nameMember, printableText, readOnlyFacts, wholeNumber } from "./manageMembers.ts";
import { asAnswer, asBoth, asRequest } from "./schemaNames.ts";

const fieldsMax = 500;
const enumValuesMax = 1000;
const enumIntegerMax = 2 ** 31 - 1;
const stringCharactersMax = 1_000_000;

const enumValue = asBoth(
  "EnumValue",
  z.strictObject({
    symbol: printableText(1, 100),
    value: wholeNumber(-enumIntegerMax - 1, enumIntegerMax),
    label: printableText(1, 200).exactOptional().meta({ description: "The symbol, when left out." }),
  }),
);

const rulesMax = 20;
const ruleMessage = printableText(1, 300).meta({ description: "What a record is rejected with." });
const bound = z.string().trim().min(1).max(100).exactOptional();
const rule = z.discriminatedUnion(
  "kind",
  [
    asBoth(
      "PatternRule",
      z.strictObject({ kind: z.literal("pattern"), pattern: z.string().min(1), message: ruleMessage }),
    ),
    asBoth("LookupRule", z.strictObject({ kind: z.literal("lookup"), entity: nameMember, message: ruleMessage })),
    asBoth("RangeRule", z.strictObject({ kind: z.literal("range"), from: bound, to: bound, message: ruleMessage })),
  ],
  { error: () => 'The kind is "pattern", "range" or "lookup".' },
);

const field = asBoth(
  "EntityField",
  z.strictObject({
    name: printableText(1, 80),
    type: z.enum(fieldTypes),
    lengthMax: wholeNumber(1, stringCharactersMax).exactOptional(),
    isKey: z.boolean().default(false),
    isRequired: z.boolean().default(false),
    callValidateField: z
      .boolean()
      .exactOptional()
      .meta({ description: "Whether the rules are asked for the field's values." }),
    rules: z.array(rule).min(1).max(rulesMax, `At most ${rulesMax} rules.`).exactOptional(),
    numberSequence: nameMember
      .exactOptional()
      .meta({ description: "What numbers the field where a field map says that it is generated." }),
    enumValues: z.array(enumValue).min(1).max(enumValuesMax).exactOptional(),
  }),
);

const childrenMax = 50;
const relationField = asBoth(
  "RelationField",
  z.strictObject({ field: printableText(1, 80), parentField: printableText(1, 80) }),
);
const partOf = asBoth(
  "PartOf",
  z.strictObject({
    entity: nameMember,
    relation: z
      .array(relationField)
      .min(1)
      .max(fieldsMax)
      .meta({ description: "For each key field of the parent, the key field that holds it." }),
  }),
);

const entityMembers = {
  name: nameMember,
  aotName: z.string().trim().meta({ description: "An identifier, such as CustCustomerGroupEntity." }),
  fields: z.array(field).min(1, "At least one field.").max(fieldsMax, `At most ${fieldsMax} fields.`),
  isPerCompany: z.boolean().default(false),
  isChangeTracked: z.boolean().default(false),
  children: z
    .array(nameMember)
    .min(1)
    .max(childrenMax)
    .exactOptional()
    .meta({ description: "Entities whose records are parts of this one's; each of them says so by partOf first." }),
  partOf: partOf.exactOptional(),
};

export const entityRequest = asRequest("EntityRequest", z.strictObject({ ...entityMembers, ...readOnlyFacts }));
export const entityAnswer = asAnswer("Entity", z.strictObject({ ...entityMembers, ...definitionFacts }));

export function toEntity({
  version: _v,
  savedAt: _a,
  savedBy: _b,
  savedByPerson: _p,
  ...body
}: z.output<typeof entityRequest>): DataEntity {
  return { ...body, fields: body.fields.map(toField) };
}

function toField({ enumValues, ...rest }: z.output<typeof field>): DataEntity["fields"][number] {
  if (!enumValues) return rest;
  return { ...rest, enumValues: enumValues.map((value) => ({ ...value, label: value.label ?? value.symbol })) };
}
