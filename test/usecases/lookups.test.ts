import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity, EntityField } from "../../shared/domain/dataEntity.ts";
import { removeEntity } from "../../shared/usecases/definitions/removeDefinition.ts";
import { saveEntity } from "../../shared/usecases/definitions/saveEntity.ts";
import { listStagedRows } from "../../shared/usecases/watch/stagedRows.ts";
import { customerGroups, importProject, operator, packageJob, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { defineLines, importFile, manifestOf, packageOf, recordsOf, resultFile } from "./world.ts";

// Fields whose values must be keys of another entity.

const message = "There is no such customer group.";
const group = (changes: Partial<EntityField> = {}): EntityField => ({
  name: "GROUP",
  type: "string",
  isKey: false,
  isRequired: false,
  callValidateField: true,
  rules: [{ kind: "lookup", entity: "customer groups", message }],
  ...changes,
});
const customers: DataEntity = {
  name: "Customers",
  aotName: "DemoCustomerEntity",
  isPerCompany: true,
  isChangeTracked: false,
  fields: [{ name: "ID", type: "string", isKey: true, isRequired: true, lengthMax: 20 }, group()],
};
const groups = "CustomerGroupId\r\n10\r\n20\r\n30\r\n";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
  await importFile(ports, groups);
  await saveEntity(ports, customers, undefined, operator);
});

const importCustomers = async (file: string, more: object = {}) => {
  await defineLines(ports, [{ entity: customers.name, ...more }]);
  return importFile(ports, file, { entity: customers.name });
};

describe("a value that is looked up", () => {
  test("rejects its record with the rule's text where it is no key of the other entity, and no other", async () => {
    const { message: ended, execution } = await importCustomers(
      "ID,GROUP\r\nC,30\r\nA,10\r\nB,99\r\nD,\r\nE,2\r\nF,20\r\n",
    );

    expect(ended.state).toBe("ProcessedWithErrors");
    expect(execution!.entities[0]).toMatchObject({ rowsRead: 6, created: 4, failed: 2 });
    expect(execution!.entities[0]!.firstErrors).toMatchObject([
      { line: 4, field: "GROUP", code: "validateField", message },
      { line: 6, field: "GROUP", code: "validateField", message },
    ]);
    expect((await recordsOf(ports, customers)).map(([id]) => id)).toEqual(["A", "C", "D", "F"]);
    expect(await resultFile(ports, execution, "failed", customers.name)).toContain(`4,GROUP,validateField,${message}`);
  });

  test("gives the key of a rejected record to the next row that has it", async () => {
    const { execution } = await importCustomers("ID,GROUP\r\nA,99\r\nA,10\r\nA,20\r\n");

    expect(execution!.entities[0]).toMatchObject({ rowsRead: 3, created: 1, failed: 2 });
    expect(await recordsOf(ports, customers)).toEqual([["A", "10"]]);
  });

  test("compares as keys do", async () => {
    await importFile(ports, "CustomerGroupId\r\nGrün\r\n");
    const { message: ended } = await importCustomers("ID,GROUP\r\nA,GRÜN \r\n");

    expect(ended.state).toBe("Processed");
  });

  test("is noted at its row in staging, and met once the other entity has it", async () => {
    const { execution } = await importCustomers("ID,GROUP\r\nA,99\r\nB,10\r\n", { skipStaging: false });
    const { items } = await listStagedRows(ports, execution!.id, customers.name, "error", { limit: 10 });

    expect(items.map(({ row }) => [row.line, row.code, row.reason])).toEqual([[2, "validateField", message]]);
  });

  test("is looked for among what a line in front of its own has brought in", async () => {
    await defineLines(ports, [
      { entity: customers.name, sequence: 1 },
      { entity: customerGroups.name, sequence: 1, level: 1 },
    ]);
    const lines = [
      { entityName: customers.name, targetEntity: customers.aotName, inputFilePath: "c.csv", sourceFormat: "CSV" },
      { inputFilePath: "g.csv" },
    ];
    const files = { "c.csv": "ID,GROUP\r\nA,77\r\n", "g.csv": "CustomerGroupId\r\n77\r\n" };
    const job = { ...packageJob, project: importProject.name };
    const first = await importFile(ports, await packageOf(manifestOf(...lines), files), { entity: undefined }, job);
    const again = await importFile(ports, await packageOf(manifestOf(...lines), files), { entity: undefined }, job);

    expect(first.execution!.entities[0]).toMatchObject({ failed: 1 });
    expect(again.message.state).toBe("Processed");
  });
});

describe("a rule that looks values up", () => {
  const save = (entity: DataEntity) => saveEntity(ports, entity, "any", operator);
  const problem = (field: EntityField, more: Partial<DataEntity> = {}) =>
    save({ ...customers, ...more, fields: [customers.fields[0]!, field] }).then(
      () => "",
      (error: Error) => error.message,
    );

  test("is refused where there is nothing to look in", async () => {
    const elsewhere = group({ rules: [{ kind: "lookup", entity: "Nowhere", message }] });

    expect(await problem(elsewhere)).toContain('There is no data entity "Nowhere"');
    expect(await problem(group({ type: "integer" }))).toContain('"GROUP" is integer, and the key');
    expect(await problem(group(), { isPerCompany: false })).toContain("has records for each company");
  });

  test("keeps the other entity from being removed, or given another key", async () => {
    await expect(removeEntity(ports, customerGroups.name, "any", operator)).rejects.toMatchObject({
      code: "conflict",
    });
    const fields = customerGroups.fields.map((field) =>
      field.name === "DESCRIPTION" ? { ...field, isKey: true } : field,
    );
    await expect(save({ ...customerGroups, fields })).rejects.toThrow('"Customers" looks values up in it');
  });
});
