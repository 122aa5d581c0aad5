import { beforeEach, describe, expect, test } from "vitest";
import { customerGroups, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { importFile, recordsOf, resultFile } from "../usecases/world.ts";
import { manageApp } from "./manageApp.ts";

const address = "entities/Customer groups";
const rule = { kind: "range", from: "0", to: "100", message: "A credit limit is at most 100." };
const withRule = (more: object) => ({
  ...customerGroups,
  fields: customerGroups.fields.map((field) => (field.name === "CREDITLIMIT" ? { ...field, ...more } : field)),
});

let ports: TestPorts;
let call: Awaited<ReturnType<typeof manageApp>>;

beforeEach(async () => {
  ports = memoryPorts();
  call = await manageApp(ports);
  await seed(ports);
});

const put = (more: object) => call("PUT", address, { body: withRule(more), headers: { "if-match": "*" } });
const file = "CustomerGroupId,CreditLimit\r\n10,100\r\n20,101\r\n30,\r\n";

describe("the rules of a field", () => {
  test("reject records of an import with their text, and let the others in", async () => {
    expect((await put({ callValidateField: true, rules: [rule] })).status).toBe(200);
    const { execution } = await importFile(ports, file);

    expect(execution!.entities[0]).toMatchObject({ created: 2, failed: 1 });
    expect((await recordsOf(ports)).map(([id]) => id)).toEqual(["10", "30"]);
    expect(await resultFile(ports, execution, "failed")).toContain("A credit limit is at most 100: ");
  });

  test("are kept, and let everything in, while the field does not call them", async () => {
    await put({ rules: [rule] });
    const { execution } = await importFile(ports, file);

    expect(execution!.entities[0]).toMatchObject({ created: 3, failed: 0 });
    expect((await call("GET", address)).json.fields[3].rules).toEqual([rule]);
  });

  test("find stored records that they would not let in", async () => {
    await importFile(ports, file);
    await put({ callValidateField: true, rules: [{ ...rule, to: "1" }] });

    expect((await call("GET", `${address}/records?company=USMF`)).json.items).toHaveLength(3);
  });

  test("are refused with the place of what is wrong with them", async () => {
    const refused = await put({ rules: [{ ...rule, from: "many" }] });
    expect(refused.json.errors).toMatchObject([{ path: "fields[3].rules[0].from" }]);

    const lookup = await put({ rules: [{ kind: "lookup", entity: "Nowhere", message: "m" }] });
    expect(lookup.status).toBe(400);
    expect(lookup.json.errors).toEqual([
      { path: "fields[3].rules[0].entity", message: 'There is no data entity "Nowhere".' },
    ]);
    const unknown = await put({ rules: [{ kind: "spell", message: "m" }] });
    expect(unknown.json.errors).toMatchObject([{ path: "fields[3].rules[0].kind" }]);
  });
});
