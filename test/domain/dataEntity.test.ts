import { describe, expect, test } from "vitest";
import {
  type DataEntity,
  type EntityField,
  companyOf,
  entityProblems,
  isNamed,
  isSameName,
  keyFields,
} from "../../shared/domain/dataEntity.ts";
import { entityId } from "../../shared/domain/entityId.ts";
import { customerGroups } from "../support/definitions.ts";

const field: EntityField = { name: "A", type: "string", isKey: true, isRequired: true };
const withFields = (...fields: readonly Partial<EntityField>[]): DataEntity => ({
  ...customerGroups,
  fields: fields.map((changes) => ({ ...field, ...changes })),
});
const pathsOf = (entity: DataEntity) => entityProblems(entity).map(({ path }) => path);

describe("an entity that is saved", () => {
  test("has no problems when it is whole", () => {
    expect(entityProblems(customerGroups)).toEqual([]);
    expect(keyFields(customerGroups).map(({ name }) => name)).toEqual(["CUSTOMERGROUPID"]);
  });

  const red = { symbol: "Red", value: 1, label: "Red" };
  const cases: readonly (readonly [string, DataEntity, string])[] = [
    ["an AOT name that is no identifier", { ...customerGroups, aotName: "a/b" }, "aotName"],
    ["an AOT name that begins with a digit", { ...customerGroups, aotName: "1Entity" }, "aotName"],
    ["no key", withFields({ isKey: false }), "fields"],
    ["two fields of one name", withFields({}, { name: "a", isKey: false }), "fields[1].name"],
    ["a field that is called as the reasons of failed records", withFields({ name: "_Line" }), "fields[0].name"],
    ["an enum without values", withFields({ type: "enum" }), "fields[0].enumValues"],
    ["values on what is no enum", withFields({ enumValues: [red] }), "fields[0].enumValues"],
    ["a length on what is no string", withFields({ type: "integer", lengthMax: 5 }), "fields[0].lengthMax"],
    [
      "two enum values of one spelling",
      withFields({ type: "enum", enumValues: [red, { symbol: "Rouge", value: 2, label: "red" }] }),
      "fields[0].enumValues",
    ],
    [
      "an enum whose label is another one's integer",
      withFields({ type: "enum", enumValues: [red, { symbol: "Two", value: 2, label: "1" }] }),
      "fields[0].enumValues",
    ],
  ];
  for (const [what, entity, path] of cases) {
    test(`is refused with ${what}`, () => {
      expect(pathsOf(entity)).toEqual([path]);
    });
  }
});

describe("names", () => {
  test("are equal without regard to case, beyond ASCII too", () => {
    expect(isSameName("Ærø", "æRØ")).toBe(true);
    expect(isSameName("Customer groups", "Customer group")).toBe(false);
  });

  test("of an entity are its label and its AOT name, with blanks around them", () => {
    expect(isNamed(customerGroups, " customer GROUPS ")).toBe(true);
    expect(isNamed(customerGroups, "custcustomergroupentity")).toBe(true);
    expect(isNamed(customerGroups, "Customer")).toBe(false);
  });

  test("under which records are kept outlive a change of label", () => {
    expect(entityId({ ...customerGroups, name: "Other" } as DataEntity)).toBe(entityId(customerGroups));
  });
});

describe("the company of records", () => {
  test("is in upper case, is none for a shared entity, and must be there for any other", () => {
    expect(companyOf(customerGroups, "usmf")).toBe("USMF");
    expect(companyOf({ ...customerGroups, isPerCompany: false }, "usmf")).toBeUndefined();
    expect(() => companyOf(customerGroups, undefined)).toThrow('"Customer groups" is per company');
  });
});
