import { beforeEach, describe, expect, test } from "vitest";
import type { EntityLine } from "../../shared/domain/dataProject.ts";
import { previewLine } from "../../shared/usecases/samples/previewLine.ts";
import { sampleProject } from "../../shared/usecases/samples/sampleProject.ts";
import { saveStylesheet } from "../../shared/usecases/definitions/saveStylesheet.ts";
import { bytesOf, customerGroups, exportProject, importProject, line, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { groupsFromSender, stylesheet } from "../support/stylesheets.ts";
import { defineLines, importFile, manifestOf, packageOf, recordsOf } from "./world.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

const header = "CustomerGroupId,Description,CreditLimit\r\n";

function preview(body: AsyncIterable<Uint8Array> | string, limit = 20, project = importProject.name) {
  const bytes = typeof body === "string" ? bytesOf(body) : body;
  const wish = { fileName: "groups.csv", company: "USMF", limit, body: bytes };
  return previewLine(ports, { project, entity: line.entity }, wish);
}

async function apply(sheets: Readonly<Record<string, string>>, changes: Partial<EntityLine> = {}): Promise<void> {
  for (const [name, content] of Object.entries(sheets)) {
    await saveStylesheet(ports, { name, description: "", content }, undefined, operator);
  }
  await defineLines(ports, [{ format: "XML-Element", stylesheets: Object.keys(sheets), ...changes }]);
}

const blobs = async () =>
  (
    await Promise.all(
      (["executions", "inbound"] as const).map((name) => ports.ground.blobs(name).list("", { limit: 50 })),
    )
  ).flatMap(({ items }) => items);

describe("a preview", () => {
  test("says what an import would do with each row, and the import then does it", async () => {
    await importFile(ports, `${header}10,Wholesale,1.5\r\n20,Retail,\r\n30,Other,\r\n`);
    const file = `${header}10,Wholesale,1.50\r\n20,Small,\r\n40,New,\r\n40,Twice,\r\n50,Bad,many\r\n`;
    const before = [await recordsOf(ports), await blobs()];
    const { rows, counts, errors, columns } = await preview(file);

    expect([await recordsOf(ports), await blobs()]).toEqual(before);
    expect(errors).toEqual([]);
    expect(columns).toEqual(["CustomerGroupId", "Description", "CreditLimit"]);
    expect(rows.map(({ line: at, outcome }) => [at, outcome])).toEqual([
      [2, "unchanged"],
      [3, "updated"],
      [4, "created"],
      [5, "rejected"],
      [6, "rejected"],
    ]);
    expect(rows[0]).toMatchObject({
      cells: ["10", "Wholesale", "1.50"],
      values: { CUSTOMERGROUPID: "10", DESCRIPTION: "Wholesale", CREDITLIMIT: "1.5" },
    });
    expect(rows[4]!.problems).toMatchObject([{ field: "CREDITLIMIT", column: "CreditLimit", code: "DMF2018" }]);
    expect(rows[3]!.problems).toMatchObject([
      { field: "CUSTOMERGROUPID", message: expect.stringContaining("on line 4") },
    ]);

    const { created, updated, unchanged, failed } = (await importFile(ports, file)).execution!.entities[0]!;
    expect(counts).toEqual({ created, updated, unchanged, rejected: failed, notCompared: 0 });
  });

  test("counts all rows and shows the first ones", async () => {
    const { rows, rowsChecked, counts } = await preview(`${header}1,a,\r\n2,b,\r\n3,c,\r\n`, 1);

    expect(rows).toHaveLength(1);
    expect([rowsChecked, counts.created]).toEqual([3, 3]);
  });

  test("says what it had no time to compare", async () => {
    await importFile(ports, `${header}10,Wholesale,\r\n`);
    let asked = 0;
    const clock = { now: () => ports.clock.now() + 60_000 * asked++ };
    const wish = { fileName: undefined, company: "USMF", limit: 20, body: bytesOf(`${header}10,a,\r\n20,b,\r\n`) };
    const named = { project: importProject.name, entity: line.entity };

    expect((await previewLine({ ...ports, clock }, named, wish)).counts).toMatchObject({ updated: 1, notCompared: 1 });
  });

  test("sees nothing stored where the line empties its entity first", async () => {
    await importFile(ports, `${header}10,Wholesale,\r\n`);
    await defineLines(ports, [{ truncateFirst: true }]);

    expect((await preview(`${header}10,Wholesale,\r\n`)).counts.created).toBe(1);
  });

  test("of a file that cannot be read says why, and promises nothing", async () => {
    const { errors, counts, rows } = await preview("Description\r\nWholesale\r\n");

    expect(errors).toMatchObject([{ field: "CUSTOMERGROUPID" }]);
    expect([rows, counts.created]).toEqual([[], 0]);
  });

  test("takes the line's sample where no file comes, and says so where there is none", async () => {
    await expect(preview(bytesOf())).rejects.toThrow("has no sample");
    const upload = {
      fileName: "sample.csv",
      entity: customerGroups.name,
      format: "CSV",
      body: bytesOf(`${header}7,x,\r\n`),
    };
    await sampleProject(ports, importProject.name, upload, operator);

    expect(await preview(bytesOf())).toMatchObject({ fileName: "sample.csv", rows: [{ cells: ["7", "x", ""] }] });
  });

  test("is of imports alone", async () => {
    await expect(preview(header, 20, exportProject.name)).rejects.toThrow("only an import has a preview");
  });
});

const groups = `<groups><group no="10"><title>Wholesale</title></group></groups>`;
const failing = stylesheet(`<xsl:template match="/"><xsl:message terminate="yes">No more</xsl:message></xsl:template>`);

describe("a preview through stylesheets", () => {
  test("shows what came of each, and reads what came of the last", async () => {
    const copy = stylesheet(`<xsl:template match="/"><xsl:copy-of select="."/></xsl:template>`);
    await apply({ Copy: copy, "From sender": groupsFromSender });
    const { stylesheets, rows } = await preview(groups);

    expect(stylesheets).toMatchObject([{ name: "Copy" }, { name: "From sender" }]);
    expect(stylesheets.map((each) => ("start" in each ? Buffer.from(each.start).toString() : each))).toEqual([
      expect.stringContaining('<group no="10">'),
      expect.stringContaining("<CustomerGroupId>10</CustomerGroupId>"),
    ]);
    expect(rows).toMatchObject([{ values: { CUSTOMERGROUPID: "10", DESCRIPTION: "Wholesale" } }]);
    expect(await blobs()).toEqual([]);
  });

  test("shows those before the one that fails, which is named", async () => {
    await apply({ "From sender": groupsFromSender, Failing: failing, Later: groupsFromSender });
    const { stylesheets, errors } = await preview(groups);

    expect(stylesheets).toMatchObject([
      { name: "From sender", sizeBytes: expect.any(Number) },
      { name: "Failing", error: expect.stringContaining('Stylesheet "Failing"') },
    ]);
    expect(stylesheets).toHaveLength(2);
    expect(errors).toMatchObject([{ message: expect.stringContaining("No more") }]);
  });

  test("holds the first 64 KB of what came out", async () => {
    const long = `<groups>${'<group no="1"><title>Wholesale</title></group>'.repeat(2_000)}</groups>`;
    await apply({ "From sender": groupsFromSender });
    const [output] = (await preview(long)).stylesheets;

    expect(output).toMatchObject({ sizeBytes: expect.any(Number) });
    if (!output || !("start" in output)) throw new Error("Nothing came out.");
    expect(output.start.length).toBe(64 * 1024);
    expect(output.sizeBytes).toBeGreaterThan(64 * 1024);
  });
});

describe("a sample of a line with stylesheets", () => {
  const sample = (text: string) =>
    sampleProject(
      ports,
      importProject.name,
      { fileName: "groups.xml", entity: customerGroups.name, format: undefined, body: bytesOf(text) },
      operator,
    );

  test("gets its map from what they make of it", async () => {
    await apply({ "From sender": groupsFromSender });
    const { lines } = await sample(groups);

    expect(lines).toMatchObject([{ isValid: true, isSaved: true, rowsChecked: 1 }]);
    expect(lines[0]!.fieldMap).toContainEqual({ field: "DESCRIPTION", column: "DESCRIPTION", ignoreBlank: false });
  });

  test("is in error where one of them fails, and the line stays as it is", async () => {
    await apply({ Failing: failing });
    const { lines, project } = await sample(groups);

    expect(lines).toMatchObject([
      { isValid: false, isSaved: false, errors: [{ message: expect.stringContaining("Failing") }] },
    ]);
    expect(project.value.lines[0]!.sample).toBeUndefined();
  });
});

describe("a sample that is a package", () => {
  const send = async (content: string) => {
    const transforms = [{ sequenceNumber: 1, xsltFileName: "a.xsl", xsltResourceFileName: "a.xsl" }];
    const manifest = manifestOf({ sourceFormat: "XML-Element", inputFilePath: "groups.xml", transforms });
    const body = await packageOf(manifest, { "groups.xml": groups, "Resources/a.xsl": content });
    const upload = { fileName: undefined, entity: undefined, format: undefined, body: bytesOf(body) };
    return sampleProject(ports, importProject.name, upload, operator);
  };

  test("goes through the stylesheets that it brings along, in a preview too", async () => {
    const { lines } = await send(groupsFromSender);

    expect(lines).toMatchObject([{ isValid: true, isSaved: true, rowsChecked: 1 }]);
    expect(await preview(bytesOf())).toMatchObject({
      stylesheets: [{ name: "Resources/a.xsl" }],
      rows: [{ values: { CUSTOMERGROUPID: "10" } }],
    });
  });

  test("is in error where they fail, or may not be there", async () => {
    expect((await send(failing)).lines).toMatchObject([
      { isValid: false, isSaved: false, errors: [{ message: expect.stringContaining("Resources/a.xsl") }] },
    ]);
    ports.advance(1);
    expect((await send(stylesheet(`<xsl:include href="x"/>`))).lines).toMatchObject([
      { errors: [{ message: expect.stringContaining("xsl:include is not allowed") }] },
    ]);
  });
});

describe("hostile files", () => {
  test("of 50 MB are looked at as far as a sample is, and the rest is not read", async () => {
    const piece = Buffer.from(Array.from({ length: 1_000 }, (_, at) => `${at},${"x".repeat(40)},\r\n`).join(""));
    const pieces = Math.ceil((50 * 1024 * 1024) / piece.length);
    let sent = 0;
    async function* body() {
      yield Buffer.from(header);
      for (; sent < pieces; sent += 1) yield piece;
    }
    const { rowsChecked, isWhole, counts } = await preview(body());

    expect([rowsChecked, isWhole]).toEqual([10_000, false]);
    expect([counts.created, counts.rejected]).toEqual([1_000, 9_000]);
    expect(sent).toBeLessThan(pieces / 10);
  });

  test("larger than a body may be are refused, through a stylesheet too", async () => {
    await apply({ "From sender": groupsFromSender });
    const { settings } = ports;
    Object.assign(ports, { settings: { ...settings, bodyBytesMax: 100 } });

    await expect(preview(groups + " ".repeat(200))).rejects.toMatchObject({ code: "tooLarge" });
  });

  test("of 1,024 columns show as many cells, each cut short", async () => {
    const names = Array.from({ length: 1_023 }, (_, at) => `C${at}`);
    const cells = names.map(() => "y");
    const rows = Array.from(
      { length: 300 },
      (_, at) => `${at},${"z".repeat(at === 0 ? 5_000 : 1)},${cells.slice(1).join(",")}`,
    );
    const found = await preview(`CustomerGroupId,${names.join(",")}\r\n${rows.join("\r\n")}\r\n`, 200);

    expect(found.rows).toHaveLength(200);
    expect(found.rows[0]!.cells).toHaveLength(1_024);
    expect(found.rows[0]!.cells[1]).toHaveLength(1_001);
    expect(found.counts.created).toBe(300);
  });
});
