import { beforeEach, describe, expect, test } from "vitest";
import { findRun } from "../../../shared/usecases/watch/findRun.ts";
import { saveProject } from "../../../shared/usecases/definitions/saveProject.ts";
import { projectRunsId } from "../../../shared/usecases/orders/projectRuns.ts";
import { exportJob, exportProject, importProject, operator } from "../../support/definitions.ts";
import { define, importFile, newestExport, runNow } from "../../usecases/world.ts";
import { type ODataWorld, odataWorld } from "./odataWorld.ts";

const id = "Customer group export-2026-11-26_12-30-00-7E5D3C0A-5e2b-4a39-8f0d-0123456789ab";
/** As RIS sends it. */
const sent = {
  definitionGroupId: exportProject.name,
  packageName: id,
  executionId: id,
  reExecute: false,
  legalEntityId: "USMF",
};

let ports: ODataWorld["ports"];
let ground: ODataWorld["ground"];
let call: ODataWorld["call"];
let valueOf: ODataWorld["valueOf"];

beforeEach(async () => {
  ({ ports, ground, call, valueOf } = await odataWorld());
  await importFile(ports, "CUSTOMERGROUPID,DESCRIPTION\n10,ten\n20,twenty\n30,thirty\n");
});

const statusOf = (executionId: unknown) => valueOf("GetExecutionSummaryStatus", { executionId });
const urlOf = (executionId: unknown) => valueOf("GetExportedPackageUrl", { executionId });

/** How many records the package of an execution holds. */
async function exported(executionId: unknown): Promise<unknown> {
  expect(await urlOf(executionId)).toContain("memory://outbound/");
  const { entities } = (await findRun(ports, String(executionId)))!.execution!;
  return entities.map((entity) => entity.exported).reduce((sum, count) => sum + count, 0);
}

describe("ExportToPackage", () => {
  test("begins an export that its execution id leads to, from NotRun to the package", async () => {
    expect(await valueOf("ExportToPackage", sent)).toBe(id);
    expect([await statusOf(id), await urlOf(id)]).toEqual(["NotRun", ""]);
    await ports.drain();

    expect(await statusOf(id.toUpperCase())).toBe("Succeeded");
    const url: string = await urlOf(`"${id}"`);
    const fetched = await ground.valet("outbound").get(url);
    expect(fetched?.disposition).toContain('filename="Customer group export.zip"');
    expect(Buffer.from(fetched!.bytes).subarray(0, 2).toString()).toBe("PK");
    ports.advance(60_000);
    expect(await urlOf(id)).not.toBe(url);
    ports.advance(30 * 60_000);
    expect(await ground.valet("outbound").get(url)).toBeUndefined();
  });

  test("is one export however often it is sent, and another one where it is asked to run again", async () => {
    expect([await valueOf("ExportToPackage", sent), await valueOf("ExportToPackage", sent)]).toEqual([id, id]);
    await ports.drain();
    expect(await valueOf("ExportToPackage", { ...sent, reExecute: true })).toBe(id);
    expect(await statusOf(id)).toBe("NotRun");
    await ports.drain();
    expect(await statusOf(id)).toBe("Succeeded");
  });

  test("makes up an execution id where none is sent", async () => {
    const made = await valueOf("ExportToPackage", { ...sent, executionId: "", packageName: null });
    await ports.drain();

    expect([made, await statusOf(made)]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), "Succeeded"]);
  });

  test.each([
    ["a project that there is not", { definitionGroupId: "Nothing" }, "Data project Nothing does not exist."],
    ["no project", { definitionGroupId: "" }, expect.stringContaining("definitionGroupId: This is required")],
    ["a project that imports", { definitionGroupId: importProject.name }, expect.stringContaining("import project")],
    ["a company of five letters", { legalEntityId: "USMFX" }, expect.stringContaining("1 to 4 letters or digits")],
    ["no company for records per company", { legalEntityId: "" }, expect.stringContaining("per company")],
  ])("is refused for %s", async (_what, changes, message) => {
    expect(await valueOf("ExportToPackage", { ...sent, ...changes })).toEqual([400, message]);
  });

  test("knows no project that is for other applications, and shows nobody its executions", async () => {
    const limited = (applicationId: string) =>
      define(ports, "project", exportProject.name, {
        ...exportProject,
        applications: [{ applicationId, isEnabled: true }],
      });
    await valueOf("ExportToPackage", sent);
    await limited("00000000-0000-4000-8000-0000000000c2");

    const { name } = exportProject;
    expect(await valueOf("ExportToPackage", sent)).toEqual([400, `Data project ${name} does not exist.`]);
    expect(await urlOf(id)).toEqual([400, `Execution details were not found for execution id: ${id}`]);
    await limited("00000000-0000-4000-8000-0000000000c1");
    expect(await valueOf("ExportToPackage", sent)).toBe(id);
  });

  test.each([
    ["run", []],
    ["further run", [1]],
  ])("begins no %s where the list is changed between the look at it and the begin", async (_what, runs) => {
    if (runs.length > 0) await valueOf("ExportToPackage", sent);
    await ports.drain();
    const change = ports.idempotency.change.bind(ports.idempotency);
    ports.idempotency.change = async (...asked) => {
      ports.idempotency.change = change;
      const applications = [{ applicationId: "00000000-0000-4000-8000-0000000000c2", isEnabled: true }];
      await saveProject(ports, { ...exportProject, applications }, "any", operator);
      return change(...asked);
    };

    const { name } = exportProject;
    const answer = await valueOf("ExportToPackage", { ...sent, reExecute: true });
    expect(answer).toEqual([400, `Data project ${name} does not exist.`]);
    const { items } = await ports.messages.list(projectRunsId(name), { limit: 10 });
    expect(items.map(({ run }) => run)).toEqual(runs);
  });

  test("keeps what its id stands for: another caller's or another project's call is refused", async () => {
    await valueOf("ExportToPackage", sent);
    const other = { applicationId: "00000000-0000-4000-8000-0000000000c2" };

    expect(await valueOf("ExportToPackage", sent, other)).toEqual([422, expect.stringContaining("another caller's")]);
  });
});

describe("the other exports to a package", () => {
  const run = async (action: string, more: object = {}) => {
    const executionId = await valueOf(action, { ...sent, executionId: "", ...more });
    await ports.drain();
    return exported(executionId);
  };

  test("bring what changed, some of it to look at, or some entities", async () => {
    expect(await run("ExportToPackagePreview", { exportPreviewCount: 2 })).toBe(2);
    expect(await run("ExportToPackagePreviewAsync", { count: 1 })).toBe(1);
    expect(await run("ExportToPackageDelta")).toBe(3);
    await importFile(ports, "CUSTOMERGROUPID\n40\n");
    expect(await run("ExportToPackageAsync", { entityList: " custcustomergroupentity , " })).toBe(1);
    expect(await run("ExportToPackagePreview")).toBe(0);
    const unknown = await valueOf("ExportToPackageDelta", { ...sent, entityList: "Customer groups,Vendors" });
    expect(unknown).toEqual([400, expect.stringContaining("exports no Vendors")]);
  });

  test.each([-1, 1.5, "many", true, 3e9])("refuse to look at %j records", async (exportPreviewCount) => {
    const [status, message] = await valueOf("ExportToPackagePreview", { ...sent, exportPreviewCount });
    expect([status, message]).toEqual([400, expect.stringContaining("exportPreviewCount: A whole number")]);
  });
});

describe("ResetVersionToken", () => {
  const token = { definitionGroupId: exportProject.name, entityName: "custcustomergroupentity" };
  const reset = (changes: object = {}) => valueOf("ResetVersionToken", { ...token, ...changes });
  const begin = () => valueOf("ExportToPackageDelta", { ...sent, executionId: "" });
  const changed = async () => {
    const executionId = await begin();
    await ports.drain();
    return exported(executionId);
  };

  test("makes the next export of an entity a full one, of every company or of the one that is named", async () => {
    expect([await changed(), await changed()]).toEqual([3, 0]);
    expect([await reset({ sourceName: "DEMF" }), await changed()]).toEqual([true, 0]);
    expect([await reset({ sourceName: "usmf" }), await changed(), await changed()]).toEqual([true, 3, 0]);
    expect([await reset({ sourceName: null }), await reset(), await changed(), await changed()]).toEqual([
      true,
      true,
      3,
      0,
    ]);
  });

  test("reaches the jobs of the project", async () => {
    const run = async () => {
      await runNow(ports, exportJob);
      return (await newestExport(ports, exportJob))!.id;
    };
    const first = await run();
    expect([await run(), await reset()]).toEqual([expect.any(String), true]);
    const again = (await findRun(ports, await run()))!.execution!;
    expect([again.messageId === first, again.entities[0]?.exported]).toEqual([false, 3]);
  });

  test("counts also where an export runs that moves what is reset", async () => {
    await changed();
    const running = await begin();
    const replace = ports.messages.replace.bind(ports.messages);
    let isReset = false;
    ports.messages.replace = async (stored, next, beside) => {
      if (beside?.watermarks && !isReset) isReset = (await reset()) === true;
      return replace(stored, next, beside);
    };
    await ports.drain();

    expect([isReset, await exported(running)]).toEqual([true, 0]);
    expect([await changed(), await changed()]).toEqual([3, 0]);
  });

  test("is refused for a project or an entity that there is not", async () => {
    expect(await reset({ definitionGroupId: "Nothing" })).toEqual([400, "Data project Nothing does not exist."]);
    expect(await reset({ entityName: "Vendors" })).toEqual([
      400,
      "Entity Vendors does not exist in the target environment.",
    ]);
  });
});

describe("GetExportedPackageUrl", () => {
  test("is empty only as long as a package may come", async () => {
    await valueOf("ExportToPackage", sent);
    const disabled = exportProject.lines.map((line) => ({ ...line, isEnabled: false }));
    await define(ports, "project", exportProject.name, { ...exportProject, lines: disabled });
    await ports.drain();

    expect(await urlOf(id)).toEqual([400, expect.stringContaining("The run has no package:")]);
    expect(await statusOf(id)).toBe("Failed");
  });

  test("leaves what a recurring job exports to the clients of the job, and knows no package of an import", async () => {
    const { execution } = await importFile(ports, "CUSTOMERGROUPID\n50\n");
    expect(await urlOf(execution!.id)).toEqual([400, "The run has no package: it imports."]);
    await runNow(ports, exportJob);
    const message = (await newestExport(ports, exportJob))!;
    expect(await urlOf(message.executionId)).toEqual([400, expect.stringContaining("recurring data job")]);
  });
});

describe("DeleteExecutionHistoryJob", () => {
  const forget = async (executionId: unknown) => {
    const address = "/data/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities.DeleteExecutionHistoryJob";
    return (await call(address, { method: "POST", body: { executionId } })).status;
  };

  test("deletes a run that has ended with its package, and says who did it", async () => {
    await valueOf("ExportToPackage", sent);
    expect(await forget(id)).toBe(409);
    await ports.drain();
    const url: string = await urlOf(id);
    expect(await forget(id)).toBe(204);

    expect(await statusOf(id)).toEqual([400, `Execution details were not found for execution id: ${id}`]);
    expect(await ground.valet("outbound").get(url)).toBeUndefined();
    const { items } = await ports.audit.list({}, { limit: 10 });
    expect(items).toContainEqual(expect.objectContaining({ action: "delete", kind: "message" }));
    expect(await forget(id)).toBe(400);
  });

  test("leaves what a recurring job imported to its retention", async () => {
    const { execution } = await importFile(ports, "CUSTOMERGROUPID\n50\n");
    expect(await forget(execution!.id)).toBe(400);
    expect(await statusOf(execution!.id)).toBe("Succeeded");
  });
});
