import { beforeEach, describe, expect, test } from "vitest";
import { jobsLookedAtMax } from "../../shared/usecases/definitions/filtersInForce.ts";
import type { Ports } from "../../shared/ports.ts";
import {
  customerGroups,
  exportJob,
  exportJobId,
  exportProject,
  importJobId,
  importProject,
  line,
  seed,
} from "../support/definitions.ts";
import { memoryPorts } from "../support/memoryPorts.ts";
import { type Answer, type Call, manageApp } from "./manageApp.ts";

let call: (method: string, address: string, call?: Call) => Promise<Answer>;
let ports: Ports;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
  call = await manageApp(ports);
});

const projectAt = `projects/${encodeURIComponent(exportProject.name)}`;
const jobAt = `jobs/${exportJobId}`;
const shownId = `{${exportJobId.toUpperCase()}}`;
const filter = [{ field: "CustomerGroupId", criteria: "10..40, !30" }];
const own = [{ field: "Description", criteria: "W*" }];

async function put(address: string, changes: object): Promise<Answer> {
  const { json } = await call("GET", address);
  return call("PUT", address, { body: { ...json, ...changes }, headers: { "if-match": "*" } });
}

const putLine = (changes: object) => put(projectAt, { lines: [{ ...line, ...changes }] });

describe("the filter of a line", () => {
  test("is shown as it was typed, and may be sent back as it was read", async () => {
    expect((await putLine({ filter })).status).toBe(200);
    const read = await call("GET", projectAt);

    expect(read.json.lines[0].filter).toEqual(filter);
    expect(await call("PUT", projectAt, { body: read.json, headers: { "if-match": "*" } })).toMatchObject({
      status: 200,
    });
  });

  test("is refused with the character where it is wrong", async () => {
    const bad = [...filter, { field: "CreditLimit", criteria: "1..2, x" }, { field: "Colour", criteria: "red" }];
    const answer = await putLine({ filter: bad });

    expect(answer.status).toBe(400);
    expect(answer.json.errors).toEqual([
      {
        path: "lines[0].filter[1].criteria",
        message: expect.stringMatching(/^At character 7: field CREDITLIMIT expects/),
      },
      { path: "lines[0].filter[2].field", message: 'Entity "Customer groups" has no field "Colour".' },
    ]);
  });

  test.each(["A\tB", ""])("takes no control characters, and is never empty: %j", async (criteria) => {
    expect((await putLine({ filter: [{ field: "DESCRIPTION", criteria }] })).json.errors).toMatchObject([
      { path: "lines[0].filter[0].criteria" },
    ]);
  });

  test("is refused for an import, as a job's own is", async () => {
    const lines = [{ ...line, filter }];
    const project = await put(`projects/${encodeURIComponent(importProject.name)}`, { lines });
    const job = await put(`jobs/${importJobId}`, { filters: [{ entity: line.entity, filter }] });

    expect(project.json.errors).toEqual([{ path: "lines[0].filter", message: "Only an export is filtered." }]);
    expect(job.json.errors).toMatchObject([{ path: "filters" }]);
  });

  test("stands in the way of an entity that would break it, as a job's own does", async () => {
    await putLine({ filter });
    const without = { fields: customerGroups.fields.filter(({ name }) => name !== "DESCRIPTION") };
    const entityAt = `entities/${encodeURIComponent(customerGroups.name)}`;
    expect((await put(entityAt, without)).status).toBe(200);
    await put(entityAt, { fields: customerGroups.fields });
    await put(jobAt, { filters: [{ entity: line.entity, filter: own }] });

    const byJob = await put(entityAt, without);
    await put(jobAt, { filters: [] });
    await putLine({ filter: own });
    const byLine = await put(entityAt, without);

    expect([byJob.status, byLine.status]).toEqual([409, 409]);
    expect(byJob.json.detail).toContain(
      `Recurring data job "${exportJob.name}" would break, at filters[0].filter[0].field`,
    );
    expect(byLine.json.detail).toContain(
      `Data project "${exportProject.name}" would break, at Customer groups.filter[0].field`,
    );
  });
});

describe("the filter of a job", () => {
  test("is shown by the job and by the line that it takes the place of", async () => {
    await putLine({ filter });
    expect((await call("GET", jobAt)).json.filtersInForce).toEqual([{ entity: line.entity, filter, from: "line" }]);

    const saved = await put(jobAt, { filters: [{ entity: "CUSTOMER GROUPS", filter: own }] });
    expect(saved.json).toMatchObject({
      filters: [{ entity: "Customer groups", filter: own }],
      filtersInForce: [{ entity: "Customer groups", filter: own, from: "job" }],
    });
    const project = await call("GET", projectAt);
    expect(project.json.lines[0]).toMatchObject({
      filter,
      filterOverriddenBy: [{ activityId: shownId, name: exportJob.name, filter: own }],
    });
    const again = await call("PUT", projectAt, { body: project.json, headers: { "if-match": "*" } });
    expect(again).toMatchObject({ status: 200, json: { lines: [{ filterOverriddenBy: [{ activityId: shownId }] }] } });
    expect((await call("GET", "jobs")).json.items[0].filtersInForce).toBeUndefined();
    expect((await ports.definitions.find("project", exportProject.name))!.value.lines[0]).not.toHaveProperty(
      "filterOverriddenBy",
    );
  });

  test("is looked for among the first jobs alone, where there are very many", async () => {
    await put(jobAt, { filters: [{ entity: line.entity, filter: own }] });
    const by = { at: 0, applicationId: importJobId };
    for (let number = 0; number < jobsLookedAtMax; number += 1) {
      const activityId = `ffffffff-0000-4000-8000-${String(number).padStart(12, "0")}`;
      await ports.definitions.save("job", activityId, { ...exportJob, activityId, name: `Job ${number}` }, "new", by);
    }

    const { json } = await call("GET", projectAt);
    expect(json).toMatchObject({ hasMoreJobs: true, lines: [{ filterOverriddenBy: [{ activityId: shownId }] }] });
    expect(await call("PUT", projectAt, { body: json, headers: { "if-match": "*" } })).toMatchObject({ status: 200 });
    expect((await ports.definitions.find("project", exportProject.name))!.value).not.toHaveProperty("hasMoreJobs");
  });

  test("is refused where it is wrong, for a line that there is not, and twice for one", async () => {
    const filters = (...all: readonly object[]) => put(jobAt, { filters: all });

    expect(
      (await filters({ entity: line.entity, filter: [{ field: "Description", criteria: ">" }] })).json.errors,
    ).toEqual([
      { path: "filters[0].filter[0].criteria", message: expect.stringContaining("At character 2: expects a value") },
    ]);
    expect((await filters({ entity: "Vendors", filter: own })).json.errors).toMatchObject([
      { path: "filters[0].entity" },
    ]);
    expect(
      (await filters({ entity: line.entity, filter: own }, { entity: "customer groups", filter: [] })).json.errors,
    ).toMatchObject([{ path: "filters[1].entity" }]);
  });

  test("stands in the way of a project without its line", async () => {
    await put(jobAt, { filters: [{ entity: line.entity, filter: own }] });
    const vendors = { ...customerGroups, name: "Vendors", aotName: "VendEntity" };
    await call("PUT", "entities/Vendors", { body: vendors });

    const answer = await put(projectAt, { lines: [{ ...line, entity: "Vendors" }] });
    expect(answer).toMatchObject({ status: 409, json: { detail: expect.stringContaining("would break") } });
  });
});

describe("the count of a filter", () => {
  const countAt = `${projectAt}/lines/${encodeURIComponent(line.entity)}/count`;

  test("is asked for by its line, and refused as a filter that is saved would be", async () => {
    const counted = await call("POST", countAt, { body: { filter, activityId: shownId } });
    expect(counted).toMatchObject({ status: 200, json: { count: 0, total: 0, isWhole: true, filterFrom: "request" } });
    expect((await call("POST", countAt, { body: { company: "USMF" } })).json).toEqual({
      count: 0,
      total: 0,
      isWhole: true,
    });

    const wrong = await call("POST", countAt, { body: { company: "USMF", filter: [{ field: "X", criteria: "1" }] } });
    expect(wrong).toMatchObject({ status: 400, json: { errors: [{ path: "filter[0].field" }] } });
    expect((await call("POST", countAt, { body: { colour: "red" } })).json.errors).toMatchObject([{ path: "colour" }]);
  });
});

describe("the order and the tombstones of a line", () => {
  const sort = [{ field: "description", descending: true }, { field: "CustomerGroupId" }];

  test("are shown as they were typed, and may be sent back as they were read", async () => {
    expect((await putLine({ sort, tombstones: true, refreshType: "incremental" })).status).toBe(200);
    const read = await call("GET", projectAt);

    expect(read.json.lines[0]).toMatchObject({ sort, tombstones: true });
    expect(await call("PUT", projectAt, { body: read.json, headers: { "if-match": "*" } })).toMatchObject({
      status: 200,
    });
  });

  test.each([
    [{ sort: [{ field: "Colour" }] }, "lines[0].sort[0].field"],
    [{ sort: [...sort, { field: "DESCRIPTION" }] }, "lines[0].sort[2].field"],
    [{ sort: [] }, "lines[0].sort"],
    [{ tombstones: true, refreshType: "full" }, "lines[0].tombstones"],
  ])("are refused where they say nothing: %j", async (changes, path) => {
    expect(await putLine(changes)).toMatchObject({ status: 400, json: { errors: [{ path }] } });
  });

  test("are an export's alone", async () => {
    const lines = [{ ...line, sort, tombstones: true }];
    const { json } = await put(`projects/${encodeURIComponent(importProject.name)}`, { lines });

    expect(json.errors.map(({ path }: { path: string }) => path)).toEqual(["lines[0].sort", "lines[0].tombstones"]);
  });
});
