import { beforeEach, describe, expect, test } from "vitest";
import { customerGroups, exportProject, importProject, line } from "../support/definitions.ts";
import { memoryPorts } from "../support/memoryPorts.ts";
import { type Call, manageApp } from "./manageApp.ts";

const project = `projects/${importProject.name}`;
const map = `${project}/lines/Customer groups/map`;
const sample = `${project}/sample?entity=Customer%20groups&filename=a.csv`;
const replacing: Call = { headers: { "if-match": "*" } };
const own = [{ field: "CUSTOMERGROUPID", column: "Code" }];

let call: Awaited<ReturnType<typeof manageApp>>;

beforeEach(async () => {
  call = await manageApp(memoryPorts());
  await call("PUT", "entities/Customer groups", { body: customerGroups });
  await call("PUT", project, { body: { ...importProject, lines: [{ ...line, fieldMap: own }] } });
});

const lineOf = async () => (await call("GET", project)).json.lines[0];

describe("the map of a line", () => {
  test("is generated from the fields of the entity where there is no sample", async () => {
    const generated = await call("POST", `${map}/generate`);

    expect(generated.status).toBe(200);
    expect(generated.headers.get("etag")).toBe((await call("GET", project)).headers.get("etag"));
    expect(generated.json.lines[0].fieldMap).toEqual(
      customerGroups.fields.map(({ name }) => ({ field: name, column: name, ignoreBlank: false })),
    );
  });

  test("is generated from the columns of the sample, which stays the line's", async () => {
    await call("DELETE", map);
    await call("POST", sample, { bytes: "Description,CustomerGroupId,Colour\r\nWholesale,10,red\r\n" });
    const [generated] = (await call("POST", `${map}/generate`)).json.lines;

    const columns = generated.fieldMap.map(({ column }: { readonly column: string }) => column);
    expect(columns).toEqual(["Description", "CustomerGroupId"]);
    expect(generated.sample).toMatchObject({ fileName: "a.csv", isValid: true });
    const [reset] = (await call("DELETE", `${project}/lines/CustCustomerGroupEntity/map`)).json.lines;
    expect(reset).not.toHaveProperty("fieldMap");
    expect(reset.sample).toEqual(generated.sample);
    const [again] = (await call("POST", `${map}/generate`)).json.lines;
    expect(again.fieldMap).toEqual(generated.fieldMap);
  });

  test("is not generated from a sample whose columns feed no key", async () => {
    const mended = { bytes: "Code,Description\r\n10,Wholesale\r\n" };
    expect((await call("POST", sample, mended)).json.isValid).toBe(true);
    const refused = await call("POST", `${map}/generate`);

    expect(refused.status).toBe(400);
    expect(refused.json.detail).toContain('Field "CUSTOMERGROUPID" is part of the key');
    expect((await lineOf()).fieldMap).toMatchObject(own);
  });

  test("is reset to none, in an answer as for the whole project", async () => {
    const reset = await call("DELETE", map);

    expect(reset.status).toBe(200);
    expect(reset.json.lines[0]).not.toHaveProperty("fieldMap");
    expect(await lineOf()).toEqual(reset.json.lines[0]);
  });

  test("is there for the lines of the project alone", async () => {
    expect((await call("POST", `${project}/lines/Others/map/generate`)).status).toBe(404);
    expect((await call("DELETE", "projects/Nothing/lines/Customer groups/map")).status).toBe(404);
  });

  test("of an export is generated as it would be written without one", async () => {
    await call("PUT", `projects/${exportProject.name}`, { body: exportProject });
    const { json } = await call("POST", `projects/${exportProject.name}/lines/Customer groups/map/generate`);

    expect(json.lines[0].fieldMap).toHaveLength(customerGroups.fields.length);
  });
});

describe("the validation of a line", () => {
  test("is valid where all fields are fed, or columns are matched by name", async () => {
    await call("DELETE", map);
    expect((await lineOf()).validation).toEqual({ status: "valid", errors: [], warnings: [] });

    await call("POST", `${map}/generate`);
    expect((await lineOf()).validation).toEqual({ status: "valid", errors: [], warnings: [] });
  });

  test("warns of fields that the map leaves as they are", async () => {
    const { status, warnings } = (await lineOf()).validation;

    expect(status).toBe("warnings");
    expect(warnings).toEqual([expect.stringMatching(/feeds these fields: "?DESCRIPTION/u)]);
  });

  test("has the errors of the line's sample", async () => {
    await call("DELETE", map);
    await call("POST", sample, { bytes: "CustomerGroupId,CreditLimit\r\n10,many\r\n" });

    expect((await lineOf()).validation).toMatchObject({
      status: "errors",
      errors: ["Its sample a.csv has errors: send it again to see them, or send another one."],
    });
  });

  test("is passed over in what is sent back", async () => {
    const read = await call("GET", project);
    const again = await call("PUT", project, { body: read.json, ...replacing });

    expect(again.status).toBe(200);
    expect(again.json.lines).toEqual(read.json.lines);
  });
});
