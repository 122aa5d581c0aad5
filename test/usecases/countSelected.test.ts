import { beforeEach, describe, expect, test } from "vitest";
import { countSelected } from "../../shared/usecases/watch/countSelected.ts";
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
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, importFile } from "./world.ts";

let ports: TestPorts;

async function prepare(...given: Parameters<typeof memoryPorts>): Promise<void> {
  ports = memoryPorts(...given);
  await seed(ports);
  await importFile(ports, `CustomerGroupId,Description\r\n${["10,a", "20,b", "30,b", "40,"].join("\r\n")}\r\n`);
}

beforeEach(() => prepare());

const by = (criteria: string, field = "DESCRIPTION") => [{ field, criteria }];
const count = (question: Parameters<typeof countSelected>[3], entity = "CustCustomerGroupEntity") =>
  countSelected(ports, exportProject.name, entity, question);

describe("the number of records that a filter selects", () => {
  test("is told of one that nobody has saved, of the job's and of the line's own", async () => {
    expect(await count({ company: "USMF" })).toEqual({ count: 4, total: 4, isWhole: true, filterFrom: undefined });
    const lines = [{ ...line, filter: by("a") }];
    await define(ports, "project", exportProject.name, { ...exportProject, lines });
    expect(await count({ company: "usmf" })).toEqual({ count: 1, total: 4, isWhole: true, filterFrom: "line" });
    await define(ports, "job", exportJobId, { ...exportJob, filters: [{ entity: line.entity, filter: by("!a") }] });

    expect(await count({ activityId: exportJobId })).toMatchObject({ count: 3, filterFrom: "job" });
    expect(await count({ activityId: exportJobId, filter: by("b") })).toMatchObject({
      count: 2,
      filterFrom: "request",
    });
    expect(await count({ activityId: exportJobId, filter: [] })).toMatchObject({ count: 4, filterFrom: "request" });
    expect(await count({ activityId: exportJobId, company: "DEMF" })).toMatchObject({ count: 0, total: 0 });
  });

  test("needs a company where the records belong to one, criteria that fit, and a line and a job of the project", async () => {
    const refusal = (question: Parameters<typeof countSelected>[3]) => count(question).catch((error: unknown) => error);

    expect(await refusal({})).toMatchObject({ code: "invalid", members: [{ path: "company" }] });
    expect(await refusal({ company: "USMF", filter: by("..") })).toMatchObject({
      code: "invalid",
      members: [{ path: "filter[0].criteria", message: expect.stringContaining("At character 1") }],
    });
    expect(await refusal({ activityId: importJobId })).toMatchObject({ members: [{ path: "activityId" }] });
    await expect(count({ company: "USMF" }, "Vendors")).rejects.toMatchObject({ code: "notFound" });
    await expect(countSelected(ports, importProject.name, line.entity, { company: "USMF" })).rejects.toMatchObject({
      code: "invalid",
    });
  });

  test("is counted in the days of the job's time zone, and of the project's where no job is meant", async () => {
    const since = { name: "SINCE", type: "date", isKey: false, isRequired: false } as const;
    await define(ports, "entity", customerGroups.name, {
      ...customerGroups,
      fields: [...customerGroups.fields, since],
    });
    await importFile(ports, "CustomerGroupId,Since\r\n10,2026-11-24\r\n20,2026-11-25\r\n30,2026-11-25\r\n");
    const processingRecurrence = { ...exportJob.processingRecurrence!, timeZone: "Pacific/Auckland" };
    await define(ports, "job", exportJobId, { ...exportJob, processingRecurrence });

    expect(await count({ company: "USMF", filter: by("T", "SINCE") })).toMatchObject({ count: 1 });
    expect(await count({ activityId: exportJobId, filter: by("T", "SINCE") })).toMatchObject({ count: 2 });
    const project = { ...exportProject, timeZone: "Pacific/Auckland" };
    await define(ports, "project", project.name, project);
    expect(await count({ company: "USMF", filter: by("T", "SINCE") })).toMatchObject({ count: 2 });
    const here = { company: "USMF", timeZone: "Pacific/Auckland" };
    expect(await count({ ...here, filter: by("T", "SINCE") })).toMatchObject({ count: 2 });
    const misspelled = count({ ...here, timeZone: "Pacific/Atlantis", filter: by("T", "SINCE") });
    await expect(misspelled).rejects.toMatchObject({ code: "invalid", members: [{ path: "timeZone" }] });
    await define(ports, "project", project.name, { ...project, timeZone: "Pacific/Atlantis" });
    await expect(count({ company: "USMF" })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining(`Data project "${project.name}" has the time zone "Pacific/Atlantis"`),
    });
  });

  test("is what was found so far when time is over, and says so", async () => {
    // Each rest of the reading takes longer than a caller waits.
    await prepare({}, undefined, { batchRecords: 1 }, () => ({
      isOver: () => true,
      rest: async () => ports.advance(60_000),
    }));

    expect(await count({ company: "USMF", filter: by("a, b") })).toEqual({
      count: 2,
      total: 4,
      isWhole: false,
      filterFrom: "request",
    });
  });
});
