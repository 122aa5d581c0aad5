import { readFile } from "node:fs/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { plainEntityMap } from "../../shared/domain/dataPackage.ts";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { inferenceAnswer, sampleAnswer } from "../../shared/http/manageSampleAnswers.ts";
import { sampleFile } from "../../shared/usecases/definitions/projectSamples.ts";
import { removeProject } from "../../shared/usecases/definitions/removeDefinition.ts";
import { saveProject } from "../../shared/usecases/definitions/saveProject.ts";
import { sampleProject } from "../../shared/usecases/samples/sampleProject.ts";
import {
  bytesOf,
  customerGroups,
  exportProject,
  importJob,
  importJobId,
  importProject,
  line,
  listedApplication,
  operator,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { manifestOf, packageOf } from "./world.ts";
import { manageApp } from "../manage/manageApp.ts";

const good = "CustomerGroupId,Description,CreditLimit,Colour\r\n10,Wholesale,1.5,red\r\n20,Retail,,blue\r\n";
const bad = "CustomerGroupId,CreditLimit\r\n10,many\r\n20,few\r\n,1\r\n";
const empty = { ...importProject, name: "Empty", lines: [] };

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
  await ports.definitions.save("project", empty.name, empty, "new", { at: 0, applicationId: listedApplication });
});

function sample(text: string | Uint8Array, changes: { project?: string; entity?: string; format?: string } = {}) {
  const { project = empty.name, entity = customerGroups.name, format = "CSV" } = changes;
  const upload = { fileName: "groups.csv", entity, format, body: bytesOf(text) };
  return sampleProject(ports, project, upload, operator);
}

const sampleFiles = async () => (await ports.files.list("executions", "samples/", { limit: 50 })).items;

describe("a data file", () => {
  test("makes a line with the map that its columns give, and warns of columns that feed nothing", async () => {
    const { project, lines } = await sample(good);

    expect(lines).toMatchObject([
      { isValid: true, errors: [], warnings: ['No field takes column "Colour".'], rowsChecked: 2 },
    ]);
    expect(project.value.lines).toMatchObject([
      {
        entity: "Customer groups",
        format: "CSV",
        sequence: 1,
        fieldMap: [{ column: "CustomerGroupId" }, { column: "Description" }, { column: "CreditLimit" }],
        sample: { fileName: "groups.csv", isValid: true },
      },
    ]);
    expect(await sampleFiles()).toHaveLength(1);
  });

  test("makes a line that keeps its rows in staging where the project stops in front of its entities", async () => {
    const stopping = { ...empty, name: "Stopping", execute: false };
    await ports.definitions.save("project", stopping.name, stopping, "new", {
      at: 0,
      applicationId: listedApplication,
    });

    const { project } = await sample(good, { project: stopping.name });

    expect(project.value.lines).toMatchObject([{ entity: "Customer groups", skipStaging: false }]);
  });

  test("with bad values is an error by column, which names the first row and counts the others", async () => {
    const { project, lines } = await sample(bad);

    expect(lines[0]).toMatchObject({ isValid: false, isSaved: true });
    expect(lines[0]?.errors).toMatchObject([
      { field: "CREDITLIMIT", column: "CreditLimit", code: "DMF2018", line: 2, count: 2 },
      { field: "CUSTOMERGROUPID", column: "CustomerGroupId", code: "required", line: 4, count: 1 },
    ]);
    expect(project.value.lines[0]?.sample?.isValid).toBe(false);
  });

  test("with errors keeps jobs from being saved until a good one comes", async () => {
    const call = await manageApp(ports);
    const save = () =>
      call("PUT", `jobs/${importJobId}`, {
        body: { ...importJob, activityId: importJobId, name: "Again", project: empty.name },
        headers: { "if-match": "*" },
      });
    await sample(bad);

    expect((await save()).json.errors).toMatchObject([{ path: "project" }]);
    ports.advance(1);
    await sample(good);
    expect((await save()).status).toBe(200);
  });

  test("is kept in place of the sample before", async () => {
    await sample(good);
    ports.advance(1);
    const { project } = await sample(good);

    const files = await sampleFiles();

    expect(files).toHaveLength(1);
    expect(files[0]?.name).toContain(String(Date.parse(project.value.lines[0]?.sample?.checkedAt ?? "")));
  });

  test("that is still being checked stays while somebody else saves the project", async () => {
    const upload = { fileName: "groups.csv", entity: customerGroups.name, format: "CSV", body: bytesOf(good) };
    let isSaved = false;
    const find: TestPorts["definitions"]["find"] = async (kind, id) => {
      if (kind === "format" && !isSaved) {
        isSaved = true;
        await saveProject(ports, { ...empty, description: "saved" }, "any", operator);
      }
      return ports.definitions.find(kind, id);
    };
    await sampleProject({ ...ports, definitions: { ...ports.definitions, find } }, empty.name, upload, operator);

    expect(await sampleFiles()).toHaveLength(1);
  });

  test("that a request left which died goes with a later save", async () => {
    await ports.files.store("executions", sampleFile(empty.name, "2026-11-24T12:00:00Z"), bytesOf(good));
    ports.advance(ports.settings.orphanAfterMs + 1001);
    await saveProject(ports, { ...empty, description: "saved" }, "any", operator);

    expect(await sampleFiles()).toEqual([]);
  });

  test("goes with its project, and stays with one that somebody saved in the moment of its removal", async () => {
    await sample(good);
    const remove: TestPorts["definitions"]["remove"] = () => Promise.resolve(false);
    const beaten = { ...ports, definitions: { ...ports.definitions, remove } };
    await expect(removeProject(beaten, empty.name, "any", operator)).rejects.toMatchObject({
      code: "preconditionFailed",
    });
    expect(await sampleFiles()).toHaveLength(1);

    await removeProject(ports, empty.name, "any", operator);
    expect(await sampleFiles()).toEqual([]);
  });

  test("that does not fit the line's own map leaves the map as it is", async () => {
    const fieldMap = [{ field: "CUSTOMERGROUPID", column: "Code", ignoreBlank: false }];
    const mapped = { ...empty, name: "Mapped", lines: [{ ...line, fieldMap }] };
    await ports.definitions.save("project", "Mapped", mapped, "new", { at: 0, applicationId: listedApplication });

    const { project, lines } = await sample(good, { project: "Mapped" });

    expect(lines[0]?.errors).toMatchObject([{ field: "CUSTOMERGROUPID", code: "DMF2060" }]);
    expect(project.value.lines[0]?.fieldMap).toEqual(fieldMap);
  });

  test.each<[string, string, string, { project?: string; entity?: string; format?: string }?]>([
    ["is empty", "", "invalid"],
    ["names no entity that is there", good, "invalid", { entity: "Nothing" }],
    ["names no format that is there", good, "notFound", { format: "Nothing" }],
    ["is for an export", good, "invalid", { project: exportProject.name }],
    ["is for no project", good, "notFound", { project: "Nothing" }],
  ])("that %s is refused and leaves no file", async (_what, text, code, changes = {}) => {
    await expect(sample(text, changes)).rejects.toMatchObject({ code });

    expect(await sampleFiles()).toEqual([]);
  });

  test("that passes the limit is refused while it streams", async () => {
    const small = memoryPorts({ bodyBytesMax: 20 });
    await seed(small);
    const upload = { fileName: undefined, entity: "Customer groups", format: "CSV", body: bytesOf(good) };

    await expect(sampleProject(small, importProject.name, upload, operator)).rejects.toMatchObject({
      code: "tooLarge",
    });
  });
});

describe("the sample of a line", () => {
  const at = `projects/Empty/lines/${encodeURIComponent(customerGroups.name)}/sample`;

  test("is had back as it came, also in a part", async () => {
    const call = await manageApp(ports);
    await sample(good);

    const whole = await call("GET", at);
    const part = await call("GET", at, { headers: { range: "bytes=0-14" } });

    expect([whole.status, whole.text]).toEqual([200, good]);
    expect(whole.headers.get("content-disposition")).toContain("groups.csv");
    expect([part.status, part.text]).toEqual([206, "CustomerGroupId"]);
  });

  test("is one file of the package that was kept", async () => {
    const call = await manageApp(ports);
    await sample(await packageOf(manifestOf({ inputFilePath: "of a package.csv" }), { "of a package.csv": good }));

    const { text, headers } = await call("GET", at);

    expect(text).toBe(good);
    expect(headers.get("content-disposition")).toContain("of a package.csv");
  });

  test("is not there before one was sent, and gone when it is stored no more", async () => {
    const call = await manageApp(ports);
    expect((await call("GET", at)).status).toBe(404);
    await sample(good);
    expect((await call("GET", "projects/Empty/lines/Nobody/sample")).status).toBe(404);

    for (const { name } of await sampleFiles()) await ports.files.remove("executions", name);

    expect((await call("GET", at)).status).toBe(410);
  });
});

describe("a data package", () => {
  const widgetGroups: DataEntity = {
    ...customerGroups,
    name: "Widget groups",
    aotName: "WidgetGroupEntity",
    fields: [{ name: "NOTHING", type: "string", isKey: true, isRequired: true }],
  };

  test("tells of every entity of its manifest, also of one that is not there", async () => {
    const call = await manageApp(ports);
    const bytes = await readFile(new URL("../fixtures/Widget import.zip", import.meta.url));

    const answer = await call("POST", "projects/Empty/sample", { bytes });

    expect(answer.status).toBe(200);
    sampleAnswer.parse(answer.json);
    expect(answer.json.lines.length).toBeGreaterThan(0);
    for (const found of answer.json.lines) expect(found).toMatchObject({ isSaved: false, isValid: false });
  });

  test("makes a line of each entity that is there, in the order of its manifest", async () => {
    const bytes = await readFile(new URL("../fixtures/Widget import.zip", import.meta.url));
    const { lines } = await sample(bytes);
    const by = { at: 0, applicationId: listedApplication };
    for (const [index, { entity }] of lines.entries()) {
      const definition = { ...widgetGroups, name: entity, aotName: `Widget${index}Entity` };
      await ports.definitions.save("entity", entity, definition, "new", by);
    }
    ports.advance(1);

    const again = await sample(bytes);

    const known = again.lines.filter(({ isSaved }) => isSaved).map(({ entity }) => entity);
    expect(known.length).toBeGreaterThan(0);
    expect(again.project.value.lines.map(({ entity }) => entity)).toEqual(known);
  });

  test("names a sheet for every file, and only a workbook has it", async () => {
    const packageLine = { inputFilePath: "groups.csv", excelSheetName: "Customer_groups$" };

    const { project } = await sample(await packageOf(manifestOf(packageLine), { "groups.csv": good }));

    expect(project.value.lines).toMatchObject([{ entity: "Customer groups", format: "CSV" }]);
    expect(project.value.lines[0]).not.toHaveProperty("excelSheetName");
  });

  test("is taken without the fields that the entity does not have, with a warning as of an import", async () => {
    const map = ["CUSTOMERGROUPID", "COLOUR"].map((field) => plainEntityMap(field, field));
    const bytes = await packageOf(manifestOf({ inputFilePath: "g.csv", entityMaps: map }), { "g.csv": good });

    const { lines } = await sample(bytes);

    expect(lines).toMatchObject([{ isValid: true, fieldMap: [{ field: "CUSTOMERGROUPID" }] }]);
    expect(lines[0]?.warnings).toContain(
      'g.csv: the package maps fields that entity "Customer groups" does not have: COLOUR.',
    );
  });

  test("that is no package is refused as something that the caller can mend", async () => {
    await expect(sample("PK\u0003\u0004 and nothing else")).rejects.toMatchObject({ code: "invalid" });

    expect(await sampleFiles()).toEqual([]);
  });
});

test("infer answers a proposal over HTTP and stores nothing", async () => {
  const call = await manageApp(ports);

  const answer = await call("POST", "entities/Brand new/infer?format=CSV", { bytes: good });

  inferenceAnswer.parse(answer.json);
  expect(answer.json.definition).toMatchObject({ name: "Brand new", aotName: "BrandNewEntity" });
  expect((await call("GET", "entities/Brand new")).status).toBe(404);
});
