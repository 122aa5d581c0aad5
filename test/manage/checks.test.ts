import { beforeEach, describe, expect, test } from "vitest";
import {
  listedApplication,
  customerGroups,
  exportJob,
  exportProject,
  importJob,
  importProject,
  line,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { csv } from "../crash/clients.ts";
import { importFile } from "../usecases/world.ts";
import { manageApp } from "./manageApp.ts";

const { activityId: jobId, ...jobBody } = importJob;
const reader = ["Integration.Read"];
const jobAddress = `jobs/${jobId}`;
const entityAddress = "entities/Customer groups";
const projectAddress = `projects/${importProject.name}`;
const semicolons = { name: "Semicolons", kind: "delimited", columnDelimiter: "semicolon" };
const sheet = (content: string) => ({ name: "Turn", content });
const identity =
  '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><a/></xsl:template></xsl:stylesheet>';
const map = (...columns: readonly string[]) => columns.map((field) => ({ field, column: field }));
const key = customerGroups.fields[0]!;
const pathsOf = (problems: readonly { readonly path: string }[]) => [...new Set(problems.map(({ path }) => path))];

const mappedProject = {
  ...importProject,
  lines: [{ ...line, fieldMap: map(...customerGroups.fields.map(({ name }) => name)) }],
};

let ports: TestPorts;
let call: Awaited<ReturnType<typeof manageApp>>;

beforeEach(async () => {
  ports = memoryPorts();
  call = await manageApp(ports);
  await put(entityAddress, customerGroups);
  await put(projectAddress, mappedProject);
  await put(jobAddress, jobBody);
});

async function put(address: string, body: unknown) {
  const answer = await call("PUT", address, { body, headers: { "if-match": "*" } });
  if (answer.status !== 412) return answer;
  return call("PUT", address, { body });
}

const check = (address: string, body: unknown) => call("POST", `${address}/check`, { body, roles: reader });

/** A definition that may not be saved, and what is refused of it. */
const refused: Readonly<Record<string, readonly [address: string, body: object, paths: readonly string[]]>> = {
  "an entity by itself": [entityAddress, { ...customerGroups, fields: [{ ...key, isKey: false }] }, ["fields"]],
  "an entity by a project": [
    entityAddress,
    { ...customerGroups, fields: customerGroups.fields.filter(({ name }) => name !== "DESCRIPTION") },
    [""],
  ],
  "a body that is no entity": [
    entityAddress,
    { ...customerGroups, fields: "none", colour: "red" },
    ["fields", "colour"],
  ],
  "another name than the address has": [entityAddress, { ...customerGroups, name: "Other" }, ["name"]],
  "a format": ["formats/Semicolons", { ...semicolons, textQualifier: ";" }, ["textQualifier"]],
  "a stylesheet by its rules": ["stylesheets/Turn", sheet("<html/>"), ["content"]],
  "a stylesheet by the processor": ["stylesheets/Turn", sheet(identity.replace("<a/>", "<xsl:value-of/>")), [""]],
  "a number sequence": ["number-sequences/Customers", { name: "Customers", format: "C", next: 1 }, ["format"]],
  "a project by its lines": [
    projectAddress,
    { ...importProject, lines: [{ ...line, format: "None", fieldMap: map("CUSTOMERGROUPID") }] },
    ["lines[0].format"],
  ],
  "a project by a map": [
    projectAddress,
    { ...importProject, lines: [{ ...line, fieldMap: map("DESCRIPTION", "NONE") }] },
    ["lines[0].fieldMap[1].field", "lines[0].fieldMap"],
  ],
  "a project by its job": [projectAddress, { ...importProject, lines: [{ ...line, isEnabled: false }] }, [""]],
  "a filter": [
    `projects/${exportProject.name}`,
    { ...exportProject, lines: [{ ...line, filter: [{ field: "CREDITLIMIT", criteria: "10.." + "x" }] }] },
    ["lines[0].filter[0].criteria"],
  ],
  "a job by its recurrence": [
    jobAddress,
    {
      ...jobBody,
      processingRecurrence: { start: "2026-11-24T12:00:00", frequency: "month", weekdays: [] },
    },
    ["processingRecurrence.weekdays"],
  ],
  "a job by its zone": [
    jobAddress,
    { ...jobBody, processingRecurrence: { start: "2026-11-24T12:00:00", frequency: "day", timeZone: "Mars/Olympus" } },
    ["processingRecurrence.timeZone"],
  ],
  "a job by its project": [jobAddress, { ...jobBody, project: "None" }, ["project"]],
  "a job by its direction": [jobAddress, { ...jobBody, direction: "export", source: undefined }, ["direction"]],
};

describe("a check", () => {
  test.each(Object.entries(refused))(
    "tells what a save refuses, word for word: %s",
    async (_, [address, body, paths]) => {
      const checked = await check(address, body);
      const saved = await put(address, body);

      expect(checked).toMatchObject({ status: 200, json: { isValid: false } });
      expect([400, 409]).toContain(saved.status);
      const { problems } = checked.json;
      const code = saved.json.type.split(":").at(-1);
      const told = problems.map(({ path, message }: { path: string; message: string }) => ({ path, message }));
      expect(told).toEqual(saved.json.errors ?? [{ path: "", message: saved.json.detail }]);
      expect(new Set(problems.map((problem: { code: string }) => problem.code))).toEqual(new Set([code]));
      expect(problems.flatMap((problem: { referredBy?: object[] }) => problem.referredBy ?? [])).toEqual(
        saved.json.referredBy ?? [],
      );
      expect(pathsOf(problems).toSorted()).toEqual(paths.toSorted());
    },
  );

  test.each([
    [entityAddress, { ...customerGroups, isChangeTracked: false }, true],
    ["formats/Semicolons", semicolons, false],
    ["formats/CSV", { ...semicolons, name: "CSV" }, false],
    ["stylesheets/Turn", sheet(identity), false],
    ["number-sequences/Customers", { name: "Customers", format: "C-####", next: 1 }, false],
    [projectAddress, { ...importProject, description: "Other" }, true],
    [jobAddress, { ...jobBody, description: "Other" }, true],
  ])("finds nothing in what can be saved, and stores nothing: %s", async (address, body, exists) => {
    const before = await call("GET", address);
    const entries = (await call("GET", "audit")).json.items;

    const checked = await check(address, body);

    expect(checked.json).toEqual({ isValid: true, exists, problems: [], warnings: [] });
    expect(await call("GET", address)).toMatchObject({ status: before.status, text: before.text });
    expect((await call("GET", "audit")).json.items).toEqual(entries);
    expect([200, 201]).toContain((await put(address, body)).status);
  });

  test("takes a stylesheet as the XML that it is", async () => {
    const headers = { "content-type": "application/xslt+xml" };

    const checked = await call("POST", "stylesheets/Turn/check", { bytes: identity, headers });
    const broken = await call("POST", "stylesheets/Turn/check", { bytes: "<html/>", headers });

    expect([checked.json.isValid, broken.json.isValid]).toEqual([true, false]);
  });

  test("refuses what is no JSON, as a save does", async () => {
    const headers = { "content-type": "application/json" };

    expect((await call("POST", `${entityAddress}/check`, { bytes: "{", headers })).status).toBe(400);
    expect(
      (await call("POST", `${entityAddress}/check`, { bytes: "{}", headers: { "content-type": "text/csv" } })).status,
    ).toBe(400);
  });

  test("finds that records would become unreadable, and leaves the entity open", async () => {
    await put(projectAddress, importProject);
    await importFile(ports, csv("10,Wholesale,1"));
    const fields = customerGroups.fields.map((field) =>
      field.name === "CREDITLIMIT" ? { ...field, type: "date" } : field,
    );

    const checked = await check(entityAddress, { ...customerGroups, fields });

    expect(checked.json.problems).toMatchObject([
      { path: "", code: "conflict", message: expect.stringMatching(/holds 1 records/) },
    ]);
    expect((await ports.definitions.find("entity", customerGroups.name))?.isClosed).toBeUndefined();
  });

  test("does not wait for who saves", async () => {
    const lease = await ports.leases.acquire("definitions", "another", ports.clock.now(), 60_000);

    expect(lease).toBeDefined();
    expect((await check(projectAddress, importProject)).json.isValid).toBe(true);
  });

  test("warns of fields that no line of an import's map feeds", async () => {
    const lines = [{ ...line, fieldMap: map("CUSTOMERGROUPID") }];

    const { json } = await check(projectAddress, { ...importProject, lines });

    expect(json).toMatchObject({ isValid: true, warnings: [{ path: "lines[0].fieldMap", code: "unfedFields" }] });
    expect(json.warnings[0].message).toContain("DESCRIPTION, ISSALESTAXINCLUDED, CREDITLIMIT");
  });

  test("warns of what a recurrence does at a change of the clock", async () => {
    const processingRecurrence = { start: "2026-11-24T02:30:00", timeZone: "Europe/Berlin", frequency: "day" };

    const { json } = await check(jobAddress, { ...jobBody, processingRecurrence });

    expect(json.isValid).toBe(true);
    expect(json.warnings.map(({ path, code }: { path: string; code: string }) => [path, code])).toEqual([
      ["processingRecurrence", "timeLeftOut"],
      ["processingRecurrence", "timeTwice"],
    ]);
  });

  test("of a job that has no id yet finds that its name is taken, and reserves none", async () => {
    const taken = await check("jobs", jobBody);
    const free = await check("jobs", { ...jobBody, name: "Another" });

    expect(taken.json).toMatchObject({ exists: false, problems: [{ path: "name", code: "invalid" }] });
    expect(free.json).toMatchObject({ isValid: true, exists: false });
    expect(await ports.definitions.findJobName("Another")).toBeUndefined();
    expect((await call("POST", "jobs", { body: { ...jobBody, name: "Another" } })).status).toBe(201);
    expect((await check("jobs", { ...jobBody, name: "Another" })).json.problems).toMatchObject([{ path: "name" }]);
  });
});

describe("a check of one line", () => {
  const address = `${projectAddress}/lines/Customer groups`;

  test("tells what is wrong with its map, by the line's own members, and what it leaves out", async () => {
    const wrong = await check(address, { ...line, fieldMap: map("CUSTOMERGROUPID", "NONE") });
    const sparse = await check(address, { ...line, fieldMap: map("CUSTOMERGROUPID") });

    expect(wrong.json).toMatchObject({ isValid: false, exists: true });
    expect(wrong.json.problems.map(({ path }: { path: string }) => path)).toEqual(["fieldMap[1].field"]);
    expect(sparse.json).toMatchObject({ isValid: true, warnings: [{ path: "fieldMap", code: "unfedFields" }] });
  });

  test("knows the other lines, and the direction of the project", async () => {
    await put("entities/Vendors", { ...customerGroups, name: "Vendors", aotName: "VendorEntity" });

    const twice = await check(`${projectAddress}/lines/Vendors`, line);
    const filtered = await check(address, { ...line, filter: [{ field: "CREDITLIMIT", criteria: "10" }] });

    expect(twice.json).toMatchObject({ exists: false, problems: [{ path: "entity" }] });
    expect(filtered.json).toMatchObject({ exists: true, problems: [{ path: "filter" }] });
    expect((await check(`${projectAddress}/lines/Vendors`, { ...line, entity: "Vendors" })).json.isValid).toBe(true);
  });

  test("tells of a filter where it goes wrong", async () => {
    await put(`projects/${exportProject.name}`, exportProject);
    await put(`jobs/${exportJob.activityId}`, { ...exportJob, activityId: undefined });

    const { json } = await check(`projects/${exportProject.name}/lines/Customer groups`, {
      ...line,
      filter: [{ field: "CREDITLIMIT", criteria: "..x" }],
    });

    expect(json.problems).toMatchObject([{ path: "filter[0].criteria", code: "invalid" }]);
  });

  test("is of a project that is there", async () => {
    expect((await check("projects/None/lines/Customer groups", line)).status).toBe(404);
  });
});

describe("a recurrence that is not saved", () => {
  const preview = (body: unknown, query = "") => call("POST", `recurrences/preview${query}`, { body, roles: reader });

  test("is shown in words, with its next due times", async () => {
    const body = {
      start: "2026-11-24T06:00:00",
      frequency: "week",
      weekdays: ["monday"],
      end: { kind: "after", occurrences: 2 },
    };

    expect((await preview(body, "?from=2027-01-01T00:00:00%2B01:00")).json).toEqual({
      words: "Every week on Monday at 06:00, UTC, 2 times",
      next: ["2027-01-04T06:00:00.000Z", "2027-01-11T06:00:00.000Z"],
      lastDueAt: "2027-01-11T06:00:00.000Z",
      problems: [],
      notes: [
        {
          code: "startNotDue",
          at: "2026-11-30T06:00:00.000Z",
          message: "The start, 24 November 2026, is no day of the rule: the first due time is on 30 November 2026.",
        },
      ],
    });
    expect((await preview({ start: "2026-01-01T00:00:00", frequency: "day" })).json.next[0]).toBe(
      "2026-11-25T00:00:00.000Z",
    );
  });

  test("tells its problems, of the shape and of the rules", async () => {
    const shape = await preview({ start: 5, frequency: "fortnight" });
    const rules = await preview({ start: "soon", frequency: "day", timeZone: "Mars" });

    expect(shape.json).toMatchObject({ next: [], problems: [{ path: "start" }, { path: "frequency" }] });
    expect(rules.json).toMatchObject({
      next: [],
      problems: [{ path: "start" }, { path: "timeZone", code: "invalid" }],
    });
    expect((await preview({ start: "2026-01-01T00:00:00", frequency: "day" }, "?from=today")).status).toBe(400);
  });

  test("is the same sentence in the answer of its job", async () => {
    const monitoringRecurrence = {
      start: "2026-11-24T06:00:00",
      timeZone: "UTC",
      frequency: "hour",
      interval: 2,
      end: { kind: "never" },
    };
    await put(jobAddress, { ...jobBody, monitoringRecurrence });

    const { json } = await call("GET", jobAddress);

    expect(json.processingWords).toBe("Every minute from 24 November 2026 at 12:00, UTC");
    expect(json.monitoringWords).toBe((await preview(monitoringRecurrence)).json.words);
    expect((await put(jobAddress, json)).json.processingWords).toBe(json.processingWords);
    expect(json.applications).toEqual([{ applicationId: listedApplication, isEnabled: true }]);
  });
});
