import { readFile } from "node:fs/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { plainEntityMap } from "../../shared/domain/dataPackage.ts";
import { writeManifest } from "../../shared/formats/manifestWriter.ts";
import { exportProject, importProject, packageJob, seed } from "../support/definitions.ts";
import { memoryPorts, type TestPorts } from "../support/memoryPorts.ts";
import { noPace } from "../support/pace.ts";
import { groupsFromSender, stylesheet } from "../support/stylesheets.ts";
import { define, enqueue, look, manifestOf, packageOf, plainUpload, recordsOf, runNow } from "../usecases/world.ts";
import { bytesOf } from "../support/definitions.ts";
import { type Answer, type Call, manageApp } from "./manageApp.ts";

const fields = [
  ["CUSTOMERGROUPID", "GROUP"],
  ["DESCRIPTION", "NAME"],
].map(([field, column]) => plainEntityMap(field!, column!));
const mapped = { entityMaps: fields, runBusinessLogic: false };
const vendors = { ...mapped, entityName: "Vendors", targetEntity: "VendorEntity", inputFilePath: "v.csv" };
const rows = "GROUP,NAME\r\n10,Wholesale\r\n";
const transforms = [{ sequenceNumber: 1, xsltFileName: "Groups.xslt", xsltResourceFileName: "Groups.xslt" }];
const xml = { ...mapped, sourceFormat: "XML-Element", inputFilePath: "groups.xml", transforms };

let ports: TestPorts;
let call: (method: string, address: string, call?: Call) => Promise<Answer>;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
  call = await manageApp(ports);
});

const make = (bytes: string | Uint8Array, query = "", headers = {}) =>
  call("POST", `projects/Groups/from-manifest${query}`, { bytes, headers });
const check = (bytes: string | Uint8Array, query = "", name = "Groups") =>
  call("POST", `projects/${encodeURIComponent(name)}/from-manifest/check${query}`, { bytes });
const stored = async (name = "Groups") => (await ports.definitions.find("project", name))?.value;
const packed = (files: Record<string, string> = { "Customer groups.csv": rows }) =>
  packageOf(manifestOf(mapped), files);

async function leftBehind(): Promise<readonly unknown[]> {
  return (await ports.files.list("inbound", "", { limit: 10 })).items;
}

describe("a package", () => {
  test("makes a project that imports it", async () => {
    const bytes = await packed();

    const { status, json, headers } = await make(bytes);

    expect(status).toBe(201);
    expect(headers.get("location")).toBe("https://files.example/manage/api/projects/Groups");
    expect(json).toMatchObject({ isValid: true, exists: false, problems: [], warnings: [] });
    expect(await leftBehind()).toEqual([]);
    await define(ports, "job", packageJob.activityId, { ...packageJob, project: "Groups" });
    const id = await enqueue(ports, packageJob, { ...plainUpload, body: bytesOf(bytes) });
    await runNow(ports, packageJob);
    expect((await look(ports, id, packageJob)).message.state).toBe("Processed");
    expect(await recordsOf(ports)).toEqual([["10", "Wholesale", "", ""]]);
  });

  test("is looked at without anything being stored", async () => {
    const { status, json } = await check(await packageOf(manifestOf(mapped, vendors), {}));

    expect(status).toBe(200);
    expect(json).toMatchObject({ project: "Groups", definitionGroupName: importProject.name, isValid: false });
    expect(json.lines).toMatchObject([
      { line: { entity: "Customer groups", fieldMap: [{ column: "GROUP" }, { column: "NAME" }] }, problems: [] },
      { entityName: "Vendors", targetEntity: "VendorEntity", inputFilePath: "v.csv" },
    ]);
    expect(json.lines[0].warnings).toMatchObject([{ member: "InputFilePath" }]);
    expect(json.lines[1].problems).toEqual([
      {
        member: "EntityName",
        message:
          'Entity Vendors does not exist in the target environment. Make a data entity with the label "Vendors", or the AOT name "VendorEntity" first.',
      },
    ]);
    expect(await stored()).toBeUndefined();
    expect(await leftBehind()).toEqual([]);
  });

  test("with a line that has problems makes nothing, unless such lines are left out", async () => {
    const bytes = await packageOf(manifestOf(mapped, vendors), {});

    const refused = await make(bytes);

    expect(refused.status).toBe(400);
    expect(refused.json.errors).toMatchObject([{ path: "PackageEntityList[1].EntityName" }]);
    expect(await stored()).toBeUndefined();
    expect((await make(bytes, "?leaveOut=true")).status).toBe(201);
    expect((await stored())?.lines.map(({ entity }) => entity)).toEqual(["Customer groups"]);
  });

  test("never replaces a project unawares, and replaces its lines where If-Match names it", async () => {
    const first = await make(await packageOf({ ...manifestOf(mapped), description: " Of the\nfirst" }, {}));
    const only = await packageOf(manifestOf({ ...mapped, sequenceInLevel: 7 }), {});

    expect((await make(only)).status).toBe(428);
    expect((await make(only, "", { "if-match": '"old"' })).status).toBe(412);
    const etag = first.headers.get("etag")!;
    expect((await check(only)).headers.get("etag")).toBe(etag);
    const replaced = await make(only, "", { "if-match": etag });
    expect(replaced.status).toBe(200);
    expect(replaced.json).toMatchObject({ exists: true });
    expect(await stored()).toMatchObject({ description: "Of the first", lines: [{ sequence: 7 }] });
  });

  test("says which lines a replaced project loses, and that one which exports is none to be replaced", async () => {
    const other = { entityName: "Nobody", targetEntity: null, isDisabled: true };
    const lost = await check(await packageOf(manifestOf(other), {}), "", importProject.name);
    const exporting = await check(await packed(), "", exportProject.name);

    expect(lost.json).toMatchObject({ isValid: false, exists: true, removed: ["Customer groups"] });
    expect(lost.json.lines[0].warnings[0].message).toContain("The line is disabled, and left out.");
    expect(exporting.json.isValid).toBe(false);
    expect(exporting.json.problems[0]).toMatchObject({ member: "DefinitionGroupName" });
  });
});

describe("a format that is missing", () => {
  const legacy = { ...mapped, sourceFormat: "Legacy" };

  test("is a problem that says which one it is likely like", async () => {
    const { json } = await check(await packageOf(manifestOf({ ...legacy, inputFilePath: "g.xlsx" }), {}));

    expect(json).toMatchObject({ isValid: false, missingFormats: [{ name: "Legacy", likely: "EXCEL" }] });
  });

  test("is made like the one that somebody names, with the project", async () => {
    const bytes = await packageOf(manifestOf(legacy), {});

    expect((await check(bytes, "?formatLike=Legacy%3Dsemicolon")).json).toMatchObject({
      isValid: true,
      missingFormats: [{ name: "Legacy", likely: "CSV", like: "Semicolon" }],
    });
    expect(await ports.definitions.find("format", "Legacy")).toBeUndefined();
    expect((await make(bytes, "?formatLike=Legacy%3Dsemicolon")).status).toBe(201);
    expect((await ports.definitions.find("format", "Legacy"))?.value).toMatchObject({ columnDelimiter: "semicolon" });
    expect(await stored()).toMatchObject({ lines: [{ format: "Legacy" }] });
  });

  test("cannot be made like one that is not there", async () => {
    const { status, json } = await make(await packageOf(manifestOf(legacy), {}), "?formatLike=Legacy%3DNobody");

    expect([status, json.errors[0].path]).toEqual([400, "formatLike"]);
  });
});

test("What was made before an attempt ended half way is taken by the next one as it is", async () => {
  const resources = { "groups.xml": "<x/>", "Resources/Groups.xslt": groupsFromSender };
  const bytes = await packageOf(manifestOf({ ...xml, sourceFormat: "Legacy XML" }), resources);
  const save: TestPorts["definitions"]["save"] = (kind, ...rest) =>
    kind === "project" ? Promise.reject(new Error("The storage is away.")) : ports.definitions.save(kind, ...rest);
  const interrupted = await manageApp({ ...ports, definitions: { ...ports.definitions, save } });
  const address = "projects/Groups/from-manifest?formatLike=Legacy%20XML%3DXML-Element";

  expect((await interrupted("POST", address, { bytes })).status).toBe(500);
  const made = await ports.definitions.find("format", "Legacy XML");
  const again = await call("POST", address, { bytes });

  expect([again.status, again.json.stylesheets, again.json.missingFormats]).toEqual([201, [], []]);
  expect(await ports.definitions.find("format", "Legacy XML")).toEqual(made);
  expect(await stored()).toMatchObject({ lines: [{ format: "Legacy XML", stylesheets: ["Groups"] }] });
});

describe("the stylesheets of a package", () => {
  const resources = { "groups.xml": "<x/>", "Resources/Groups.xslt": groupsFromSender };

  test("are made with the project, under the names of their files, and taken again by the next one", async () => {
    const bytes = await packageOf(manifestOf(xml), resources);

    const { json } = await make(bytes);

    expect(json.stylesheets).toEqual(["Groups"]);
    expect((await ports.definitions.find("stylesheet", "Groups"))?.value.content).toBe(groupsFromSender);
    expect(await stored()).toMatchObject({ lines: [{ stylesheets: ["Groups"] }] });
    const next = await call("POST", "projects/Again/from-manifest", { bytes });
    expect([next.status, next.json.stylesheets]).toEqual([201, []]);
    expect(await stored("Again")).toMatchObject({ lines: [{ stylesheets: ["Groups"] }] });
  });

  test("replace none that is there under their name", async () => {
    const own = { name: "Groups", description: "", content: stylesheet("") };
    await define(ports, "stylesheet", own.name, own);

    expect((await make(await packageOf(manifestOf(xml), resources))).json.stylesheets).toEqual(["Groups 2"]);
    expect((await ports.definitions.find("stylesheet", "Groups"))?.value).toEqual(own);
  });

  test("that do not compile, or are not in the package, are problems of their line", async () => {
    const broken = { ...resources, "Resources/Groups.xslt": stylesheet('<xsl:template match="["/>') };
    for (const files of [broken, { "groups.xml": "<x/>" }]) {
      const { json } = await check(await packageOf(manifestOf(xml), files));
      expect(json.lines[0].problems).toMatchObject([{ member: "EntityTransformList" }]);
    }
  });

  test("cannot come with the manifest alone, unless they are stored already", async () => {
    const manifest = await writeManifest(manifestOf(xml), noPace);

    const before = await check(manifest);
    await define(ports, "stylesheet", "Groups", { name: "Groups", description: "", content: groupsFromSender });

    expect(before.json.lines[0].problems[0].message).toContain("send the package itself");
    expect((await make(manifest)).status).toBe(201);
    expect(await stored()).toMatchObject({ lines: [{ stylesheets: ["Groups"] }] });
  });

  test("are not taken over where the files are no XML, as is said", async () => {
    const { json } = await check(await packageOf(manifestOf({ ...xml, sourceFormat: "CSV" }), resources));

    expect(json).toMatchObject({ isValid: true, stylesheets: [] });
    expect(json.lines[0].warnings).toContainEqual(expect.objectContaining({ member: "EntityTransformList" }));
  });
});

describe("a manifest alone", () => {
  test("makes a project, in UTF-8 by hand as in UTF-16 by the original", async () => {
    for (const file of ["Manifest.utf8-handmade.xml", "Manifest.xml", "Manifest.v1.xml"]) {
      const { status, json } = await check(await readFile(new URL(`../fixtures/${file}`, import.meta.url)));
      expect([status, json.lines.length > 0, json.exists]).toEqual([200, true, false]);
    }
  });

  test("names what it says and this service does not read", async () => {
    const text = Buffer.from(await writeManifest(manifestOf(mapped), noPace)).toString("utf16le");
    const queried = text.replace("<EntityName>", "<QueryData>AAEC</QueryData><IsTransformed /><EntityName>");

    const { json } = await check(Buffer.from(queried, "utf16le"));

    expect(json.warnings).toMatchObject([{ member: "DataManagementPackageEntityData.QueryData" }]);
  });

  for (const [what, bytes, text] of [
    ["another XML document", "<a/>", "begins with <a> instead of <DataManagementPackageManifest>"],
    ["a document type", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE"],
    ["nothing", "", "empty"],
    ["no package", "PK\u0003\u0004 and nothing behind it", "zip archive"],
    ["text", "GROUP,NAME\r\n", "cannot be read"],
  ] as const) {
    test(`that is ${what} is refused with what is wrong`, async () => {
      const { status, json } = await make(bytes);

      expect(status).toBe(400);
      expect(json.detail).toContain(text);
      expect(await leftBehind()).toEqual([]);
    });
  }

  test("with names of any length answers no more than is looked at", async () => {
    const long = "x".repeat(100_000);
    const line = { entityName: long, targetEntity: long, sourceFormat: long, inputFilePath: long };
    const named = { ...xml, transforms: [{ sequenceNumber: 1, xsltFileName: long, xsltResourceFileName: long }] };

    const alone = await check(await writeManifest({ ...manifestOf(line, named), definitionGroupName: long }, noPace));
    const inPackage = await check(await packageOf(manifestOf(line, named), {}));

    for (const { text, json } of [alone, inPackage]) {
      expect(json.lines.map(({ problems }: { problems: unknown[] }) => problems.length)).toEqual([1, 1]);
      expect(text.length).toBeLessThan(8_000);
    }
  });

  test("with more entities than a project has lines makes none", async () => {
    const many = Array.from({ length: 201 }, (_, index) => ({ entityName: `Entity ${index}` }));

    const { json } = await check(await writeManifest(manifestOf(...many), noPace));

    expect(json).toMatchObject({ isValid: false, problems: [{ member: "PackageEntityList" }] });
  });
});

test("who only reads makes no project", async () => {
  const bytes = await packed();
  const refused = await call("POST", "projects/Groups/from-manifest", { bytes, roles: ["Integration.Read"] });

  expect(refused.status).toBe(403);
});
