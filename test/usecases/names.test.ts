import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { csv } from "../support/formats.ts";
import { listRecords } from "../../shared/usecases/watch/listRecords.ts";
import { saveEntity } from "../../shared/usecases/definitions/saveEntity.ts";
import {
  customerGroups,
  exportJob,
  exportProject,
  importProject,
  line,
  operator,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, defineLines, exportedFiles, importFile, newestExport, recordsOf, runNow } from "./world.ts";

const minute = 60_000;
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

/** The entity with its fields spelled anew, saved as a person does. */
async function respell(spell: (name: string) => string): Promise<DataEntity> {
  const fields = customerGroups.fields.map((field) => ({ ...field, name: spell(field.name) }));
  const entity = { ...customerGroups, fields };
  const { etag } = (await ports.definitions.find("entity", customerGroups.name))!;
  await saveEntity(ports, entity, [etag], operator);
  return entity;
}

async function exportedRows(): Promise<readonly string[]> {
  ports.advance(minute);
  await runNow(ports, exportJob);
  const files = await exportedFiles(ports, (await newestExport(ports, exportJob))!);
  return files.get("Customer groups.csv")!.split("\r\n").slice(1, -1);
}

const capitalized = (name: string): string => name.slice(0, 1) + name.slice(1).toLowerCase();

describe("a field that is spelled in another case", () => {
  test("keeps its values, for people, exports and the next import", async () => {
    await importFile(ports, "CustomerGroupId,Description\r\n10,Wholesale\r\n20,Retail\r\n");
    expect(await exportedRows()).toEqual(["10,Wholesale,,", "20,Retail,,"]);
    const entity = await respell(capitalized);

    expect(entity.fields.map(({ name }) => name)).toContain("Description");
    const query = { company: "USMF", key: ["10"], named: new Map() };
    const [record] = (await listRecords(ports, entity.name, query, { limit: 10 })).items;
    expect(record?.values).toEqual(["10", "Wholesale", "", ""]);
    const { execution } = await importFile(ports, "CUSTOMERGROUPID,DESCRIPTION\r\n10,Wholesale\r\n20,Outlet\r\n");
    expect(execution!.entities[0]).toMatchObject({ created: 0, updated: 1, unchanged: 1 });
    expect(await recordsOf(ports, entity)).toEqual([
      ["10", "Wholesale", "", ""],
      ["20", "Outlet", "", ""],
    ]);
    expect(await exportedRows()).toEqual(["20,Outlet,,"]);
  });

  test("is the field of the maps that were saved before", async () => {
    await importFile(ports, "CustomerGroupId,Description\r\n10,Wholesale\r\n");
    const fieldMap = [
      { field: "customergroupid", column: "Id", ignoreBlank: false },
      { field: "DESCRIPTION", column: "Text", ignoreBlank: false },
    ];
    await define(ports, "project", importProject.name, { ...importProject, lines: [{ ...line, fieldMap }] });
    await define(ports, "project", exportProject.name, { ...exportProject, lines: [{ ...line, fieldMap }] });
    await respell((name) => name.toLowerCase());
    await importFile(ports, "ID,TEXT\r\n10,Retail\r\n");

    expect(await exportedRows()).toEqual(["10,Retail"]);
  });

  test("may have a name that objects give to what they inherit", async () => {
    const names = ["__proto__", "constructor", "toString", "valueOf"];
    const fields = customerGroups.fields.map((field, index) => ({ ...field, name: names[index]! }));
    const entity: DataEntity = { ...customerGroups, name: "Hasown", aotName: "hasOwnProperty", fields };
    await define(ports, "entity", entity.name, entity);
    await defineLines(ports, [{ entity: entity.name }]);
    const file = "__PROTO__,Constructor,TOSTRING,valueof\r\n10,a,yes,1\r\n";
    const { execution } = await importFile(ports, file, { entity: "HASOWN" });

    expect(execution!.entities[0]).toMatchObject({ created: 1, failed: 0 });
    expect(await recordsOf(ports, entity)).toEqual([["10", "a", "Yes", "1"]]);
  });
});

describe("a file of failed records that was mended", () => {
  test("is known by its header in any case, in a format that has none", async () => {
    const noHeader = { ...line, format: "Plain" };
    await define(ports, "format", "Plain", { ...csv, name: "Plain", hasHeader: false });
    const fieldMap = [
      { field: "CUSTOMERGROUPID", column: "Column1", ignoreBlank: false },
      { field: "DESCRIPTION", column: "Column2", ignoreBlank: false },
    ];
    await define(ports, "project", importProject.name, { ...importProject, lines: [{ ...noHeader, fieldMap }] });
    const mended = "_Line,_Field,_Code,_Reason,Column1,Column2\r\n1,x,y,z,10,Wholesale\r\n";
    const { execution } = await importFile(ports, mended);

    expect(execution!.entities[0]).toMatchObject({ rowsRead: 1, created: 1, failed: 0 });
    expect((await recordsOf(ports))[0]).toEqual(["10", "Wholesale", "", ""]);
  });
});
