import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { plainEntityMap } from "../../shared/domain/dataPackage.ts";
import { type DelimitedFormat, delimitedFormats } from "../../shared/domain/sourceFormats/delimited.ts";
import { exportJob, exportProject, line, packageJob, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { define, defineLines, importFile, manifestOf, newestExport, packageOf, recordsOf, runNow } from "./world.ts";

// Packages as people and their programs make them.

let ports: TestPorts;

const currencies: DataEntity = {
  name: "Currencies",
  aotName: "CurrencyEntity",
  isPerCompany: false,
  isChangeTracked: false,
  fields: [
    { name: "CODE", type: "string", isKey: true, isRequired: true },
    { name: "NAME", type: "string", isKey: false, isRequired: false },
  ],
};
const rows = "CODE,NAME\r\nUSD,Dollar\r\n";
const named = { entityName: "Currencies", inputFilePath: "rows.csv" };

async function begin(): Promise<void> {
  ports = memoryPorts();
  await seed(ports);
  await define(ports, "entity", currencies.name, currencies);
  await defineLines(ports, [{ entity: currencies.name }]);
}

beforeEach(begin);

async function importPackage(manifest: Parameters<typeof packageOf>[0], files: Parameters<typeof packageOf>[1]) {
  return importFile(ports, await packageOf(manifest, files), { entity: undefined }, packageJob);
}

describe("a package is imported without", () => {
  test.each([
    [
      "what Finder adds",
      ["__MACOSX/._Manifest.xml", "__MACOSX/._rows.csv", ".DS_Store", "__MACOSX/Resources/._logo.png"],
    ],
    ["what Windows adds", ["Thumbs.db", "Resources/Thumbs.db", "desktop.ini"]],
    ["resource forks beside its files", ["._rows.csv", "._PackageHeader.xml"]],
    ["the resources of an entity", ["Resources/Currencies/logo.png", "resources/Currencies/deeper/style.xslt"]],
    ["other folders", ["docs/read me.txt", "a/b/c.csv"]],
    ["folders that an older tool for Windows wrote", ["Resources\\Currencies\\logo.png", "docs\\read me.txt"]],
    ["folders of odd names", ["RESOURCES/Kunden & Co (DE)/Bild \u00e4.png", "Resources/Manifest.xml", "Resources/.x"]],
  ])("%s", async (_what, names) => {
    const files = Object.fromEntries(names.map((name) => [name, "\0\u0005\u0016\u0007"]));
    const { message, execution } = await importPackage(manifestOf(named), { ...files, "rows.csv": rows });

    expect(message.lastError).toBeUndefined();
    expect(execution!.entities[0]).toMatchObject({ rowsRead: 1, created: 1 });
    expect(execution!.warnings.filter((text) => !text.includes("matched by name"))).toEqual([]);
  });
});

test.each(["Resources/Currencies/ROWS.csv", "backup/rows.csv"])(
  "a file in a folder that is named like a data file is passed over with a warning: %s",
  async (name) => {
    const { message, execution } = await importPackage(manifestOf(named), {
      "rows.csv": rows,
      [name]: "CODE\r\nEUR\r\n",
    });

    expect(message.state).toBe("Processed");
    expect(execution!.warnings).toContainEqual(expect.stringContaining(`${name}, was not imported`));
    expect(await recordsOf(ports, currencies)).toEqual([["USD", "Dollar"]]);
  },
);

test("a data file in a folder is not found, and the text says where it belongs", async () => {
  await expect(importPackage(manifestOf(named), { "data/rows.csv": rows })).rejects.toMatchObject({
    code: "invalid",
    message: expect.stringMatching(/'rows\.csv' at the root of the package.*data\/rows\.csv/u),
  });
});

test.each([
  ["EntityName", "W\u00e4hrungen", "Wa\u0308hrungen"],
  ["EntityName", "Wa\u0308hrungen", "W\u00e4hrungen"],
])("%s, files and columns are found in another composition of their letters", async (_what, ours, theirs) => {
  const entity = {
    ...currencies,
    name: ours,
    fields: currencies.fields.map((field) => ({ ...field, name: `${ours} ${field.name}` })),
  };
  await define(ports, "entity", ours, entity);
  await defineLines(ports, [{ entity: ours }]);
  const entityMaps = [plainEntityMap(`${theirs} CODE`, `${ours} CODE`)];
  const manifest = manifestOf({ entityName: theirs, inputFilePath: `${ours}.csv`, entityMaps });
  const { message } = await importPackage(manifest, { [`${theirs}.csv`]: `${theirs} CODE\r\nUSD\r\n` });

  expect(message).toMatchObject({ state: "Processed" });
  expect(await recordsOf(ports, entity)).toEqual([["USD", ""]]);
});

test("an entity in the language of another environment is found by its TargetEntity", async () => {
  const manifest = manifestOf({ ...named, entityName: "W\u00e4hrungen", targetEntity: "currencyENTITY" });
  const { message } = await importPackage(manifest, { "rows.csv": rows });

  expect(message.state).toBe("Processed");
});

describe("the format that the manifest names", () => {
  const tab = { ...named, sourceFormat: "TAB" };

  test("is the one in which the file is read, where the line names another", async () => {
    const { execution } = await importPackage(manifestOf(tab), { "rows.csv": "CODE\tNAME\r\nUSD\tDollar, US\r\n" });

    expect(execution!.entities[0]).toMatchObject({ rowsRead: 1, created: 1, format: "TAB" });
    expect(await recordsOf(ports, currencies)).toEqual([["USD", "Dollar, US"]]);
  });

  test("is one that somebody defined, in any case", async () => {
    const bars: DelimitedFormat = { ...delimitedFormats[0], name: "Bars", columnDelimiter: "verticalBar" };
    await define(ports, "format", bars.name, bars);
    const { execution } = await importPackage(manifestOf({ ...named, sourceFormat: "BARS" }), {
      "rows.csv": "CODE|NAME\r\nUSD|\r\n",
    });

    expect(execution!.entities[0]).toMatchObject({ created: 1, format: "Bars" });
  });

  test.each([
    ["is unknown", "XML-Element", rows],
    ["has another delimiter than the file", "TAB", rows],
    ["has another encoding than the file", "CSV-Unicode", rows],
    ["has another kind than the file", "TAB", "<Document/>"],
  ])("is named with the line's where it %s", async (_what, sourceFormat, file) => {
    const { message } = await importPackage(manifestOf({ ...named, sourceFormat }), { "rows.csv": file });

    expect(message.state).toBe("PreProcessingError");
    for (const text of ["DMF1855", `"${sourceFormat}"`, '"CSV"']) expect(message.lastError).toContain(text);
    expect(await recordsOf(ports, currencies)).toEqual([]);
  });

  test("is not blamed for a map that asks for more than this service does", async () => {
    const entityMaps = [{ ...plainEntityMap("CODE", "CODE"), isAutoGenerated: true }];
    const { message } = await importPackage(manifestOf({ ...tab, entityMaps }), { "rows.csv": "CODE\r\nUSD\r\n" });

    expect(message.lastError).toContain("number sequence");
    expect(message.lastError).not.toContain("DMF1855");
  });
});

test.each([
  ...delimitedFormats,
  { ...delimitedFormats[0], name: "Bare", hasHeader: false },
  { ...delimitedFormats[0], name: "Western", codePage: 1252, columnDelimiter: "semicolon", textQualifier: "'" },
] as const)("a package that this service exports as $name comes in again", async (format) => {
  await define(ports, "format", format.name, format);
  await importPackage(manifestOf(named), { "rows.csv": 'CODE,NAME\r\nUSD,"Dollar, US"\r\nEUR,\u00c9\r\n' });
  await define(ports, "project", exportProject.name, {
    ...exportProject,
    lines: [{ ...line, entity: currencies.name, format: format.name, refreshType: "full" }],
  });
  await runNow(ports, exportJob);
  const exported = (await newestExport(ports, exportJob))!;
  const bytes = await collectBytes(ports.files.read("outbound", exported.file!), 1e6, "the package");

  await begin();
  await define(ports, "format", format.name, format);
  const { message } = await importFile(ports, bytes, { entity: undefined }, packageJob);

  expect(message).toMatchObject({ state: "Processed" });
  expect(await recordsOf(ports, currencies)).toEqual([
    ["EUR", "\u00c9"],
    ["USD", "Dollar, US"],
  ]);
});
