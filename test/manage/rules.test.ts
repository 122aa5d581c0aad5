import { beforeEach, describe, expect, test } from "vitest";
import {
  bytesOf,
  customerGroups,
  exportProject,
  importJob,
  importProject,
  line,
  listedApplication,
} from "../support/definitions.ts";
import { builtInFormats } from "../../shared/domain/sourceFormat.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { enqueue } from "../usecases/world.ts";
import { type Call, manageApp } from "./manageApp.ts";

const { activityId: jobId, ...jobBody } = importJob;
const entity = "entities/Customer groups";
const project = `projects/${importProject.name}`;
const job = `jobs/${jobId}`;
const replacing: Call = { headers: { "if-match": "*" } };

let ports: TestPorts;
let call: Awaited<ReturnType<typeof manageApp>>;

beforeEach(async () => {
  ports = memoryPorts();
  call = await manageApp(ports);
  await call("PUT", entity, { body: customerGroups });
  await call("PUT", project, { body: importProject });
  await call("PUT", job, { body: jobBody });
});

const put = (address: string, body: unknown) => call("PUT", address, { ...replacing, body });

const disable = () => put(job, { ...jobBody, isEnabled: false });

async function importRecord(isRun = true): Promise<void> {
  await enqueue(ports, importJob, {
    applicationId: listedApplication,
    entity: "Customer groups",
    company: undefined,
    externalIdentifier: undefined,
    idempotencyKey: undefined,
    declaredBytes: undefined,
    body: bytesOf("CustomerGroupId\r\n10\r\n"),
  });
  if (isRun) await call("POST", `${job}/run`);
  await ports.drain();
}

describe("what others refer to", () => {
  test("is not deleted, and the answer says who refers to it", async () => {
    const refused = await call("DELETE", entity);

    expect(refused.status).toBe(409);
    expect(refused.headers.get("content-type")).toContain("application/problem+json");
    expect(refused.json.referredBy).toEqual([{ kind: "project", name: importProject.name }]);
    expect((await call("DELETE", project)).json.referredBy).toEqual([{ kind: "job", name: jobId }]);
  });

  test("is deleted from the job down, and leaves nothing behind", async () => {
    await disable();

    for (const address of [job, project, entity]) {
      expect((await call("DELETE", address)).status).toBe(204);
      expect((await call("GET", address)).status).toBe(404);
      expect((await call("DELETE", address)).status).toBe(404);
    }

    expect(await ports.schedules.find("processing", jobId)).toBeUndefined();
    expect(await ports.definitions.reserveJobName(importJob.name, "somebody")).toBe("somebody");
  });

  test("is not deleted in a version that the caller does not know", async () => {
    expect((await call("DELETE", job, { headers: { "if-match": '"b3RoZXI"' } })).status).toBe(412);
    expect((await call("DELETE", job, { headers: { "if-match": "other" } })).status).toBe(400);
    expect((await call("GET", job)).status).toBe(200);
  });
});

test("a job that is enabled is not deleted, and the answer says how to", async () => {
  const refused = await call("DELETE", job);

  expect(refused.status).toBe(409);
  expect(refused.json.detail).toContain("isEnabled false");
  expect((await call("GET", job)).json.isEnabled).toBe(true);
  await disable();
  expect((await call("DELETE", job)).status).toBe(204);
});

describe("a job with messages", () => {
  test("is not deleted while one waits, and is afterwards", async () => {
    await enqueue(ports, importJob, {
      applicationId: listedApplication,
      entity: "Customer groups",
      company: undefined,
      externalIdentifier: undefined,
      idempotencyKey: undefined,
      declaredBytes: undefined,
      body: bytesOf("CustomerGroupId\r\n10\r\n"),
    });

    await disable();
    const refused = await call("DELETE", job);

    expect(refused.status).toBe(409);
    expect(refused.json.detail).toContain("1 messages wait, 0 are in process, 0 wait for a client");
    await call("POST", `${job}/run`);
    await ports.drain();
    expect((await call("DELETE", job)).status).toBe(204);
  });

  test("is deleted with what waits when somebody asks for that", async () => {
    await importRecord(false);
    await disable();

    expect((await call("DELETE", `${job}?discard=yes`)).status).toBe(400);
    expect((await call("DELETE", `${job}?discard=false`)).json.detail).toContain(
      `DELETE manage/api/${job}?discard=true`,
    );
    expect((await call("DELETE", `${job}?discard=true`)).status).toBe(204);
    expect((await call("GET", job)).status).toBe(404);
  });
});

describe("an entity", () => {
  const [keyField, ...otherFields] = customerGroups.fields;

  test("does not lose a field that a project maps", async () => {
    const fieldMap = customerGroups.fields.map(({ name }) => ({ field: name, column: name }));
    await put(project, { ...importProject, lines: [{ ...line, fieldMap }] });

    const refused = await put(entity, { ...customerGroups, fields: customerGroups.fields.slice(0, 2) });

    expect(refused.status).toBe(409);
    expect(refused.json.referredBy).toEqual([{ kind: "project", name: importProject.name }]);
  });

  test("keeps its change tracking while an incremental export needs it", async () => {
    await call("PUT", `projects/${exportProject.name}`, { body: exportProject });

    expect((await put(entity, { ...customerGroups, isChangeTracked: false })).status).toBe(409);
  });

  test.each([
    ["its AOT name", { ...customerGroups, aotName: "OtherEntity" }],
    ["its key", { ...customerGroups, fields: [keyField, ...otherFields.map((field) => ({ ...field, isKey: true }))] }],
    ["whom its records belong to", { ...customerGroups, isPerCompany: false }],
    ["the type of a field", { ...customerGroups, fields: [keyField, { name: "DESCRIPTION", type: "date" }] }],
  ])("changes %s while it holds no records, and not afterwards", async (_what, changed) => {
    await importRecord();

    const refused = await put(entity, changed);

    expect(refused.status).toBe(409);
    expect(refused.json.detail).toContain("1 records");
    const empty = memoryPorts();
    const callEmpty = await manageApp(empty);
    await callEmpty("PUT", entity, { body: customerGroups });
    expect((await callEmpty("PUT", entity, { ...replacing, body: changed })).status).toBe(200);
  });

  test("that holds records is not deleted", async () => {
    await importRecord();
    await disable();
    await call("DELETE", job);
    await call("DELETE", project);

    const refused = await call("DELETE", entity);

    expect(refused.status).toBe(409);
    expect(refused.json.detail).toContain("1 records");
  });

  test("has a label and an AOT name that no other entity has", async () => {
    for (const [path, names] of [
      ["aotName", { name: "Other", aotName: "custcustomergroupentity" }],
      ["name", { name: "CustCustomerGroupEntity", aotName: "Other" }],
    ] as const) {
      const refused = await call("PUT", `entities/${names.name}`, { body: { ...customerGroups, ...names } });
      expect(refused.json.errors).toMatchObject([{ path }]);
    }
  });
});

describe("a project", () => {
  test("names entities and formats that are there, and spells them as they are defined", async () => {
    const lines = [{ entity: "CUSTOMER GROUPS", format: "csv" }];

    expect((await put(project, { ...importProject, lines })).json.lines[0]).toMatchObject({
      entity: "Customer groups",
      format: "CSV",
      sequence: 1,
    });
    const refused = await put(project, { ...importProject, lines: [{ entity: "A", format: "B" }] });
    expect(refused.json.errors.map((error: { path: string }) => error.path)).toEqual([
      "lines[0].entity",
      "lines[0].format",
    ]);
  });

  test("maps fields that are there, and every field of the key", async () => {
    const fieldMap = [{ field: "Nothing", column: "A" }, { field: "DESCRIPTION" }];

    const refused = await put(project, { ...importProject, lines: [{ ...line, fieldMap }] });

    expect(refused.json.errors.map((error: { path: string }) => error.path)).toEqual([
      "lines[0].fieldMap[0].field",
      "lines[0].fieldMap[1]",
      "lines[0].fieldMap",
    ]);
  });

  test("takes no value from a column that files of failed records have, and writes no two columns of one name", async () => {
    const key = { field: "CUSTOMERGROUPID", column: "Id" };
    for (const [direction, column, member] of [
      ["import", "_code", "lines[0].fieldMap[1].column"],
      ["export", "ID", "lines[0].fieldMap[1].column"],
    ]) {
      const lines = [{ ...line, fieldMap: [key, { field: "DESCRIPTION", column }] }];
      const refused = await call("PUT", "projects/Another", {
        body: { ...importProject, name: "Another", direction, lines },
      });

      expect(refused.json.errors).toMatchObject([{ path: member }]);
    }
  });

  test("maps a column whose name has line breaks, as Excel writes them", async () => {
    const column = "Length\r\nin mm";
    const lines = [{ ...line, fieldMap: [{ field: "CUSTOMERGROUPID", column }] }];
    const body = { ...importProject, name: "Another", lines };
    const saved = await call("PUT", "projects/Another", { body });

    expect(saved.status).toBe(201);
    expect(saved.json.lines[0].fieldMap[0].column).toBe(column);
    const refused = await call("PUT", "projects/Third", {
      body: {
        ...body,
        name: "Third",
        lines: [{ ...line, fieldMap: [{ field: "CUSTOMERGROUPID", column: "a\u0007" }] }],
      },
    });
    expect(refused.json.errors).toMatchObject([{ path: "lines[0].fieldMap[0].column" }]);
  });

  test("does not change so that a job could no longer run it", async () => {
    for (const change of [{ direction: "export" }, { lines: [{ ...line, isEnabled: false }] }]) {
      const refused = await put(project, { ...importProject, ...change });
      expect(refused.status).toBe(409);
      expect(refused.json.referredBy).toEqual([{ kind: "job", name: jobId }]);
    }
  });
});

describe("a source data format", () => {
  test("that is built in is listed and read, but not deleted", async () => {
    const names = (await call("GET", "formats?limit=200")).json.items.map((format: { name: string }) => format.name);

    expect(names).toEqual(builtInFormats.map(({ name }) => name));
    expect((await call("GET", "formats/csv")).json).toMatchObject({ isBuiltIn: true, version: 0 });
    expect((await call("DELETE", "formats/CSV")).status).toBe(409);
  });

  test("takes the place of a built-in one of its name, which is there again when it goes", async () => {
    expect((await call("PUT", "formats/csv", { body: { name: "csv", columnDelimiter: "colon" } })).status).toBe(201);
    expect((await call("GET", "formats/CSV")).json).toMatchObject({ columnDelimiter: "colon", isBuiltIn: false });

    expect((await call("DELETE", "formats/CSV")).status).toBe(204);
    expect((await call("GET", "formats/CSV")).json).toMatchObject({ columnDelimiter: "comma", isBuiltIn: true });
  });

  test("is listed once on every page size", async () => {
    await call("PUT", "formats/TAB", { body: { name: "TAB", columnDelimiter: "tab" } });
    await call("PUT", "formats/Other", { body: { name: "Other" } });

    const unreplaced = builtInFormats.map(({ name }) => name).filter((name) => name !== "TAB");

    for (const limit of [1, 2, 3, 4, 5]) {
      const names: string[] = [];
      let continuation = "";
      for (let pages = 0; pages < 20; pages++) {
        const { json } = await call("GET", `formats?limit=${limit}${continuation}`);
        expect(json.items.length).toBeLessThanOrEqual(limit);
        names.push(...json.items.map((format: { name: string }) => format.name));
        if (json.continuation === undefined) break;
        continuation = `&continuation=${json.continuation}`;
      }
      expect(names).toEqual([...unreplaced, "Other", "TAB"]);
    }
  });

  test.each([
    ["kind", { kind: "package" }, "not supported yet: format kind package"],
    ["codePage", { codePage: 5 }, "Code page 5 is not known"],
    ["textQualifier", { textQualifier: "," }, "must differ"],
    ["columnDelimiter", { columnDelimiter: "pipe" }, "The column delimiter is one character."],
    ["rowDelimiter", { rowDelimiter: "crcr" }, "Expected one of"],
    [
      "columns[0].width",
      { kind: "fixedWidth", columns: [{ name: "A", width: 0 }] },
      "A whole number from 1 to 1000000.",
    ],
    ["skipLines", { kind: "fixedWidth", skipLines: 1 }, "There is no such member"],
    ["padding", { kind: "fixedWidth", padding: "ab" }, "The padding is one character."],
    ["skipLines", { skipLines: -1 }, "A whole number from 0 to 1000."],
  ])("is refused for its %s", async (path, members, message) => {
    const refused = await call("PUT", "formats/Mine", { body: { name: "Mine", ...members } });

    expect(refused.status).toBe(400);
    expect(refused.json.errors).toEqual([{ path, message: expect.stringContaining(message) }]);
  });
});

describe("a body", () => {
  const mapLine = { field: "DESCRIPTION", column: "A", xslt: "<xsl/>" };

  test.each<[string, string, object]>([
    ["lines[0].fieldMap[0].xslt", 'Is "stylesheets" meant?', { lines: [{ ...line, fieldMap: [mapLine] }] }],
    ["colour", "There is no such member", { colour: 1 }],
    ["constructor", "There is no such member", { constructor: 1 }],
    ["description", "Expected string, received null", { description: null }],
    ["direction", "Expected one of", { direction: "sideways" }],
    ["lines[0].executionUnit", "A whole number from 1 to 9999.", { lines: [{ ...line, executionUnit: 1.5 }] }],
    ["name", "Only printable characters", { name: "Customer\u202egroups" }],
    ["name", "The address names", { name: "Another project" }],
  ])("is refused at %s: %s", async (path, message, members) => {
    const refused = await put(project, { ...importProject, ...members });

    expect(refused.status).toBe(400);
    expect(refused.json.errors).toEqual([{ path, message: expect.stringContaining(message) }]);
  });

  test("names every member that is missing", async () => {
    const refused = await put(job, {});

    expect(refused.json.errors).toEqual(
      ["name", "project", "direction"].map((path) => ({ path, message: "This member is required." })),
    );
  });

  test.each([
    ["is no JSON", "{", 400],
    ["is empty", "", 400],
    ["is a list", "[]", 400],
    ["has a prototype", '{"__proto__":{"name":"x"}}', 400],
    ["has a member twice", '{"name":"a","name":"b"}', 400],
    ["is larger than a megabyte", JSON.stringify({ name: "x".repeat(1024 * 1024) }), 413],
  ])("that %s is refused", async (_what, bytes, status) => {
    expect((await call("PUT", project, { ...replacing, bytes })).status).toBe(status);
  });

  test("may spell the name with other case and blanks around it", async () => {
    expect((await put(project, { ...importProject, name: "  CUSTOMER group import " })).json.name).toBe(
      "CUSTOMER group import",
    );
  });
});

test("a name with a slash is kept and found", async () => {
  const body = { ...customerGroups, name: "Country/regions", aotName: "CountryEntity" };

  const created = await call("PUT", "entities/Country%2Fregions", { body });

  expect(created.status).toBe(201);
  const address = created.headers.get("location")?.split("/manage/api/")[1] ?? "";
  expect((await call("GET", address)).json.name).toBe("Country/regions");
});

test("the role to read does not allow to write, and no role allows nothing", async () => {
  const reader = { roles: ["Integration.Read"] };

  expect((await call("GET", job, reader)).status).toBe(200);
  expect((await call("DELETE", job, reader)).status).toBe(403);
  expect((await call("POST", `${job}/run`, reader)).status).toBe(403);
  expect((await call("GET", job, { roles: ["Integration.Package"] })).status).toBe(403);
});

describe("a query", () => {
  test.each([
    ["GET", "jobs?limt=5", "limt", "It takes limit, continuation."],
    ["GET", "jobs?limit=5&Limit=6", "limit", "It is there twice."],
    [
      "GET",
      `jobs/${importJob.activityId}/messages?state=Acked&parked=true`,
      "parked",
      "It takes limit, continuation, state.",
    ],
    ["POST", `jobs/${importJob.activityId}/run?when=now`, "when", "It takes none."],
    ["DELETE", `jobs/${importJob.activityId}?force=true`, "force", "It takes discard."],
    ["GET", "entities/Customer%20groups/records?company=USMF&colour=red", "colour", "It takes company, key"],
    ["GET", `jobs/${importJob.activityId}?=x`, "", "It takes none."],
  ])("of %s %s names what there is not, and is refused as a member would be", async (method, path, name, takes) => {
    const reply = await call(method, path);

    expect(reply.status).toBe(400);
    expect(reply.json.errors).toEqual([{ path: name, message: expect.stringContaining(takes) }]);
  });

  test("names the fields of a key where records are looked for", async () => {
    const reply = await call("GET", "entities/Customer%20groups/records?company=USMF&CustomerGroupId=10");

    expect(reply).toMatchObject({ status: 200, json: { items: [] } });
  });
});
