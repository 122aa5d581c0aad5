import { beforeEach, describe, expect, test } from "vitest";
import type { ExecutionVersions } from "../../shared/domain/execution.ts";
import type { SourceFormat } from "../../shared/domain/sourceFormat.ts";
import { csv } from "../support/formats.ts";
import { toExecutionView } from "../../shared/http/manageMessageWire.ts";
import { beginExport } from "../../shared/usecases/export/beginExport.ts";
import { exportMessage } from "../../shared/usecases/export/exportMessage.ts";
import { importMessage } from "../../shared/usecases/import/importMessage.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import {
  customerGroups,
  exportJob,
  exportJobId,
  exportProject,
  importJob,
  importJobId,
  importProject,
  line,
  operator,
  packageJob,
  packageJobId,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts, testSettings } from "../support/memoryPorts.ts";
import {
  define,
  exportedFiles,
  importFile,
  look,
  manifestOf,
  packageOf,
  push,
  recordsOf,
  resultFile,
} from "./world.ts";

const body = "CustomerGroupId,Description,CreditLimit\r\n10,Wholesale,1\r\n20,Retail,x\r\n";
const semicolons: SourceFormat = { ...csv, columnDelimiter: "semicolon" };
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

/** The ports of a worker whose storage fails when the records are to be committed. */
function failing(): TestPorts {
  return { ...ports, entities: { ...ports.entities, upsert: () => Promise.reject(new Error("503")) } };
}

async function firstAttempt(messageId: string, activityId = importJobId): Promise<void> {
  await expect(importMessage(failing(), activityId, messageId)).rejects.toThrow("503");
}

const entityWith = (changes: Partial<(typeof customerGroups.fields)[number]>, name: string) => ({
  ...customerGroups,
  fields: customerGroups.fields.map((field) => (field.name === name ? { ...field, ...changes } : field)),
});

describe("an import that needs a second attempt", () => {
  /** Everything that says what a run reads changes after the first attempt. */
  async function changeAll(): Promise<void> {
    await define(ports, "entity", customerGroups.name, entityWith({ type: "string" }, "CREDITLIMIT"));
    await define(ports, "format", "CSV", semicolons);
    await define(ports, "project", importProject.name, { ...importProject, lines: [] });
    await define(ports, "job", importJobId, { ...importJob, project: exportProject.name, source: "package" });
  }

  test("works by the definitions that the first one began with, and its execution names them", async () => {
    const messageId = await push(ports, body);
    await firstAttempt(messageId);
    const begun = (await look(ports, messageId)).execution;
    await changeAll();

    await importMessage(ports, importJobId, messageId);

    const { message, execution } = await look(ports, messageId);
    expect(message).toMatchObject({ state: "ProcessedWithErrors", attempts: 2 });
    expect(execution!.entities).toMatchObject([{ rowsRead: 2, created: 1, failed: 1 }]);
    expect(execution).toMatchObject({ attempt: 2, projectVersion: 1, jobVersion: 1, versions: begun!.versions! });
    expect(await recordsOf(ports)).toEqual([["10", "Wholesale", "", "1"]]);
  });

  test("of a package does so for every entity of its project", async () => {
    const bytes = await packageOf(manifestOf({}), { "Customer groups.csv": body });
    const messageId = await push(ports, bytes, { entity: undefined, externalIdentifier: "groups.zip" }, packageJob);
    await firstAttempt(messageId, packageJobId);
    await changeAll();

    await importMessage(ports, packageJobId, messageId);

    const { execution } = await look(ports, messageId, packageJob);
    expect(execution!.entities).toMatchObject([{ rowsRead: 2, created: 1, failed: 1 }]);
  });

  test("works by them although they were removed, and made again under the same names", async () => {
    const messageId = await push(ports, body);
    await firstAttempt(messageId);
    for (const [kind, id] of [
      ["entity", customerGroups.name],
      ["project", importProject.name],
    ] as const) {
      await ports.definitions.remove(kind, id, (await ports.definitions.find(kind, id))!.etag);
    }
    await define(ports, "entity", customerGroups.name, entityWith({ type: "string" }, "CREDITLIMIT"));

    await importMessage(ports, importJobId, messageId);

    expect((await look(ports, messageId)).execution!.entities).toMatchObject([{ created: 1, failed: 1 }]);
  });

  test("takes how often it is tried from the job as it is now", async () => {
    const messageId = await push(ports, body);
    await firstAttempt(messageId);
    await define(ports, "job", importJobId, { ...importJob, attemptsMax: 1 });

    await importMessage(ports, importJobId, messageId);

    expect((await look(ports, messageId)).message).toMatchObject({ parked: {}, attempts: 1 });
  });

  test("begins by the newest definitions where a first attempt of an earlier release wrote none down", async () => {
    const messageId = await push(ports, body);
    await firstAttempt(messageId);
    const { versions: _versions, ...old } = (await look(ports, messageId)).execution!;
    await ports.executions.save(old);
    await define(ports, "entity", customerGroups.name, entityWith({ type: "string" }, "CREDITLIMIT"));

    await importMessage(ports, importJobId, messageId);

    const { execution } = await look(ports, messageId);
    expect(execution!.entities).toMatchObject([{ created: 2, failed: 0 }]);
    expect(execution!.versions!.entities).toMatchObject([{ name: "Customer groups", version: 2 }]);
  });
});

test("a run that somebody asked for works by what is defined by then", async () => {
  const { message } = await importFile(ports, body);
  await define(ports, "entity", customerGroups.name, entityWith({ type: "string" }, "CREDITLIMIT"));
  await retryMessage(ports, importJobId, message.id, operator);
  await ports.drain();

  const { execution } = await look(ports, message.id);
  expect(execution!.entities).toMatchObject([{ failed: 0 }]);
  expect(execution!.versions!.entities).toMatchObject([{ version: 2 }]);
});

test("a worker that was held up before it began its run works by what the one after it has begun", async () => {
  const messageId = await push(ports, body);
  const begun: ExecutionVersions[] = [];
  const slow: TestPorts = {
    ...ports,
    executions: {
      ...ports.executions,
      begin: async (execution) => {
        ports.advance(testSettings.leaseMs);
        await define(ports, "entity", customerGroups.name, entityWith({ type: "string" }, "CREDITLIMIT"));
        await importMessage(ports, importJobId, messageId);
        begun.push(execution.versions, await ports.executions.begin(execution));
        return begun[1]!;
      },
    },
  };
  await importMessage(slow, importJobId, messageId);

  const { message, execution } = await look(ports, messageId);
  expect(message).toMatchObject({ state: "Processed", attempts: 1, fence: 2 });
  expect(begun[0]!.entities[0]!.version).toBe(1);
  expect(begun[1]).toEqual(execution!.versions);
  expect(execution!.versions!.entities[0]!.version).toBe(2);
});

test("the files of a run's results are made by the definitions that it worked by", async () => {
  const { execution } = await importFile(ports, body);
  await define(ports, "format", "CSV", semicolons);
  await define(ports, "project", importProject.name, { ...importProject, lines: [] });

  expect(await resultFile(ports, execution, "succeeded")).toBe(
    "CustomerGroupId,Description,CreditLimit\r\n10,Wholesale,1\r\n",
  );
  expect(await resultFile(ports, execution, "failed")).toContain("3,CREDITLIMIT,DMF2018,");
});

test("an execution is shown with the versions of its entities and formats, and without their places in storage", async () => {
  await define(ports, "format", "CSV", semicolons);
  await define(ports, "project", importProject.name, { ...importProject, lines: [line, { ...line, format: "TAB" }] });
  const { execution } = await importFile(ports, body.replaceAll(",", ";"));
  const view = toExecutionView(execution!, "http://localhost");

  expect(view.entities).toMatchObject([
    { entity: "Customer groups", entityVersion: 1, format: "CSV", formatVersion: 1 },
  ]);
  expect(view).toMatchObject({ projectVersion: 2, jobVersion: 1 });
  expect(JSON.stringify(view)).not.toContain(execution!.versions!.project.revision!);
});

test("an export that needs a second attempt works by the definitions that the first one began with", async () => {
  await importFile(ports, body);
  const begun = await beginExport(ports, exportJob, ports.clock.now());
  const broken = { ...ports, files: { ...ports.files, store: () => Promise.reject(new Error("503")) } };
  await expect(exportMessage(broken, exportJobId, begun.messageId)).rejects.toThrow("503");
  await define(ports, "entity", customerGroups.name, { ...customerGroups, fields: customerGroups.fields.slice(0, 2) });
  await define(ports, "format", "CSV", semicolons);
  await define(ports, "project", exportProject.name, { ...exportProject, lines: [] });

  await exportMessage(ports, exportJobId, begun.messageId);

  const { value: message } = (await ports.messages.findOutbound(exportJobId, begun.messageId))!;
  expect((await exportedFiles(ports, message)).get("Customer groups.csv")).toBe(
    "CUSTOMERGROUPID,DESCRIPTION,ISSALESTAXINCLUDED,CREDITLIMIT\r\n10,Wholesale,,1\r\n",
  );
  expect(await ports.executions.find(message.executionId!)).toMatchObject({
    attempt: 2,
    projectVersion: 1,
    versions: { entities: [{ name: "Customer groups", version: 1 }], formats: [{ name: "CSV", version: 0 }] },
  });
});
