import { beforeEach, describe, expect, test } from "vitest";
import { type PackageLine, plainEntityMap } from "../../../shared/domain/dataPackage.ts";
import { projectRunsId } from "../../../shared/usecases/orders/projectRuns.ts";
import { customerGroups, exportProject, importProject } from "../../support/definitions.ts";
import { exportedFiles, importFile, manifestOf, packageOf } from "../../usecases/world.ts";
import { type ODataWorld, odataWorld } from "./odataWorld.ts";

const project = "Like a package";
const id = "Like a package-2026-11-26_12-30-00-7E5D3C0A-5e2b-4a39-8f0d-0123456789ab";
const asked = { definitionGroupId: project, executionId: id, execute: true, overwrite: false, legalEntityId: "USMF" };
const mapped: Partial<PackageLine> = {
  entityName: customerGroups.name,
  targetEntity: null,
  inputFilePath: "Groups.csv",
  defaultRefreshType: "IncrementalPush",
  entityMaps: [plainEntityMap("CUSTOMERGROUPID", "Code"), plainEntityMap("DESCRIPTION", "Text")],
};

let ports: ODataWorld["ports"];
let ground: ODataWorld["ground"];
let valueOf: ODataWorld["valueOf"];

beforeEach(async () => {
  ({ ports, ground, valueOf } = await odataWorld());
  await importFile(ports, "CUSTOMERGROUPID,DESCRIPTION\n10,ten\n20,twenty\n");
});

async function exportLike(line: Partial<PackageLine> = mapped, changes: object = {}) {
  const url: string = JSON.parse(await valueOf("GetAzureWriteUrl", { uniqueFileName: "template" })).BlobUrl;
  expect(await ground.valet("uploads").putAll(url, await packageOf(manifestOf(line), {}))).toBe(true);
  return valueOf("ExportFromPackage", { packageUrl: url, ...asked, ...changes });
}

const findProject = async () => (await ports.definitions.find("project", project))?.value;

async function runsOf(name = project) {
  const { items } = await ports.messages.list(projectRunsId(name), { limit: 10 });
  return items.flatMap((message) => (message.direction === "export" ? [message] : []));
}

describe("ExportFromPackage", () => {
  test("makes an export project of the manifest, whose files need not be there, and exports by it", async () => {
    expect(await exportLike()).toBe(id);
    await ports.drain();

    expect(await valueOf("GetExecutionSummaryStatus", { executionId: id })).toBe("Succeeded");
    expect(await findProject()).toMatchObject({
      direction: "export",
      lines: [{ entity: customerGroups.name, format: "CSV", refreshType: "incremental" }],
    });
    const files = await exportedFiles(ports, (await runsOf())[0]!);
    expect(files.get(`${customerGroups.name}.csv`)).toBe("Code,Text\r\n10,ten\r\n20,twenty\r\n");
  });

  test("is one export however often it is sent, and the package counts as it was at first", async () => {
    await exportLike();
    const again = await exportLike({ ...mapped, entityMaps: [] });
    await ports.drain();

    expect([again, (await runsOf()).length]).toEqual([id, 1]);
    expect((await findProject())?.lines[0]?.fieldMap).toHaveLength(2);
  });

  test("refuses a project that is there in the words of the original, and replaces its lines where it is told to", async () => {
    const name = exportProject.name;
    expect(await exportLike(mapped, { definitionGroupId: name })).toEqual([
      400,
      `The data project '${name}' exists and overwrite has not been specified.`,
    ]);

    expect(await exportLike(mapped, { definitionGroupId: name, overwrite: true })).toBe(id);
    const { value } = (await ports.definitions.find("project", name))!;
    expect(value.lines).toMatchObject([{ entity: customerGroups.name, fieldMap: [{ column: "Code" }, {}] }]);
  });

  test("leaves a project alone that imports", async () => {
    const before = await ports.definitions.find("project", importProject.name);

    expect(await exportLike(mapped, { definitionGroupId: importProject.name, overwrite: true })).toEqual([
      400,
      expect.stringContaining(`Data project "${importProject.name}" imports`),
    ]);
    expect(await ports.definitions.find("project", importProject.name)).toEqual(before);
  });

  test.each([
    [
      "an entity that there is not",
      { ...mapped, entityName: "Vendors" },
      {},
      "Entity Vendors does not exist in the target",
    ],
    ["no company for records that belong to one", mapped, { legalEntityId: "" }, "company"],
    ["nothing to be executed", mapped, { execute: false }, "execute has to be true"],
  ])("refuses %s, and leaves no project behind", async (_, line, changes, text) => {
    expect(await exportLike(line, changes)).toEqual([400, expect.stringContaining(text)]);

    expect([await findProject(), await runsOf()]).toEqual([undefined, []]);
  });
});
