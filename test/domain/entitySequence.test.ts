import { describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { sequenceEntities } from "../../shared/domain/entitySequence.ts";
import { customerGroups } from "../support/definitions.ts";

function entity(name: string, ...lookedUp: readonly string[]): DataEntity {
  const rules = lookedUp.map((of) => ({ kind: "lookup", entity: of, message: "" }) as const);
  const field = { name: "OTHER", type: "string", isKey: false, isRequired: false, callValidateField: true } as const;
  return { ...customerGroups, name, aotName: name, fields: [{ ...field, rules }] };
}

const levels = (...entities: readonly DataEntity[]) =>
  sequenceEntities(entities).map(({ entity, level, sequence }) => `${entity} ${level}.${sequence}`);

describe("a sequence of entities", () => {
  test("begins with those that name no other, and puts each behind all that it names", () => {
    const lines = entity("Lines", "Orders", "Items");
    const orders = entity("Orders", "customers", "Not among them");
    expect(levels(lines, orders, entity("Items"), entity("Customers"))).toEqual([
      "Items 1.1",
      "Customers 1.2",
      "Orders 2.1",
      "Lines 3.1",
    ]);
  });

  test("comes to an end where entities name themselves and each other", () => {
    expect(levels(entity("A", "A", "B"), entity("B", "A"), entity("C"))).toEqual(["C 1.1", "A 2.1", "B 2.2"]);
  });
});
