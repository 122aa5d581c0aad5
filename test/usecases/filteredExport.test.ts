import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { DataProject, EntityLine } from "../../shared/domain/dataProject.ts";
import type { EntityExecution } from "../../shared/domain/execution.ts";
import type { OutboundMessage } from "../../shared/domain/outboundMessage.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import { beginExport } from "../../shared/usecases/export/beginExport.ts";
import { exportMessage } from "../../shared/usecases/export/exportMessage.ts";
import { saveProject } from "../../shared/usecases/definitions/saveProject.ts";
import { projectRunsId } from "../../shared/usecases/orders/projectRuns.ts";
import { exportNow as exportByProject } from "../../shared/usecases/runs/exportNow.ts";
import {
  customerGroups,
  exportJob,
  exportJobId,
  exportProject,
  importProject,
  line,
  operator,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, defineLines, exportedFiles, importFile, newestExport, runNow } from "./world.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const dated: DataEntity = {
  ...customerGroups,
  fields: [
    ...customerGroups.fields.slice(0, 2),
    { name: "SINCE", type: "date", isKey: false, isRequired: false },
    { name: "SEEN", type: "datetime", isKey: false, isRequired: false },
  ],
};
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
  await define(ports, "entity", dated.name, dated);
});

async function useLine(changes: Partial<EntityLine>): Promise<void> {
  await define(ports, "project", exportProject.name, { ...exportProject, lines: [{ ...line, ...changes }] });
}

async function useJob(changes: Partial<RecurringJob>): Promise<void> {
  await define(ports, "job", exportJobId, { ...exportJob, ...changes });
}

const store = (...rows: readonly string[]) =>
  importFile(ports, `CustomerGroupId,Description,Since,Seen\r\n${rows.map((row) => `${row}\r\n`).join("")}`);

async function exportNow(afterMs = minute): Promise<OutboundMessage> {
  ports.advance(afterMs);
  await runNow(ports, exportJob);
  return (await newestExport(ports, exportJob))!;
}

const idsIn = async (message: OutboundMessage): Promise<readonly string[]> => {
  if (!message.file) return [];
  const rows = (await exportedFiles(ports, message)).get("Customer groups.csv")!.split("\r\n").slice(1, -1);
  return rows.map((row) => row.split(",")[0]!);
};
const ids = async (afterMs?: number) => idsIn(await exportNow(afterMs));

async function entityOf(message: OutboundMessage): Promise<EntityExecution> {
  return (await ports.executions.find(message.executionId!))!.entities[0]!;
}

const byId = (criteria: string) => [{ field: "customergroupid", criteria }];

describe("a filtered export", () => {
  beforeEach(() => store("10,Wholesale,,", "20,Retail,,", "30,Web,,", "40,,,"));

  test("holds the records that the line's filter selects, and its run says whose filter it was", async () => {
    await useLine({ filter: byId("10..30, !20") });
    const message = await exportNow();

    expect(await idsIn(message)).toEqual(["10", "30"]);
    expect(message.totalRecords).toBe(2);
    expect(await entityOf(message)).toMatchObject({ exported: 2, filterFrom: "line" });
  });

  test("goes by the job's own filter where the job has one, and by none where that is empty", async () => {
    await useLine({ filter: byId("10") });
    await useJob({ filters: [{ entity: "customer groups", filter: [{ field: "DESCRIPTION", criteria: '""' }] }] });
    const filtered = await exportNow();
    await useJob({ filters: [{ entity: "Customer groups", filter: [] }] });

    expect(await idsIn(filtered)).toEqual(["40"]);
    expect(await entityOf(filtered)).toMatchObject({ filterFrom: "job" });
    expect(await ids()).toEqual(["10", "20", "30", "40"]);
  });

  test("may select nothing, which is a package with no rows or none at all", async () => {
    await useLine({ filter: byId("99") });

    expect(await exportNow()).toMatchObject({ totalRecords: 0, state: "Processed" });
    await useJob({ preventUploadAtZeroRecords: false });
    expect((await exportedFiles(ports, await exportNow())).get("Customer groups.csv")).toBe(
      "CUSTOMERGROUPID,DESCRIPTION,SINCE,SEEN\r\n",
    );
  });

  test("selects by the definitions that its first attempt began with, whoever changes them meanwhile", async () => {
    await useLine({ filter: byId("10") });
    await useJob({ filters: [{ entity: line.entity, filter: byId("20") }] });
    const { messageId } = await beginExport(ports, exportJob, ports.clock.now());
    const failing: TestPorts = {
      ...ports,
      files: { ...ports.files, store: () => Promise.reject(new Error("503")) },
    };
    await expect(exportMessage(failing, exportJobId, messageId)).rejects.toThrow("503");
    await useJob({ filters: [{ entity: line.entity, filter: byId("30") }] });
    await useLine({ filter: byId("40") });
    await exportMessage(ports, exportJobId, messageId);

    expect(await idsIn((await newestExport(ports, exportJob))!)).toEqual(["20"]);
  });
});

describe("relative dates of an export", () => {
  test("count from the run's due time, so that a later attempt selects the same", async () => {
    await store("10,,2026-11-23,", "20,,2026-11-24,2026-11-24T12:00:00Z", "30,,2026-11-25,2026-11-25T12:00:00Z");
    await useLine({
      filter: [
        { field: "SINCE", criteria: "T" },
        { field: "SEEN", criteria: "..2026-11-24" },
      ],
    });
    const { messageId } = await beginExport(ports, exportJob, ports.clock.now());
    const failing: TestPorts = {
      ...ports,
      files: { ...ports.files, store: () => Promise.reject(new Error("503")) },
    };
    await expect(exportMessage(failing, exportJobId, messageId)).rejects.toThrow("503");
    ports.advance(day);
    await exportMessage(ports, exportJobId, messageId);

    expect(await idsIn((await newestExport(ports, exportJob))!)).toEqual(["20"]);
  });

  test("are days in the time zone of the job's recurrence", async () => {
    await store(
      "10,,2026-11-24,2026-11-24T10:59:59Z",
      "20,,2026-11-25,2026-11-24T11:00:00Z",
      "30,,,2026-11-25T11:00:00Z",
    );
    const processingRecurrence = { ...exportJob.processingRecurrence!, timeZone: "Pacific/Auckland" };
    await useJob({ processingRecurrence });

    // Noon in UTC is an hour into the next day there.
    await useLine({ filter: [{ field: "SINCE", criteria: "T" }] });
    expect(await ids()).toEqual(["20"]);
    await useLine({ filter: [{ field: "SEEN", criteria: "T" }] });
    expect(await ids()).toEqual(["20"]);
    await useLine({ filter: [{ field: "SEEN", criteria: "(GreaterThanDate())" }] });
    expect(await ids()).toEqual(["30"]);
  });

  test("are none in a zone that was saved elsewhere and is not known here: the run says where it stands", async () => {
    await store("10,,2026-11-24,");
    await useLine({ filter: [{ field: "SINCE", criteria: "T" }] });
    await useJob({ processingRecurrence: { ...exportJob.processingRecurrence!, timeZone: "Pacific/Atlantis" } });

    expect(await exportNow()).toMatchObject({
      state: "PostProcessingError",
      lastError: expect.stringMatching(/^The processing recurrence of the job has the time zone "Pacific\/Atlantis", /),
    });
  });
});

describe("relative dates of an export that no job starts", () => {
  const today = [{ field: "SINCE", criteria: "T" }];

  async function exportOwn(): Promise<OutboundMessage> {
    const { name } = exportProject;
    const { messageId } = await exportByProject(ports, { project: name, company: "USMF" }, operator);
    await ports.drain();
    return (await ports.messages.findOutbound(projectRunsId(name), messageId))!.value;
  }

  async function idsOfOwn(changes: Partial<DataProject>) {
    await saveProject(ports, { ...exportProject, lines: [{ ...line, filter: today }], ...changes }, "any", operator);
    return idsIn(await exportOwn());
  }

  test("are none in a zone that was saved elsewhere and is not known here: the run says where it stands", async () => {
    const project = { ...exportProject, lines: [{ ...line, filter: today }], timeZone: "Pacific/Atlantis" };
    await define(ports, "project", project.name, project);

    expect(await exportOwn()).toMatchObject({
      state: "PostProcessingError",
      lastError: expect.stringMatching(/^Data project "[^"]+" has the time zone "Pacific\/Atlantis", /),
    });
  });

  test("are days in the time zone of its project, and of UTC where it has none", async () => {
    await store("10,,2026-11-24,", "20,,2026-11-25,");

    expect(await idsOfOwn({})).toEqual(["10"]);
    // Noon in UTC is an hour into the next day there.
    expect(await idsOfOwn({ timeZone: "Pacific/Auckland" })).toEqual(["20"]);
  });

  test.each([
    ["a time zone that there is not", { ...exportProject, timeZone: "Pacific/Atlantis" }],
    ["a time zone of an import", { ...importProject, timeZone: "Pacific/Auckland" }],
  ])("are refused with %s", async (_what, project) => {
    const refusal = { code: "invalid", members: [{ path: "timeZone" }] };
    await expect(saveProject(ports, project, "any", operator)).rejects.toMatchObject(refusal);
  });
});

describe("an incremental export with a filter", () => {
  const incremental = (filter: EntityLine["filter"]) =>
    useLine({ refreshType: "incremental", ...(filter && { filter }) });

  test("holds what changed and is selected, while the filter stays as it is", async () => {
    await incremental(byId("10..20"));
    await store("10,a,,", "20,a,,", "30,a,,");
    expect(await ids()).toEqual(["10", "20"]);
    await store("10,a,,", "15,b,,", "20,b,,", "30,b,,");

    const message = await exportNow();
    expect(await idsIn(message)).toEqual(["15", "20"]);
    expect(await entityOf(message)).toMatchObject({ refresh: "incremental" });
  });

  test("is full again when it selects by another filter than before, whoever changed it, and by none", async () => {
    await store("10,a,,", "20,a,,");
    for (const change of [
      () => incremental(byId("10")),
      () => incremental(byId("10..20")),
      () => incremental(undefined),
      () => useJob({ filters: [{ entity: line.entity, filter: byId("20") }] }),
    ]) {
      await change();
      const first = await exportNow();
      expect(await entityOf(first)).toMatchObject({ refresh: "full" });
      expect((await exportNow()).totalRecords).toBe(0);
    }
  });

  test("is full again when the filtered field means something else", async () => {
    await store("10,a,,", "20,a,,");
    await incremental(byId("10.."));
    await ids();
    const [key, ...others] = dated.fields;
    await define(ports, "entity", dated.name, { ...dated, fields: [{ ...key!, lengthMax: 20 }, ...others] });

    expect(await ids()).toEqual(["10", "20"]);
  });

  test("holds what the days brought into the filter, although nothing of it changed", async () => {
    await incremental([{ field: "SINCE", criteria: "(DayRange(-1,0))" }]);
    await store("10,a,2026-11-23,", "20,a,2026-11-24,", "30,a,2026-11-25,", "40,a,2026-11-26,");
    expect(await ids()).toEqual(["10", "20"]);
    await store("20,b,2026-11-24,");

    expect(await ids(day)).toEqual(["20", "30"]);
    expect(await ids()).toEqual([]);
    expect(await ids(day)).toEqual(["40"]);
  });

  test("is full again after the entity was emptied", async () => {
    await incremental(byId("10.."));
    await store("10,a,,", "20,a,,");
    await ids();
    await defineLines(ports, [{ truncateFirst: true }]);
    await store("20,a,,");

    expect(await ids()).toEqual(["20"]);
  });
});
