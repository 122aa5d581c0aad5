import { beforeEach, describe, expect, test } from "vitest";
import { customerGroups, exportProject, importJobId, importProject, line } from "../../support/definitions.ts";
import { define } from "../../usecases/world.ts";
import { base, odataApp } from "./odataApp.ts";
import { type ODataWorld, odataWorld } from "./odataWorld.ts";

const groups = "/data/DataManagementDefinitionGroups";
const details = "/data/DataManagementDefinitionGroupDetails";

let ports: ODataWorld["ports"];
let call: ODataWorld["call"];

beforeEach(async () => {
  ({ ports, call } = await odataWorld());
});

const projectOf = async (name: string) => (await ports.definitions.find("project", name))?.value;
const post = (address: string, body: string | Uint8Array | object, headers = {}) =>
  call(address, { method: "POST", body, headers });
const patch = (address: string, body: string | object, headers = {}) =>
  call(address, { method: "PATCH", body, headers });
const remove = (address: string, headers = {}) => call(address, { method: "DELETE", headers });

describe("a data project", () => {
  test("is made as clients of the original make one, and is written down with who did it", async () => {
    const body = {
      Name: "It's / new",
      Description: "By a client",
      OperationType: "Export",
      ProjectCategory: "Project",
      GenerateDataPackage: "Yes",
      TruncateEntityData: "No",
      "@odata.type": "#Microsoft.Dynamics.DataEntities.DataManagementDefinitionGroup",
    };

    const { status, headers, json } = await post(groups, body);

    const location = `${base}${groups}(Name='It''s%20%2F%20new')`;
    expect([status, headers.get("location"), headers.get("odata-entityid")]).toEqual([201, location, location]);
    expect(json).toMatchObject({ Name: "It's / new", Description: "By a client", OperationType: "Export" });
    expect(await projectOf("it's / new")).toEqual({
      name: "It's / new",
      description: "By a client",
      direction: "export",
      execute: true,
      lines: [],
    });
    expect((await call(location.replace(base, ""))).json["@odata.etag"]).toBe(headers.get("etag"));
    const [entry] = (await ports.audit.list({}, { limit: 1 })).items;
    expect(entry).toMatchObject({ action: "save", target: "It's / new", applicationId: expect.stringContaining("c1") });
  });

  test("is made without an answer for whoever wants none, of what is nearly JSON", async () => {
    const { status, headers, text } = await post(groups, "{'name':'Quick','operationtype':1}", {
      prefer: "return=minimal",
    });

    expect([status, text, headers.get("preference-applied")]).toEqual([204, "", "return=minimal"]);
    expect(await projectOf("Quick")).toMatchObject({ direction: "export" });
  });

  test.each([
    ["[]", 400, "The body is no JSON object."],
    ["{", 400, "The body is no JSON object."],
    [{}, 400, "Name: This property is required."],
    [{ Name: 7 }, 400, "Name: A text."],
    [{ Name: "x".repeat(61), OperationType: "Import" }, 400, "name: "],
    [{ Name: "x" }, 400, "direction: This member is required."],
    [{ Name: "x", OperationType: "Both" }, 400, "OperationType: One of Import, Export."],
    [{ Name: "x", OperationType: "Import", TruncateEntityData: "Yes" }, 400, "TruncateEntityData: not supported yet"],
    [{ Name: importProject.name.toUpperCase(), OperationType: "Import" }, 409, "exists."],
    [JSON.stringify({ Name: "x", Description: "x".repeat(70_000) }), 413, "larger than"],
  ] as const)("is not made of %j", async (body, status, problem) => {
    const before = await ports.definitions.list("project", { limit: 10 });

    const answer = await post(groups, body);

    expect([answer.status, answer.json.error.message]).toEqual([status, expect.stringContaining(problem)]);
    expect(await ports.definitions.list("project", { limit: 10 })).toEqual(before);
  });

  test.each([
    ["application/json; charset=ISO-8859-1", Buffer.from('{"Name":"Käufer","OperationType":"Import"}', "latin1")],
    [
      'application/json;odata.metadata=minimal;charset="utf-16"',
      Buffer.from("\ufeff{'Name':'Käufer','OperationType':0}", "utf16le"),
    ],
    ["application/json;charset=", Buffer.from("\ufeff{Name:'Käufer',OperationType:'Import'}")],
  ])("is made of %s", async (type, body) => {
    expect((await post(groups, body, { "content-type": type })).json.Name).toBe("Käufer");
  });

  test.each([
    [
      "application/json",
      Buffer.from('{"Name":"Käufer"}', "latin1"),
      "The body is not in utf-8. Send it in UTF-8, or with",
    ],
    ["application/json;charset=ansi", Buffer.from("{}"), 'The body is in "ansi", which is no encoding known here.'],
  ])("is not made of %s with %o", async (type, body, problem) => {
    const { status, json } = await post(groups, body, { "content-type": type });

    expect([status, json.error.message]).toEqual([400, expect.stringContaining(problem)]);
  });

  test("keeps what a change does not name", async () => {
    const { status, text } = await patch(`${groups}('${importProject.name}')`, { Description: "Changed" });

    expect([status, text]).toEqual([204, ""]);
    expect(await projectOf(importProject.name)).toEqual({ ...importProject, description: "Changed" });
  });

  test("is changed and deleted as its reader knows it, or not at all", async () => {
    const address = `${groups}('${importProject.name}')`;
    const known = (await call(address)).headers.get("etag")!;
    await define(ports, "project", importProject.name, { ...importProject, description: "By somebody else" });

    expect((await patch(address, { Description: "Mine" }, { "if-match": known })).status).toBe(412);
    expect((await remove(address, { "if-match": known })).status).toBe(412);
    expect((await projectOf(importProject.name))?.description).toBe("By somebody else");
    expect((await patch(address, { Description: "Mine" }, { "if-match": "*" })).status).toBe(204);
    expect((await patch(address, { Name: "Other" })).json.error.message).toContain("keeps its name");
    expect((await patch(address, { OperationType: "Export" })).status).toBe(409);
    expect((await patch(`${groups}('None')`, {})).status).toBe(404);
  });

  test("is changed again by the version that a change answers", async () => {
    const address = `${groups}('${importProject.name}')`;

    const first = await patch(address, { Description: "One" });
    const second = await patch(
      address,
      { Description: "Two" },
      { "if-match": first.headers.get("etag")!, prefer: "return=representation" },
    );

    expect([first.status, second.status, second.headers.get("preference-applied")]).toEqual([
      204,
      200,
      "return=representation",
    ]);
    expect(second.json).toMatchObject({ "@odata.etag": second.headers.get("etag"), Description: "Two" });
    expect((await patch(address, {}, { "if-match": first.headers.get("etag")! })).status).toBe(412);
  });

  test("loses no change that somebody else makes meanwhile", async () => {
    const slow = odataApp({
      ...ports,
      definitions: {
        ...ports.definitions,
        takeTurn: async (owner) => {
          await define(ports, "project", importProject.name, { ...importProject, description: "By somebody else" });
          return ports.definitions.takeTurn(owner);
        },
      },
    });

    const body = { Disable: "Yes" };
    const key = `DefinitionGroupId='${importProject.name}',EntityName='Customer groups'`;
    expect((await slow(`${details}(${key})`, { method: "PATCH", body })).status).toBe(412);
    expect(await projectOf(importProject.name)).toEqual({ ...importProject, description: "By somebody else" });
  });

  test("is deleted where no job runs it", async () => {
    await post(groups, { Name: "Free", OperationType: "Import" });

    expect((await remove(`${groups}(Name='free')`)).status).toBe(204);
    expect(await projectOf("Free")).toBeUndefined();
    expect((await remove(`${groups}('Free')`)).status).toBe(404);
    const { status, json } = await remove(`${groups}('${importProject.name}')`);
    expect([status, json.error.message]).toEqual([409, expect.stringContaining(importJobId)]);
  });
});

describe("a line of a data project", () => {
  const body = {
    DefinitionGroupId: exportProject.name,
    EntityName: "Vendor groups",
    SourceFormat: "EXCEL",
    ExcelSheetName: "Groups",
    ExecutionUnit: 2,
    LevelInExecutionUnit: 3,
    SequenceInLevel: 4,
    FailExecutionUnitOnError: "Yes",
    FailLevelOnError: "No",
    Disable: "No",
    SkipStaging: "No",
    DefaultRefreshType: "FullPush",
    AutoGenerateMapping: "Yes",
    RunBusinessLogic: "Yes",
    ValidationStatus: "Yes",
  };
  const key = `DefinitionGroupId='${exportProject.name}',EntityName='Vendor groups'`;

  beforeEach(async () => {
    const vendors = { ...customerGroups, name: "Vendor groups", aotName: "VendVendorGroupEntity" };
    await define(ports, "entity", vendors.name, vendors);
  });

  test("is added behind the others, changed by what one names, and taken away", async () => {
    const { status, headers, json } = await post(details, body);
    expect([status, headers.get("location")]).toEqual([201, `${base}${details}(${key.replaceAll(" ", "%20")})`]);
    expect(json).toMatchObject({ EntityName: "Vendor groups", SourceFormat: "EXCEL", SequenceInLevel: 4 });
    expect((await projectOf(exportProject.name))?.lines[1]).toEqual({
      ...line,
      entity: "Vendor groups",
      format: "EXCEL",
      excelSheetName: "Groups",
      executionUnit: 2,
      level: 3,
      sequence: 4,
      failUnitOnError: true,
      skipStaging: true,
    });

    const change = { DefinitionGroupId: exportProject.name, Disable: "Yes", DefaultRefreshType: "IncrementalPush" };
    expect((await patch(`${details}(${key})`, change)).status).toBe(204);
    expect((await call(`${details}(${key})`)).json).toMatchObject({
      Disable: "Yes",
      DefaultRefreshType: "IncrementalPush",
      ExcelSheetName: "Groups",
      ExecutionUnit: 2,
    });

    expect((await remove(`${details}(${key})`)).status).toBe(204);
    expect((await projectOf(exportProject.name))?.lines).toEqual(exportProject.lines);
    expect((await remove(`${details}(${key})`)).status).toBe(404);
  });

  test("keeps its map and its sample when something else of it is changed", async () => {
    const fieldMap = [{ field: "CUSTOMERGROUPID", column: "Id", ignoreBlank: false }];
    const sample = { fileName: "a.csv", isValid: true, checkedAt: "2026-01-01T00:00:00.000Z" };
    const stored = { ...line, format: "EXCEL", excelSheetName: "Sheet", fieldMap, sample };
    const lines = [stored];
    await define(ports, "project", importProject.name, { ...importProject, lines });

    const address = `${details}(DefinitionGroupId='${importProject.name}',EntityName='Customer groups')`;
    expect((await patch(address, { SequenceInLevel: 9 })).status).toBe(204);

    expect((await projectOf(importProject.name))?.lines).toEqual([{ ...stored, sequence: 9 }]);
    expect((await patch(address, { ExcelSheetName: "" })).status).toBe(204);
    const { excelSheetName: _, sample: _of, ...rest } = stored;
    expect((await projectOf(importProject.name))?.lines).toEqual([{ ...rest, sequence: 9 }]);
  });

  test.each([
    [{ EntityName: "Nothing" }, 400, 'There is no data entity "Nothing".'],
    [{ SourceFormat: "Nothing" }, 400, 'There is no source data format "Nothing".'],
    [{ SourceFormat: null }, 400, "format: "],
    [{ ExecutionUnit: 0 }, 400, "executionUnit: "],
    [{ ExecutionUnit: "1" }, 400, "ExecutionUnit: A whole number."],
    [{ Disable: null }, 400, "Disable: One of No, Yes."],
    [{ DefinitionGroupId: "Nothing" }, 404, 'There is no data project "Nothing".'],
    [{ EntityName: "customer groups" }, 409, "has 'customer groups'."],
  ])("is not added with %j", async (wrong, status, problem) => {
    const answer = await post(details, { ...body, ...wrong });

    expect([answer.status, answer.json.error.message]).toEqual([status, expect.stringContaining(problem)]);
    expect(await projectOf(exportProject.name)).toEqual(exportProject);
  });

  test("keeps its key, and stays while a job cannot run without it", async () => {
    const own = `${details}(DefinitionGroupId='${exportProject.name}',EntityName='Customer groups')`;

    expect((await patch(own, { EntityName: "Vendor groups" })).json.error.message).toContain("keeps its key");
    expect((await remove(own)).status).toBe(409);
    expect((await patch(own, { Disable: "Yes" })).status).toBe(409);
    expect(await projectOf(exportProject.name)).toEqual(exportProject);
  });
});

describe("a data project that is for some applications", () => {
  const mine = "00000000-0000-4000-8000-0000000000c1";
  const other = "00000000-0000-4000-8000-0000000000c2";
  const limited = (applicationId: string, isEnabled = true) =>
    define(ports, "project", importProject.name, { ...importProject, applications: [{ applicationId, isEnabled }] });
  const address = `${groups}('${importProject.name}')`;

  test("is changed and removed by those alone, and by nobody whose entry is disabled", async () => {
    for (const listed of [() => limited(other), () => limited(mine, false)]) {
      await listed();
      const line = { DefinitionGroupId: importProject.name, EntityName: "Nothing", SourceFormat: "CSV" };
      const answers = [await patch(address, { Description: "x" }), await remove(address), await post(details, line)];

      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
      expect(await projectOf(importProject.name)).toMatchObject({ description: "" });
    }
    const { items } = await ports.audit.list(
      { object: { kind: "project", target: importProject.name } },
      { limit: 10 },
    );
    expect(items[0]).toMatchObject({ action: "refuse", applicationId: mine });
  });

  test("keeps its list when one of them changes it", async () => {
    await limited(mine);

    expect((await patch(address, { Description: "x" })).status).toBe(204);
    expect(await projectOf(importProject.name)).toMatchObject({
      description: "x",
      applications: [{ applicationId: mine, isEnabled: true }],
    });
  });
});
