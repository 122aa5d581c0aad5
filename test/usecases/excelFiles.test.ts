import { beforeEach, describe, expect, test } from "vitest";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { readManifest } from "../../shared/formats/manifest.ts";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import { saveProject } from "../../shared/usecases/definitions/saveProject.ts";
import { saveFormat } from "../../shared/usecases/definitions/saveFormat.ts";
import { inferEntity } from "../../shared/usecases/samples/inferEntity.ts";
import { packageTemplate } from "../../shared/usecases/samples/packageTemplate.ts";
import { sampleProject } from "../../shared/usecases/samples/sampleProject.ts";
import { openContent } from "../../shared/usecases/watch/openContent.ts";
import { openResultFile } from "../../shared/usecases/watch/openResultFile.ts";
import {
  bytesOf,
  customerGroups,
  exportJob,
  exportProject,
  importProject,
  line,
  operator,
  packageJob,
  seed,
} from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { noPace } from "../support/pace.ts";
import { collectRows } from "../support/rows.ts";
import { openWorkbook, rowsOf, workbook, workbookEntries } from "../support/workbooks.ts";
import { craftZip } from "../formats/craftedZip.ts";
import {
  define,
  defineLines,
  importFile,
  look,
  manifestOf,
  newestExport,
  packageOf,
  push,
  recordsOf,
  resultFile,
  runNow,
  textOf,
} from "./world.ts";

const header = ["CustomerGroupId", "Description", "IsSalesTaxIncluded", "CreditLimit"];
const excel = { format: "EXCEL" };
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
  await defineLines(ports, [excel]);
});

const groups = (...rows: readonly (readonly string[])[]) => ({ rows: rowsOf(header, ...rows) });
const good = ["10", "Wholesale", "<c t='b'><v>1</v></c>", "<c><v>1.1000000000000001</v></c>"];

async function read(file: Uint8Array): Promise<(readonly string[])[]> {
  const reader = await openWorkbook(file);
  return [reader.columns, ...(await collectRows(reader.batches)).map(({ cells }) => cells)];
}

describe("a workbook that is pushed to a file job", () => {
  test("becomes records", async () => {
    const { message, execution } = await importFile(ports, workbook(groups(good, ["20", "", "No", ""])));

    expect(message).toMatchObject({ state: "Processed" });
    expect(execution?.entities[0]).toMatchObject({ format: "EXCEL", rowsRead: 2, created: 2 });
    expect(await recordsOf(ports)).toEqual([
      ["10", "Wholesale", "Yes", "1.1"],
      ["20", "", "No", ""],
    ]);
  });

  test("names each wrong cell, and its failed rows come as CSV that may be mended and pushed again", async () => {
    const file = workbook(groups(good, ["20", "x".repeat(61), "", "12,5"], ["30", "", "<c t='e'><v>#N/A</v></c>"]));
    const { message, execution } = await importFile(ports, file, { externalIdentifier: "groups.xlsx" });
    const failed = await resultFile(ports, execution, "failed");

    expect(message.state).toBe("ProcessedWithErrors");
    expect(execution?.entities[0]?.firstErrors).toMatchObject([
      {
        line: 3,
        field: "DESCRIPTION",
        message: expect.stringMatching(/^Cell Customer_groups!B3: Field "DESCRIPTION" holds 61/),
      },
      {
        line: 3,
        field: "CREDITLIMIT",
        message: expect.stringMatching(/^Cell Customer_groups!D3: Field "CREDITLIMIT" expects/),
      },
      {
        line: 4,
        field: "",
        message: expect.stringMatching(/^Cell Customer_groups!C4, column "IsSalesTaxIncluded", holds the error #N\/A/),
      },
    ]);
    expect(failed).toMatch(/^_LINE,_FIELD,_CODE,_REASON,_RAW,CustomerGroupId,/);

    const mended = failed.replace("x".repeat(61), "Retail").replace(',,"12,5"', ",,12.5");
    await importFile(ports, mended);
    expect(await recordsOf(ports)).toEqual([
      ["10", "Wholesale", "Yes", "1.1"],
      ["20", "Retail", "", "12.5"],
    ]);
  });

  test("is read by the sheet that the line names", async () => {
    await defineLines(ports, [{ ...excel, excelSheetName: "Second" }]);
    const sheets = [
      { name: "Customer_groups", rows: rowsOf(header, ["1"]) },
      { name: "Second", rows: rowsOf(header, ["2"]) },
    ];
    await importFile(ports, workbook({ sheets }));
    const other = await importFile(ports, workbook(groups(good)));

    expect((await recordsOf(ports)).map(([id]) => id)).toEqual(["2"]);
    expect(other.message.lastError).toContain('Sheet "Second" is not in the workbook; it has: Customer_groups.');
  });

  test("is refused at once where the line has another format", async () => {
    await defineLines(ports, [{ format: "CSV" }]);
    const entries = workbookEntries(groups(good));
    const sheetFirst = craftZip(entries.toSorted(({ name }) => (name.toString().startsWith("xl/") ? -1 : 1)));

    await expect(push(ports, workbook(groups(good)))).rejects.toMatchObject({ code: "invalid" });
    await expect(push(ports, sheetFirst)).rejects.toThrow("The body is an Excel workbook, but the format");
  });

  test("says what it is where the line says another format by the time it runs", async () => {
    const messageId = await push(ports, workbook(groups(good)));
    await defineLines(ports, [{ format: "CSV" }]);
    await runNow(ports);

    expect((await look(ports, messageId)).message.lastError).toMatch(/Expected delimited text, found a zip archive/);
  });

  test("is no data package: that is refused, at once where its beginning shows it", async () => {
    const data = await packageOf(manifestOf({}), { "Customer groups.csv": "CustomerGroupId\r\n1\r\n" });
    const hidden = craftZip([
      { name: "a.csv", data: Buffer.from("a") },
      { name: "Manifest.xml", data: Buffer.from("<a/>") },
    ]);

    await expect(push(ports, data)).rejects.toThrow("Push it to a package job");
    expect((await importFile(ports, hidden)).message.lastError).toContain("found a data package");
  });

  test("goes by the name that its client gave it, or by one with its extension", async () => {
    const named = await push(ports, workbook(groups(good)), { externalIdentifier: "a.xlsx" });
    const nameless = await push(ports, workbook(groups(good)), { externalIdentifier: undefined });

    expect((await openContent(ports, named)).fileName).toBe("a.xlsx");
    expect((await openContent(ports, nameless)).fileName).toBe(`${nameless}.xlsx`);
  });

  test("gives its good rows back as a workbook of texts", async () => {
    const { execution } = await importFile(ports, workbook(groups(good, ["", "no key"])));
    const result = await openResultFile(ports, execution!.id, customerGroups.name, "succeeded");

    const bytes = await collectBytes(result.read(), 1e6, "the file");

    expect(result.fileName).toBe("Customer groups succeeded.xlsx");
    expect(await read(bytes)).toEqual([header, ["10", "Wholesale", "Yes", "1.1"]]);
    ports.advance(3_600_000);
    const again = await openResultFile(ports, execution!.id, customerGroups.name, "succeeded");
    expect(again.madeOf).toBe(result.madeOf);
    expect(await collectBytes(again.read(), 1e6, "the file")).toEqual(bytes);
  });

  test("of local times is read and written in the format's time zone", async () => {
    const entity = {
      ...customerGroups,
      name: "Visits",
      aotName: "Visit",
      fields: [customerGroups.fields[0]!, { name: "AT", type: "datetime" as const, isKey: false, isRequired: false }],
    };
    await define(ports, "entity", entity.name, entity);
    await define(ports, "format", "Berlin", { name: "Berlin", kind: "excel", timeZone: "Europe/Berlin" });
    await defineLines(ports, [{ entity: "Visits", format: "Berlin" }]);
    const cell = "<c s='1'><v>46053.3958333333</v></c>";
    const rows = rowsOf(["CustomerGroupId", "At"], ["1", cell], ["2", "2026-01-31T08:30:00Z"]);
    await importFile(ports, workbook({ rows, formats: '<xf numFmtId="0"/><xf numFmtId="22"/>' }), { entity: "Visits" });
    await define(ports, "project", exportProject.name, {
      ...exportProject,
      lines: [{ ...line, entity: "Visits", format: "Berlin" }],
    });
    const files = await exported();
    const failed = workbook({ rows: rowsOf(["CustomerGroupId", "At"], ["3", "soon"]) });
    const { execution } = await importFile(ports, failed, { entity: "Visits" });
    const mended = (await resultFile(ports, execution, "failed", "Visits")).replace(",soon", ",2026-07-01T09:30:00");
    await importFile(ports, mended, { entity: "Visits" });

    expect(await recordsOf(ports, entity)).toEqual([
      ["1", "2026-01-31T08:30:00Z"],
      ["2", "2026-01-31T08:30:00Z"],
      ["3", "2026-07-01T07:30:00Z"],
    ]);
    expect((await read(files.get("Visits.xlsx")!)).slice(1)).toEqual([
      ["1", "2026-01-31T09:30:00"],
      ["2", "2026-01-31T09:30:00"],
    ]);
  });
});

/** The files of the next export. */
async function exported(): Promise<ReadonlyMap<string, Uint8Array>> {
  ports.advance(60_000);
  await runNow(ports, exportJob);
  const message = (await newestExport(ports, exportJob))!;
  const bytes = await collectBytes(ports.files.read("outbound", message.file!), 1e6, "the package");
  const archive = await openPackageZip(bytesInMemory(bytes));
  const files = new Map<string, Uint8Array>([["package", bytes]]);
  for (const { name } of archive.entries) files.set(name, await collectBytes(archive.open(name), 1e6, name));
  return files;
}

describe("a workbook in a package", () => {
  test("is exported with its sheet in the manifest, and imports as the same records", async () => {
    await importFile(ports, workbook(groups(good, ["=1+1", "_x005F_x0041_ &lt;&amp;&gt;", "No", "0.0000001"])));
    await define(ports, "project", exportProject.name, { ...exportProject, lines: [{ ...line, ...excel }] });
    const files = await exported();
    const { lines } = await readManifest(bytesOf(files.get("Manifest.xml")!), noPace);
    const before = await recordsOf(ports);
    await defineLines(ports, [{ ...excel, truncateFirst: true }]);
    const { message, execution } = await importFile(ports, files.get("package")!, { entity: undefined }, packageJob);

    expect(lines[0]).toMatchObject({
      sourceFormat: "EXCEL",
      inputFilePath: "Customer groups.xlsx",
      excelSheetName: "Customer_groups",
    });
    const sheet = await openPackageZip(bytesInMemory(files.get("Customer groups.xlsx")!));
    expect(await textOf(sheet.open("xl/worksheets/sheet1.xml"))).toContain(
      '<c r="C2" t="b"><v>1</v></c><c r="D2"><v>1.1</v></c>',
    );
    expect(message.state).toBe("Processed");
    expect(execution?.warnings).toEqual([]);
    expect(await recordsOf(ports)).toEqual(before);
    expect(before).toHaveLength(2);
  });

  test("is read by the sheet that its manifest names", async () => {
    const sheets = [
      { name: "Customer_groups", rows: rowsOf(header, ["1"]) },
      { name: "Mine", rows: rowsOf(header, ["2"]) },
    ];
    const manifest = manifestOf({ sourceFormat: "EXCEL", inputFilePath: "a.xlsx", excelSheetName: "Mine$" });
    await importFile(
      ports,
      await packageOf(manifest, { "a.xlsx": workbook({ sheets }) }),
      { entity: undefined },
      packageJob,
    );

    expect((await recordsOf(ports)).map(([id]) => id)).toEqual(["2"]);
  });

  test("has the columns of the line in a template, and no row", async () => {
    const template = await packageTemplate(ports, importProject.name);
    const archive = await openPackageZip(bytesInMemory(await collectBytes(template.read(), 1e6, "the template")));

    expect(await read(await collectBytes(archive.open("Customer groups.xlsx"), 1e6, "the file"))).toEqual([
      header.map((name) => name.toUpperCase()),
    ]);
  });
});

describe("a workbook as a sample", () => {
  test("makes a line, and says what is wrong by cell", async () => {
    const body = bytesOf(workbook(groups(["1", "", "Maybe", ""])));
    const upload = { fileName: "a.xlsx", entity: customerGroups.name, format: "EXCEL", body };
    const { lines } = await sampleProject(ports, importProject.name, upload, operator);

    expect(lines[0]).toMatchObject({
      format: "EXCEL",
      errors: [
        { field: "ISSALESTAXINCLUDED", line: 2, message: expect.stringMatching(/^Cell Customer_groups!C2: Field/) },
      ],
    });
  });

  test("proposes an entity with the types of its cells", async () => {
    const rows = rowsOf(
      ["Id", "Amount", "Flag"],
      ["a1", "<c><v>1.5</v></c>", "<c t='b'><v>0</v></c>"],
      ["a2", "<c><v>2</v></c>", "<c t='b'><v>1</v></c>"],
    );
    const { definition } = await inferEntity(ports, "Things", "EXCEL", bytesOf(workbook({ rows })));

    expect(definition.fields.map(({ type }) => type)).toEqual(["string", "real", "boolean"]);
  });
});

describe("what cannot be said of a workbook", () => {
  test.each([
    ["a blank sheet name", { ...excel, excelSheetName: " " }, "not blank"],
    ["a sheet name that no sheet can have", { ...excel, excelSheetName: "a/b" }, "holds none of"],
    ["a sheet name that is too long", { ...excel, excelSheetName: "x".repeat(32) }, "at most 31 characters"],
    ["an apostrophe at its end", { ...excel, excelSheetName: "x'" }, "apostrophe"],
    [
      "a sheet of a format without sheets",
      { format: "CSV", excelSheetName: "A" },
      'Files of format "CSV" have no sheets.',
    ],
  ])("is refused when the project is saved: %s", async (_what, changes, message) => {
    const project = { ...importProject, lines: [{ ...line, ...changes }] };

    await expect(saveProject(ports, project, "any", operator)).rejects.toThrow(message);
  });

  test("is refused when the format is saved: a language", async () => {
    const format = { name: "German", kind: "excel", language: "de-DE" } as const;

    await expect(saveFormat(ports, format, undefined, operator)).rejects.toThrow("are in no language");
  });
});
