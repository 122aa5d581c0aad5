import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { EntityMap, PackageManifest } from "../../shared/domain/dataPackage.ts";
import { plainEntityMap } from "../../shared/domain/dataPackage.ts";
import type { EntityLine } from "../../shared/domain/dataProject.ts";
import { bytesOf, packageJob, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import {
  define,
  defineLines,
  importFile,
  look,
  manifestOf,
  packageOf,
  push,
  recordsOf,
  resultFile,
  runNow,
} from "./world.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

function entityOf(name: string): DataEntity {
  return {
    name,
    aotName: `${name.replaceAll(" ", "")}Entity`,
    isPerCompany: false,
    isChangeTracked: false,
    fields: [
      { name: "ID", type: "string", isKey: true, isRequired: true },
      { name: "AMOUNT", type: "real", isKey: false, isRequired: false },
    ],
  };
}

/** One entity and one project line per name. */
async function defineEntities(lines: readonly (Partial<EntityLine> & { readonly entity: string })[]): Promise<void> {
  for (const { entity } of lines) await define(ports, "entity", entity, entityOf(entity));
  await defineLines(ports, lines);
}

async function importPackage(manifest: PackageManifest | undefined, files: Parameters<typeof packageOf>[1]) {
  return importFile(ports, await packageOf(manifest, files), { entity: undefined }, packageJob);
}

describe("a data package", () => {
  test("is one message and one execution, with a file for each entity that its manifest names", async () => {
    await defineEntities([{ entity: "Areas" }, { entity: "Zones" }]);
    const { message, execution } = await importPackage(
      manifestOf(
        { entityName: "Areas", inputFilePath: "some areas.csv" },
        { entityName: "zonesentity", inputFilePath: "ZONES.CSV" },
      ),
      { "Some Areas.csv": "Id\r\nA1\r\nA2\r\n", "zones.csv": "Id,Amount\r\nZ1,1.50\r\n" },
    );

    expect(message.state).toBe("Processed");
    expect(execution!.entities.map(({ entity, rowsRead, created }) => [entity, rowsRead, created])).toEqual([
      ["Areas", 2, 2],
      ["Zones", 1, 1],
    ]);
    expect(await recordsOf(ports, entityOf("Zones"))).toEqual([["Z1", "1.5"]]);
  });

  test("runs in the order of the project's units, levels and sequences, whatever its manifest says", async () => {
    await defineEntities([
      { entity: "Late", executionUnit: 2 },
      { entity: "Third", level: 2 },
      { entity: "Second", sequence: 2 },
      { entity: "First" },
    ]);
    const names = ["Late", "Third", "Second", "First"];
    const { execution } = await importPackage(
      manifestOf(...names.map((name) => ({ entityName: name, inputFilePath: `${name}.csv`, executionUnit: 9 }))),
      Object.fromEntries(names.map((name) => [`${name}.csv`, "Id\r\n1\r\n"])),
    );

    expect(execution!.entities.map(({ entity }) => entity)).toEqual(["First", "Second", "Third", "Late"]);
  });

  test("leaves out what its manifest disables", async () => {
    await defineEntities([{ entity: "Areas" }, { entity: "Zones" }]);
    const { message, execution } = await importPackage(
      manifestOf(
        { entityName: "Areas", inputFilePath: "a.csv", isDisabled: true },
        { entityName: "Zones", inputFilePath: "z.csv" },
      ),
      { "z.csv": "Id\r\n1\r\n" },
    );

    expect(message.state).toBe("Processed");
    expect(execution!.entities.map(({ entity }) => entity)).toEqual(["Zones"]);
  });

  test("may have its manifest in UTF-8 with a declaration, and files in UTF-16", async () => {
    await defineEntities([{ entity: "Areas", format: "CSV-Unicode" }]);
    const manifest =
      '<?xml version="1.0" encoding="utf-8"?><DataManagementPackageManifest ' +
      'xmlns="http://schemas.microsoft.com/dynamics/2015/01/DataManagement"><PackageEntityList>' +
      "<DataManagementPackageEntityData><InputFilePath>a.csv</InputFilePath><EntityName>Areas</EntityName>" +
      "<SourceFormat>CSV-Unicode</SourceFormat></DataManagementPackageEntityData></PackageEntityList>" +
      "<DefinitionGroupName>Hand made</DefinitionGroupName></DataManagementPackageManifest>";
    const { message } = await importPackage(undefined, {
      "manifest.xml": manifest,
      "a.csv": Buffer.from("\ufeffId\r\nÆ\r\n", "utf16le"),
    });

    expect(message.lastError).toBeUndefined();
    expect(await recordsOf(ports, entityOf("Areas"))).toEqual([["Æ", ""]]);
  });

  test("has result files for each of its entities", async () => {
    await defineEntities([{ entity: "Areas" }, { entity: "Zones" }]);
    const { execution } = await importPackage(
      manifestOf({ entityName: "Areas", inputFilePath: "a.csv" }, { entityName: "Zones", inputFilePath: "z.csv" }),
      { "a.csv": "Id,Amount\r\n1,x\r\n", "z.csv": "Id,Amount\r\n2,y\r\n3,3\r\n" },
    );

    expect(await resultFile(ports, execution, "failed", "areas")).toContain(",1,x\r\n");
    expect(await resultFile(ports, execution, "failed", "Zones")).toContain(",2,y\r\n");
    expect(await resultFile(ports, execution, "succeeded", "Zones")).toBe("Id,Amount\r\n3,3\r\n");
  });
});

describe("the columns of a packed file", () => {
  const groupMap = (...maps: readonly EntityMap[]): PackageManifest =>
    manifestOf({ entityName: "Areas", inputFilePath: "a.csv", entityMaps: maps });
  const withDefault = (map: EntityMap, value: string): EntityMap => ({
    ...map,
    conversions: [{ fieldType: "String", isDefault: true, values: new Map([["StagingStrValue", value]]) }],
  });

  test("are mapped as the package says where the project's line has no map", async () => {
    await defineEntities([{ entity: "Areas" }]);
    const maps = [plainEntityMap("ID", "Code"), withDefault(plainEntityMap("AMOUNT", ""), "007.0")];
    const { execution } = await importPackage(groupMap(...maps), { "a.csv": "code\r\nA\r\n" });

    expect(execution!.warnings).toEqual([]);
    expect(await recordsOf(ports, entityOf("Areas"))).toEqual([["A", "7"]]);
  });

  describe("whose default values are written as the original does, with all members", () => {
    const fields = [
      { name: "ID", type: "string", isKey: true, isRequired: true },
      { name: "NAME", type: "string", isKey: false, isRequired: false },
      { name: "ACTIVE", type: "boolean", isKey: false, isRequired: false },
      {
        name: "KIND",
        type: "enum",
        isKey: false,
        isRequired: false,
        enumValues: [{ symbol: "Big", value: 7, label: "B" }],
      },
      { name: "RATE", type: "real", isKey: false, isRequired: false },
      { name: "COUNT", type: "integer", isKey: false, isRequired: false },
      { name: "BIGCOUNT", type: "int64", isKey: false, isRequired: false },
      { name: "SINCE", type: "date", isKey: false, isRequired: false },
      { name: "AT", type: "datetime", isKey: false, isRequired: false },
      { name: "CLOCK", type: "time", isKey: false, isRequired: false },
      { name: "REF", type: "guid", isKey: false, isRequired: false },
    ] as const;
    const rates: DataEntity = { ...entityOf("Areas"), fields };
    const sayNothing = Object.fromEntries(
      ["Source", "Staging"].flatMap((side) => [
        [`${side}DateValue`, "0001-01-01T00:00:00"],
        [`${side}GuidValue`, "00000000-0000-0000-0000-000000000000"],
        [`${side}IntValue`, "0"],
        [`${side}RealValue`, "0"],
        [`${side}TimeValue`, "0"],
        [`${side}UtcDateTime`, "0001-01-01T00:00:00"],
      ]),
    );

    test.each([
      ["NAME", { StagingStrValue: "Unnamed" }, "Unnamed"],
      ["NAME", { StagingStrValue: "0" }, "0"],
      ["NAME", {}, ""],
      ["ACTIVE", { StagingIntValue: "1" }, "Yes"],
      ["ACTIVE", { StagingStrValue: "No", StagingIntValue: "1" }, "No"],
      ["ACTIVE", {}, ""],
      ["KIND", { StagingIntValue: "7" }, "Big"],
      ["KIND", { StagingStrValue: "big", StagingIntValue: "1" }, "Big"],
      ["RATE", { StagingRealValue: "2.5" }, "2.5"],
      ["RATE", { StagingStrValue: "3.50" }, "3.5"],
      ["RATE", {}, ""],
      ["COUNT", { StagingIntValue: "-4" }, "-4"],
      ["BIGCOUNT", { StagingIntValue: "9000000000" }, "9000000000"],
      ["SINCE", { StagingDateValue: "2026-01-31T00:00:00" }, "2026-01-31"],
      ["SINCE", { StagingDateValue: "1900-01-01T00:00:00" }, ""],
      ["AT", { StagingUtcDateTime: "2026-01-31T08:30:00Z" }, "2026-01-31T08:30:00Z"],
      ["CLOCK", { StagingTimeValue: "30600" }, "08:30:00"],
      ["REF", { StagingGuidValue: "00000000-0000-0000-0000-00000000000A" }, "00000000-0000-0000-0000-00000000000a"],
    ])("%s takes from %j the value %j", async (field, values, expected) => {
      await define(ports, "entity", "Areas", rates);
      await defineLines(ports, [{ entity: "Areas" }]);
      const conversion = {
        fieldType: "",
        isDefault: true,
        values: new Map(Object.entries({ ...sayNothing, ...values })),
      };
      const maps = [plainEntityMap("ID", "ID"), { ...plainEntityMap(field, ""), conversions: [conversion] }];
      const { message, execution } = await importPackage(groupMap(...maps), { "a.csv": "ID\r\nEUR\r\n" });

      expect(message).toMatchObject({ state: "Processed" });
      expect(execution!.warnings).toEqual([]);
      const [record = []] = await recordsOf(ports, rates);
      expect(record[fields.findIndex(({ name }) => name === field)]).toBe(expected);
    });

    test("are refused where they do not fit their field", async () => {
      await define(ports, "entity", "Areas", rates);
      await defineLines(ports, [{ entity: "Areas" }]);
      const maps = [plainEntityMap("ID", "ID"), withDefault(plainEntityMap("RATE", ""), "many")];
      const { message } = await importPackage(groupMap(...maps), { "a.csv": "ID\r\nEUR\r\n" });

      expect(message).toMatchObject({ state: "PreProcessingError", lastError: expect.stringContaining('"RATE"') });
    });

    test("stand beside conversions that say nothing, which convert nothing", async () => {
      await define(ports, "entity", "Areas", rates);
      await defineLines(ports, [{ entity: "Areas" }]);
      const conversion = { fieldType: "", isDefault: false, values: new Map(Object.entries(sayNothing)) };
      const maps = [plainEntityMap("ID", "ID"), { ...plainEntityMap("NAME", "NAME"), conversions: [conversion] }];
      const { message } = await importPackage(groupMap(...maps), { "a.csv": "ID,NAME\r\nEUR,Euro\r\n" });

      expect(message.state).toBe("Processed");
    });
  });

  test.each([
    ["an empty column", plainEntityMap("AMOUNT", "")],
    ["a blank one", plainEntityMap("AMOUNT", " \n ")],
    ["an empty one that is marked as default", { ...plainEntityMap("AMOUNT", ""), isAutoDefault: true }],
    ["an empty one, and a default that says nothing", withDefault(plainEntityMap("AMOUNT", ""), "")],
    ["an empty one, ignored when blank", { ...plainEntityMap("AMOUNT", ""), isDefaultValueEqualNull: true }],
  ])("feed a field with %s by nothing, so that it keeps what is stored", async (_what, unfed) => {
    await defineEntities([{ entity: "Areas" }]);
    await importPackage(manifestOf({ entityName: "Areas", inputFilePath: "a.csv" }), {
      "a.csv": "ID,AMOUNT\r\nA,1.5\r\n",
    });
    const { message } = await importPackage(groupMap(plainEntityMap("ID", "ID"), unfed), {
      "a.csv": "ID\r\nA\r\nB\r\n",
    });

    expect(message.state).toBe("Processed");
    expect(await recordsOf(ports, entityOf("Areas"))).toEqual([
      ["A", "1.5"],
      ["B", ""],
    ]);
  });

  test.each([
    ["a column and nothing", [plainEntityMap("AMOUNT", "Amount"), plainEntityMap("amount", "")]],
    ["nothing and a column", [plainEntityMap("AMOUNT", ""), plainEntityMap("AMOUNT", "Amount")]],
    ["the same column twice", [plainEntityMap("AMOUNT", "Amount"), plainEntityMap("AMOUNT", "AMOUNT ")]],
    ["a column and a default", [plainEntityMap("AMOUNT", "Amount"), withDefault(plainEntityMap("AMOUNT", ""), "7")]],
    ["a default and a column", [withDefault(plainEntityMap("AMOUNT", ""), "7"), plainEntityMap("AMOUNT", "Amount")]],
  ])("may feed a field in two lines, by %s", async (what, maps) => {
    await defineEntities([{ entity: "Areas" }]);
    const { message } = await importPackage(groupMap(plainEntityMap("ID", "ID"), ...maps), {
      "a.csv": "ID,Amount\r\nA,1.5\r\nB,\r\n",
    });

    expect(message.state).toBe("Processed");
    expect(await recordsOf(ports, entityOf("Areas"))).toEqual([
      ["A", "1.5"],
      ["B", what.includes("default") ? "7" : ""],
    ]);
  });

  test.each([
    [
      "two columns",
      [plainEntityMap("AMOUNT", "Amount"), plainEntityMap("Amount", "Other")],
      "from columns amount, other",
    ],
    [
      "two default values",
      [withDefault(plainEntityMap("AMOUNT", ""), "7"), withDefault(plainEntityMap("AMOUNT", ""), "8")],
      "from several default values",
    ],
  ])("refuse a field that is fed by %s", async (_what, maps, text) => {
    await defineEntities([{ entity: "Areas" }]);
    const { message } = await importPackage(groupMap(plainEntityMap("ID", "ID"), ...maps), {
      "a.csv": "ID,Amount,Other\r\nA,1,2\r\n",
    });

    expect(message).toMatchObject({ state: "PreProcessingError", lastError: expect.stringContaining(text) });
    expect(await recordsOf(ports, entityOf("Areas"))).toEqual([]);
  });

  test("pass over a field that the entity does not have, with a warning", async () => {
    await defineEntities([{ entity: "Areas" }]);
    const maps = [plainEntityMap("ID", "ID"), withDefault(plainEntityMap("LATER", ""), "7")];
    const { message, execution } = await importPackage(groupMap(...maps), { "a.csv": "ID\r\nA\r\n" });

    expect(message.state).toBe("Processed");
    expect(execution!.warnings).toEqual(['a.csv: the package maps fields that entity "Areas" does not have: LATER.']);
  });

  test("must feed the key, and the text says so", async () => {
    await defineEntities([{ entity: "Areas" }]);
    const { message } = await importPackage(groupMap(plainEntityMap("ID", "")), { "a.csv": "ID\r\nA\r\n" });

    expect(message).toMatchObject({
      state: "PreProcessingError",
      lastError: expect.stringContaining('"ID" is part of the key'),
    });
  });

  test("are mapped as the project's line says where it has a map", async () => {
    const fieldMap = [{ field: "ID", column: "Other", ignoreBlank: false }];
    await defineEntities([{ entity: "Areas", fieldMap }]);
    await importPackage(groupMap(plainEntityMap("ID", "Code")), { "a.csv": "Code,Other\r\nA,B\r\n" });

    expect(await recordsOf(ports, entityOf("Areas"))).toEqual([["B", ""]]);
  });

  test("are matched by name with a warning where neither has a map", async () => {
    await defineEntities([{ entity: "Areas" }]);
    const { execution } = await importPackage(groupMap(), { "a.csv": "Id\r\nA\r\n" });

    expect(execution!.warnings).toEqual([
      "a.csv: neither the project nor the package has a field map, so columns were matched by name.",
    ]);
    expect(await recordsOf(ports, entityOf("Areas"))).toHaveLength(1);
  });

  test("are refused where the package's map asks for what this service does not do, rather than imported wrong", async () => {
    await defineEntities([{ entity: "Areas" }]);
    const key = plainEntityMap("ID", "Code");
    const nameless: EntityMap = {
      ...plainEntityMap("AMOUNT", "Amount"),
      conversions: [{ fieldType: "Real", isDefault: false, values: new Map([["StagingRealValue", "2"]]) }],
    };
    for (const [map, what] of [
      [nameless, "converts a text of field"],
      [{ ...plainEntityMap("AMOUNT", ""), isAutoGenerated: true }, "number sequence"],
      [withDefault(plainEntityMap("AMOUNT", ""), "SECRET"), 'default value of field "AMOUNT"'],
    ] as const) {
      const { message } = await importPackage(groupMap(key, map), { "a.csv": "Code,Amount\r\nA,1\r\n" });

      expect(message).toMatchObject({ state: "PreProcessingError", lastError: expect.stringContaining(what) });
      expect(message.lastError).not.toContain("SECRET");
    }
    expect(await recordsOf(ports, entityOf("Areas"))).toEqual([]);
  });

  test("are imported without the package's stylesheets, which are for XML, and with a warning", async () => {
    await defineEntities([{ entity: "Areas" }]);
    const transforms = [{ sequenceNumber: 1, xsltFileName: "a.xslt", xsltResourceFileName: "a.xslt" }];
    const entityMaps = [plainEntityMap("ID", "Id")];
    const { execution } = await importPackage(
      manifestOf({ entityName: "Areas", inputFilePath: "a.csv", transforms, entityMaps }),
      { "a.csv": "Id\r\nA\r\n" },
    );

    expect(execution!.warnings).toEqual([expect.stringContaining("a.csv: the package's stylesheets were not applied")]);
  });
});

describe("a package that no project could import", () => {
  const areas = manifestOf({ entityName: "Areas", inputFilePath: "a.csv" });
  const file = "Id\r\nA\r\n";
  const brokenUtf8 = Buffer.concat([Buffer.from("<a>\r\n<b>M"), Buffer.of(0xfc), Buffer.from("ller</b></a>")]);
  const cases: readonly (readonly [string, PackageManifest | undefined, Parameters<typeof packageOf>[1], string])[] = [
    [
      "lacks its header",
      areas,
      { "PackageHeader.xml": undefined, "a.csv": file },
      "Could not find file 'PackageHeader.xml'",
    ],
    ["has a broken header", areas, { "PackageHeader.xml": "<a>\n<b></a>", "a.csv": file }, "PackageHeader.xml"],
    ["lacks its manifest", undefined, { "a.csv": file }, "Could not find file 'Manifest.xml'"],
    ["has a manifest that does not end", undefined, { "Manifest.xml": "<a>" }, "Manifest.xml"],
    [
      "has another document as its manifest",
      undefined,
      { "Manifest.xml": "\n\n<a/>" },
      "Manifest.xml begins with <a> instead of",
    ],
    [
      "has a manifest with bytes that are no characters",
      undefined,
      { "Manifest.xml": brokenUtf8 },
      "Manifest.xml cannot be read: some of its bytes are no characters of its encoding (UTF-8), first on line 2",
    ],
    [
      "lacks a file",
      areas,
      { "b.csv": file },
      "Could not find file 'a.csv', which Manifest.xml names for entity \"Areas\"",
    ],
    [
      "names one entity twice",
      manifestOf(areas.lines[0]!, { ...areas.lines[0]!, entityName: "AREAS " }),
      { "a.csv": file },
      "twice. Join its files into one.",
    ],
    ["names no enabled entity", manifestOf({ isDisabled: true }), {}, "Manifest.xml names no enabled entity"],
  ];

  beforeEach(() => defineEntities([{ entity: "Areas" }, { entity: "Zones" }]));

  for (const [what, manifest, files, text] of cases) {
    test(`since it ${what} is refused while its client waits, says so, and nothing of it is stored`, async () => {
      const bytes = await packageOf(manifest, files);
      for (const idempotencyKey of [undefined, "k"]) {
        const refused = push(ports, bytes, { entity: undefined, idempotencyKey }, packageJob);
        await expect(refused).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining(text) });
      }

      expect((await ports.files.list("inbound", "", { limit: 10 })).items).toEqual([]);
      expect((await ports.messages.list(packageJob.activityId, { limit: 10 })).items).toEqual([]);
      expect(await ports.idempotency.find(packageJob.activityId, "key:k")).toBeUndefined();
    });

    test(`since it ${what} ends in an error that says so where it was accepted by an earlier release`, async () => {
      const good = await packageOf(areas, { "a.csv": file });
      const messageId = await push(ports, good, { entity: undefined }, packageJob);
      await ports.files.remove("inbound", messageId);
      const bytes = bytesOf(await packageOf(manifest, files));
      await ports.files.store("inbound", messageId, bytes, packageJob.activityId);
      await runNow(ports, packageJob);
      const { message, execution } = await look(ports, messageId, packageJob);

      expect(message).toMatchObject({ state: "PreProcessingError", lastError: expect.stringContaining(text) });
      expect(execution).toMatchObject({ entities: [], failure: message.lastError });
    });
  }

  test("is judged by its small files alone: a small one is read from storage once", async () => {
    const reads: number[] = [];
    const { files } = ports;
    const counted: TestPorts = {
      ...ports,
      files: { ...files, read: (...args) => (reads.push(args[3] ?? 0), files.read(...args)) },
    };
    const data = Array.from({ length: 1000 }, (_, index) => `A${index}\r\n`).join("");
    await push(counted, await packageOf(areas, { "a.csv": `Id\r\n${data}` }), { entity: undefined }, packageJob);

    expect(reads).toHaveLength(1);
  });
});

describe("a package that this project cannot import", () => {
  const areas = manifestOf({ entityName: "Areas", inputFilePath: "a.csv" });
  const file = "Id\r\nA\r\n";
  const cases = [
    [
      "names an unknown entity",
      manifestOf({ entityName: "Lands", inputFilePath: "a.csv" }),
      "Entity Lands does not exist in the target environment",
    ],
    [
      "names one entity by its label and by its AOT name",
      manifestOf(areas.lines[0]!, { ...areas.lines[0]!, entityName: "AreasEntity" }),
      'names entity "Areas" twice',
    ],
  ] as const;
  for (const [what, manifest, text] of cases) {
    test(`since it ${what} ends as PreProcessingError and says so`, async () => {
      await defineEntities([{ entity: "Areas" }, { entity: "Zones" }]);
      const { message, execution } = await importPackage(manifest, { "a.csv": file });

      expect(message).toMatchObject({ state: "PreProcessingError", lastError: expect.stringContaining(text) });
      expect(execution).toMatchObject({ entities: [], failure: message.lastError });
    });
  }

  test("imports none of its entities when the columns of one do not fit", async () => {
    await defineEntities([{ entity: "Areas" }, { entity: "Zones" }]);
    const { message } = await importPackage(
      manifestOf({ entityName: "Areas", inputFilePath: "a.csv" }, { entityName: "Zones", inputFilePath: "z.csv" }),
      { "a.csv": file, "z.csv": "Amount\r\n1\r\n" },
    );

    expect(message.state).toBe("PreProcessingError");
    expect(await recordsOf(ports, entityOf("Areas"))).toEqual([]);
  });
});

describe("a line with failed records", () => {
  const names = ["One", "Two", "Next level", "Next unit"] as const;
  const bad = "Id,Amount\r\n1,x\r\n";
  const good = "Id\r\n1\r\n";

  async function runWith(first: Partial<EntityLine>) {
    await defineEntities([
      { entity: "One", ...first },
      { entity: "Two", sequence: 2 },
      { entity: "Next level", level: 2 },
      { entity: "Next unit", executionUnit: 2 },
    ]);
    const { message, execution } = await importPackage(
      manifestOf(...names.map((name) => ({ entityName: name, inputFilePath: `${name}.csv` }))),
      Object.fromEntries(names.map((name) => [`${name}.csv`, name === "One" ? bad : good])),
    );
    return { message, execution, notRun: execution!.entities.filter(({ status }) => status === "notRun") };
  }

  test("stops no other line by itself", async () => {
    const { message, notRun } = await runWith({});

    expect(notRun).toEqual([]);
    expect(message.state).toBe("ProcessedWithErrors");
  });

  test("stops the rest of its level where it says so", async () => {
    expect((await runWith({ failLevelOnError: true })).notRun.map(({ entity }) => entity)).toEqual(["Two"]);
  });

  test("stops the rest of its unit where it says so, and their records are unprocessed ones", async () => {
    const { message, execution, notRun } = await runWith({ failUnitOnError: true });

    expect(notRun.map(({ entity }) => entity)).toEqual(["Two", "Next level"]);
    expect(message.state).toBe("ProcessedWithErrors");
    expect(await resultFile(ports, execution, "unprocessed", "Two")).toBe(good);
    for (const entity of execution!.entities) {
      const { created, updated, unchanged, failed, unprocessed, rowsRead } = entity;
      expect(created + updated + unchanged + failed + unprocessed).toBe(rowsRead);
    }
  });
});
