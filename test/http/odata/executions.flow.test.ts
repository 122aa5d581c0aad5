import { beforeEach, describe, expect, test } from "vitest";
import type { Execution } from "../../../shared/domain/execution.ts";
import { importMessage } from "../../../shared/usecases/import/importMessage.ts";
import { exportNow } from "../../../shared/usecases/runs/exportNow.ts";
import { exportProject, importJob, importProject, operator, packageJob, seed } from "../../support/definitions.ts";
import { memoryPorts, noon, type TestPorts } from "../../support/memoryPorts.ts";
import { define, importFile, push } from "../../usecases/world.ts";
import { base, odataApp } from "./odataApp.ts";

const jobs = "/data/DataManagementExecutionJobs";
const details = "/data/DataManagementExecutionJobDetails";
const project = importProject.name;

let ports: TestPorts;
let call: ReturnType<typeof odataApp>;

beforeEach(async () => {
  ports = memoryPorts();
  call = odataApp(ports);
  await seed(ports);
});

async function imported(body = "CUSTOMERGROUPID,DESCRIPTION\r\n1,One\r\n", job = importJob): Promise<Execution> {
  const { execution } = await importFile(ports, body, {}, job);
  ports.advance(1_000);
  return execution!;
}

const idsOf = (answer: { readonly json: { readonly value: readonly { readonly JobId: string }[] } }) =>
  answer.json.value.map(({ JobId }) => JobId);

describe("executions as OData", () => {
  test("tell how they ended, and each entity of them with its counts", async () => {
    await imported();
    const { id } = await imported("CUSTOMERGROUPID,DESCRIPTION\r\n1,New\r\n2,Two\r\nmuch too long for a key,Three\r\n");

    const { value } = (await call(`${jobs}?$filter=JobId eq '${id}'`)).json;
    expect(value).toEqual([
      {
        JobId: id,
        Description: "",
        DefinitionGroupId: project,
        OperationType: "Import",
        ExecutionStatus: "PartiallySucceeded",
        StartDateTime: "2026-11-24T12:00:01Z",
        EndDateTime: "2026-11-24T12:00:01Z",
      },
    ]);
    const key = `DefinitionGroupId='${project}',JobId='%7B${id.toUpperCase()}%7D',EntityName='Customer groups'`;
    expect((await call(`${details}(${key})`)).json).toMatchObject({
      StagingStatus: "Finished",
      TargetStatus: "Error",
      StagingRecordsToBeProcessedCount: 3,
      TargetRecordsCreatedCount: 1,
      TargetRecordsUpdatedCount: 1,
      SourceFormat: "CSV",
      TargetEndDateTime: "2026-11-24T12:00:01Z",
    });
    expect((await call(`${details}(${key.replace("Customer", "Other")})`)).status).toBe(404);
    expect((await call(`${details}(${key.replace(project, "Other")})`)).status).toBe(404);
  });

  test("are found by their id in any spelling, and nothing else is", async () => {
    const { id } = await imported();

    for (const spelled of [id, id.toUpperCase(), `{${id}}`]) {
      expect((await call(`${jobs}('${encodeURIComponent(spelled)}')`)).json.JobId).toBe(id);
    }
    for (const other of ["x", "../x", `${id}/execution.json`, "00000000-0000-4000-8000-00000000dead"]) {
      expect([other, (await call(`${jobs}('${encodeURIComponent(other)}')`)).status]).toEqual([other, 404]);
    }
  });

  test("go by the name that their caller gave them, the last of them for who asks by it", async () => {
    const requestedId = "P-2026-11-26_12-30-00-7E5D3C0A";
    const wish = { project: exportProject.name, company: "USMF", requestedId };
    await exportNow(ports, wish, operator);
    await ports.drain();
    ports.advance(1_000);
    const again = await exportNow(ports, { ...wish, isRepeated: true }, operator);
    await ports.drain();

    const { value } = (await call(`${jobs}?$filter=JobId eq '${requestedId.toLowerCase()}'`)).json;
    expect(value).toEqual([
      expect.objectContaining({
        JobId: requestedId,
        StartDateTime: "2026-11-24T12:00:01Z",
        ExecutionStatus: "Succeeded",
      }),
    ]);
    expect(idsOf(await call(`${details}?$filter=JobId eq '${requestedId}'`))).toEqual([requestedId]);
    expect((await call(`${jobs}('${again.executionId}')`)).json.JobId).toBe(again.executionId);
    expect(idsOf(await call(jobs))).toEqual([again.executionId, requestedId]);
  });

  test("are those of a project, newest first, or of all of them", async () => {
    const { id: first } = await imported();
    const { id: second } = await imported();
    const other = { ...importProject, name: "Other" };
    await define(ports, "project", other.name, other);
    const { source: _, ...job } = packageJob;
    const { id: third } = await imported(undefined, { ...job, name: "Others", project: other.name, source: "file" });

    expect(idsOf(await call(`${jobs}?$filter=DefinitionGroupId eq '${project}'`))).toEqual([second, first]);
    expect(idsOf(await call(`${jobs}?$filter=DefinitionGroupId eq 'other'`))).toEqual([third]);
    expect(idsOf(await call(`${jobs}?$filter=DefinitionGroupId eq 'None'`))).toEqual([]);
    expect(idsOf(await call(`${details}?$orderby=StagingStartDateTime desc&$top=2&$select=JobId`))).toEqual([
      third,
      second,
    ]);
    expect((await call(`${jobs}/$count?$filter=StartDateTime ge 2026-11-24T12:00:01Z`)).text).toBe("2");
  });

  describe("of a project that is for others", () => {
    const others = "00000000-0000-4000-8000-0000000000c2";
    const { source: _, ...job } = packageJob;
    const theirJob = { ...job, name: "Theirs", project: "Theirs", source: "file" } as const;
    let open: string;
    let theirs: string;

    beforeEach(async () => {
      const applications = [{ applicationId: others, isEnabled: true }];
      await define(ports, "project", "Theirs", { ...importProject, name: "Theirs", applications });
      ({ id: open } = await imported());
      ({ id: theirs } = await imported(undefined, theirJob));
      const listed = job.applications.map((each) => ({ ...each, applicationId: others }));
      await define(ports, "job", theirJob.activityId, { ...theirJob, applications: listed });
    });

    const seen = async (caller = {}) => {
      const [jobRows, detailRows, count] = [
        await call(jobs, { caller }),
        await call(details, { caller }),
        await call(`${jobs}/$count`, { caller }),
      ];
      return [idsOf(jobRows), idsOf(detailRows), count.text];
    };

    test("are seen by these alone, and counted for nobody else", async () => {
      expect(await seen()).toEqual([[open], [open], "1"]);
      expect(await seen({ applicationId: others })).toEqual([[theirs, open], [theirs, open], "2"]);
      for (const asked of [`${jobs}('${theirs}')`, `${jobs}?$filter=JobId eq '${theirs}'`]) {
        const [mine, other] = [await call(asked), await call(asked, { caller: { applicationId: others } })];
        expect([mine.text.includes("Succeeded"), other.text.includes("Succeeded")]).toEqual([false, true]);
      }
      const byProject = `${jobs}?$filter=DefinitionGroupId eq 'Theirs'&$count=true`;
      expect((await call(byProject)).json).toMatchObject({ "@odata.count": 0, value: [] });
    });

    test("are seen by those on the list of their job as well", async () => {
      await define(ports, "job", theirJob.activityId, theirJob);
      expect((await seen())[0]).toEqual([theirs, open]);
    });

    test("are not seen for a project that is made under its name", async () => {
      await define(ports, "job", theirJob.activityId, { ...theirJob, project });
      const removed = (await ports.definitions.find("project", "Theirs"))!;
      await ports.definitions.remove("project", "Theirs", removed.etag);
      await define(ports, "project", "Theirs", { ...importProject, name: "Theirs" });
      await define(ports, "job", theirJob.activityId, { ...theirJob, applications: [] });
      expect((await seen())[0]).toEqual([open]);
    });

    test("are not seen however often one is made under its name, and removed", async () => {
      await define(ports, "job", theirJob.activityId, { ...theirJob, project });
      for (let time = 0; time < 60; time++) {
        const { etag } = (await ports.definitions.find("project", "Theirs"))!;
        await ports.definitions.remove("project", "Theirs", etag);
        await define(ports, "project", "Theirs", { ...importProject, name: "Theirs" });
      }
      await define(ports, "job", theirJob.activityId, { ...theirJob, applications: [] });
      expect([(await seen())[0], (await seen({ applicationId: others }))[0]]).toEqual([[open], [theirs, open]]);
    });
  });

  test("say why one failed", async () => {
    const { id } = await imported("CUSTOMERGROUPID;DESCRIPTION\r\n1;One\r\n");
    const { json } = await call(`${jobs}('${id}')`);

    expect(json).toMatchObject({ JobId: id, ExecutionStatus: "Failed" });
    expect(json.Description).not.toBe("");
  });

  test("say nothing of what failed within the service", async () => {
    const messageId = await push(ports, "CUSTOMERGROUPID\r\n1\r\n");
    const broken = { ...ports, entities: { ...ports.entities, upsert: () => Promise.reject(new Error("inside")) } };
    for (let attempt = 0; attempt < importJob.attemptsMax; attempt++) {
      await expect(importMessage(broken, importJob.activityId, messageId)).rejects.toThrow("inside");
    }

    const [row] = (await call(jobs)).json.value;
    expect(row).toMatchObject({ ExecutionStatus: "Failed", Description: "Given up after 3 attempts." });
  });

  describe("however many there are", () => {
    const many = 2_200;
    const minute = 60_000;

    beforeEach(async () => {
      for (let index = 0; index < many; index++) {
        const startedAt = noon + index * minute;
        await ports.executions.begin({ ...execution, id: idOf(index), startedAt, finishedAt: startedAt });
      }
    });

    test("come page by page, the newest first", async () => {
      const ids: string[] = [];
      for (let next = `${jobs}?$orderby=StartDateTime desc`; next;) {
        const answer = await call(next.replace(base, ""));
        ids.push(...idsOf(answer));
        next = answer.json["@odata.nextLink"] ?? "";
      }

      expect(ids).toEqual(Array.from({ length: many }, (_, index) => idOf(many - 1 - index)));
    });

    test("are counted and sorted within a time", async () => {
      const since = new Date(noon + 2_100 * minute).toISOString();
      const until = new Date(noon + 2_110 * minute).toISOString();
      const filter = `$filter=StartDateTime ge ${since} and StartDateTime lt ${until}`;

      expect((await call(`${jobs}/$count`)).status).toBe(400);
      expect((await call(`${jobs}?$orderby=StartDateTime`)).status).toBe(400);
      expect((await call(`${jobs}/$count?${filter}`)).text).toBe("10");
      expect(idsOf(await call(`${jobs}?${filter}&$orderby=StartDateTime&$top=2`))).toEqual([idOf(2_100), idOf(2_101)]);
    });
  });
});

const idOf = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
const version = { name: project, version: 1 };
const execution = {
  messageId: idOf(0),
  activityId: importJob.activityId,
  direction: "import" as const,
  project,
  projectVersion: 1,
  jobVersion: 1,
  attempt: 1,
  entities: [],
  warnings: [],
  versions: { job: version, project: version, entities: [], formats: [] },
};
