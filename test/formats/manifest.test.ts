import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { plainEntityMap } from "../../shared/domain/dataPackage.ts";
import type { PackageLine } from "../../shared/domain/dataPackage.ts";
import { readHeader, readManifest } from "../../shared/formats/manifest.ts";
import { writeHeader, writeManifest } from "../../shared/formats/manifestWriter.ts";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import { noPace } from "../support/pace.ts";

const fixture = (name: string): Promise<Buffer> => readFile(new URL(`../fixtures/${name}`, import.meta.url));

async function* stream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const manifestOf = (xml: string) => readManifest(stream(Buffer.from(xml)), noPace);
const lineOf = (members: string) =>
  manifestOf(
    "<DataManagementPackageManifest><PackageEntityList><DataManagementPackageEntityData>" +
      members +
      "</DataManagementPackageEntityData></PackageEntityList></DataManagementPackageManifest>",
  );
const minimal = "<EntityName>Widgets</EntityName><InputFilePath>W.csv</InputFilePath><SourceFormat>CSV</SourceFormat>";

describe("a manifest", () => {
  test.each(["Manifest.xml", "Manifest.v1.xml"])("%s is written again byte for byte", async (name) => {
    const sample = await fixture(name);

    expect(Buffer.from(await writeManifest(await readManifest(stream(sample), noPace), noPace))).toEqual(sample);
  });

  test.each(["PackageHeader.xml", "PackageHeader.v1.xml"])("has a header, %s, that is too", async (name) => {
    const sample = await fixture(name);

    expect(Buffer.from(writeHeader(await readHeader(stream(sample), noPace)))).toEqual(sample);
  });

  test("reads the same from a hand-made UTF-8 file as from the original's UTF-16", async () => {
    const original = await readManifest(stream(await fixture("Manifest.xml")), noPace);

    expect(await readManifest(stream(await fixture("Manifest.utf8-handmade.xml")), noPace)).toEqual(original);
  });

  test("reads the same in UTF-16 BE, and in UTF-16 without a byte order mark", async () => {
    const sample = await fixture("Manifest.xml");
    const original = await readManifest(stream(sample), noPace);

    expect(await readManifest(stream(Buffer.from(sample).swap16()), noPace)).toEqual(original);
    expect(await readManifest(stream(sample.subarray(2)), noPace)).toEqual(original);
    expect(await readManifest(stream(Buffer.from(sample).swap16().subarray(2)), noPace)).toEqual(original);
  });

  test.each([
    ["windows-1252", "latin1"],
    ["ISO-8859-1", "latin1"],
    ["utf-8", "utf8"],
    ["utf-16", "utf8"],
    ["UTF-16", "utf16le"],
  ] as const)("is read in the encoding %s of its declaration, or as %s where it lies", async (declared, encoding) => {
    const xml = `<?xml version='1.0' encoding="${declared}"?><DataManagementPackageManifest><Description>W\u00e4hrungen</Description></DataManagementPackageManifest>`;

    expect((await readManifest(stream(Buffer.from(xml, encoding)), noPace)).description).toBe("W\u00e4hrungen");
  });

  test("has no blanks around its names, whatever an editor put there", async () => {
    const around = (text: string) => `\n      ${text}\n    `;
    const members =
      `<EntityName>${around("Widgets")}</EntityName><InputFilePath>${around("W 1.csv")}</InputFilePath>` +
      `<SourceFormat>${around("CSV")}</SourceFormat><EntityMapList><EntityMap>` +
      `<EntityField>${around("ID")}</EntityField></EntityMap></EntityMapList>`;
    const [line] = (await lineOf(members)).lines;

    expect(line).toMatchObject({ entityName: "Widgets", inputFilePath: "W 1.csv", sourceFormat: "CSV" });
    expect(line!.entityMaps[0]!.entityField).toBe("ID");
  });

  test("holds the project and its entity lines", async () => {
    const manifest = await readManifest(stream(await fixture("Manifest.xml")), noPace);

    expect(manifest.definitionGroupName).toBe("Widget import");
    expect(manifest.lines.map((line) => [line.entityName, line.inputFilePath, line.sourceFormat])).toEqual([
      ["Widget groups", "Widget groups.xml", "XML-Element"],
      ["Widgets", "Widgets.csv", "CSV-Unicode"],
    ]);
    expect(manifest.lines[0]).toMatchObject({
      isDisabled: false,
      targetEntity: "DemoWidgetGroupEntity",
      transforms: [],
    });
    expect(manifest.lines[0]?.entityMaps[1]).toEqual(plainEntityMap("DESCRIPTION", "GROUP_NAME"));
    expect(manifest.lines[1]?.levelInExecutionUnit).toBe(2);
  });

  test("of version 1 has no members of version 2", async () => {
    const manifest = await readManifest(stream(await fixture("Manifest.v1.xml")), noPace);

    expect(manifest.lines[0]).toMatchObject({
      isDisabled: null,
      targetEntity: null,
      defaultRefreshType: null,
      skipStaging: null,
    });
  });

  test("may have its elements in any order, unknown ones and prefixes among them", async () => {
    const manifest = await manifestOf(
      '<?xml version="1.0"?><!-- by hand --><d:DataManagementPackageManifest xmlns:d="urn:x"><d:PackageEntityList>' +
        "<d:DataManagementPackageEntityData><d:SourceFormat>CSV</d:SourceFormat><d:Novelty><d:EntityName>no</d:EntityName>" +
        "</d:Novelty><d:InputFilePath><![CDATA[a&b.csv]]></d:InputFilePath><d:EntityName>A &amp; B</d:EntityName>" +
        "</d:DataManagementPackageEntityData></d:PackageEntityList>" +
        "<d:DefinitionGroupName>P</d:DefinitionGroupName></d:DataManagementPackageManifest>",
    );

    expect(manifest).toMatchObject({
      definitionGroupName: "P",
      lines: [{ entityName: "A & B", inputFilePath: "a&b.csv", sourceFormat: "CSV" }],
    });
  });

  test("may leave out all but entity, file and format", async () => {
    const [line] = (await lineOf(minimal)).lines;

    expect(line).toMatchObject({
      executionUnit: 1,
      levelInExecutionUnit: 1,
      sequenceInLevel: 1,
      failLevelOnError: false,
      runBusinessValidation: true,
      entityMaps: [],
    });
  });

  test("means the first of an element that is there twice", async () => {
    const [line] = (await lineOf(`${minimal}<EntityName>Gadgets</EntityName>`)).lines;

    expect(line?.entityName).toBe("Widgets");
  });

  test("means the first of a value that a conversion has twice, and nothing by a nil one", async () => {
    const [line] = (
      await lineOf(
        `${minimal}<EntityMapList><EntityMap><EntityField>A</EntityField><EntityFieldConversionList>` +
          "<EntityFieldConversion><SourceStrValue>first</SourceStrValue><SourceStrValue>second</SourceStrValue>" +
          '<StagingStrValue i:nil="true"/></EntityFieldConversion></EntityFieldConversionList></EntityMap></EntityMapList>',
      )
    ).lines;

    expect(line?.entityMaps[0]?.conversions[0]?.values).toEqual(new Map([["SourceStrValue", "first"]]));
  });

  test("keeps value conversions, default values and transforms when it is written and read", async () => {
    const [read] = (await lineOf(minimal)).lines as readonly [PackageLine];
    const line: PackageLine = {
      ...read,
      entityName: 'A < B & "C" > \r\n\tD',
      entityMaps: [
        {
          ...plainEntityMap("ISACTIVE", "Active"),
          isAutoDefault: true,
          conversions: [
            {
              fieldType: "Enum",
              isDefault: true,
              values: new Map([
                ["SourceStrValue", ""],
                ["StagingStrValue", "Yes"],
              ]),
            },
          ],
        },
      ],
      transforms: [{ sequenceNumber: 1, xsltFileName: "map.xslt", xsltResourceFileName: "Resources/map.xslt" }],
    };
    const manifest = { definitionGroupName: "P", description: "", lines: [line] };

    expect(await readManifest(stream(await writeManifest(manifest, noPace)), noPace)).toEqual(manifest);
  });

  test("cannot be written with a control character in it", async () => {
    const manifest = { definitionGroupName: "P\u0001", description: "", lines: [] };

    await expect(writeManifest(manifest, noPace)).rejects.toThrow(
      "DefinitionGroupName holds a character that XML cannot",
    );
  });
});

describe("a manifest is refused", () => {
  test.each([
    [
      "without an entity name",
      "<InputFilePath>W.csv</InputFilePath>",
      /entity 1 \(without a name\): EntityName is missing/,
    ],
    ["with a nil entity name", '<EntityName i:nil="true">x</EntityName>', /EntityName is missing or empty/],
    [
      "without a file",
      "<EntityName>Widgets</EntityName><SourceFormat>CSV</SourceFormat>",
      /\(Widgets\): InputFilePath is/,
    ],
    ["without a source format", "<EntityName>Widgets</EntityName>", /entity 1 \(Widgets\): SourceFormat is missing/],
    ["with a level that is no number", `${minimal}<LevelInExecutionUnit>two</LevelInExecutionUnit>`, /must be a whole/],
    ["with a negative unit", `${minimal}<ExecutionUnit>-1</ExecutionUnit>`, /ExecutionUnit must be a whole number/],
    ["with a flag that is no flag", `${minimal}<Disable>maybe</Disable>`, /Disable must be true or false \(line 1\)/],
    [
      "with a map to no field",
      `${minimal}<EntityMapList><EntityMap><XMLField>A</XMLField></EntityMap></EntityMapList>`,
      /EntityField is missing/,
    ],
  ])("%s", async (_what, members, message) => {
    await expect(lineOf(members)).rejects.toEqual(
      expect.objectContaining({ code: "badXml", message: expect.stringMatching(message) }),
    );
  });

  test("with more entities than a package can hold files of", async () => {
    const line = `<DataManagementPackageEntityData>${minimal}</DataManagementPackageEntityData>`;
    const withLines = (count: number): string =>
      `<DataManagementPackageManifest><PackageEntityList>${line.repeat(count)}</PackageEntityList></DataManagementPackageManifest>`;

    expect((await manifestOf(withLines(2_000))).lines).toHaveLength(2_000);
    await expect(manifestOf(withLines(2_001))).rejects.toThrow(
      "Manifest.xml names more than 2000 entities. Send them in several packages.",
    );
  });

  test("with another root element", async () => {
    await expect(manifestOf("<html/>")).rejects.toThrow(
      "begins with <html> instead of <DataManagementPackageManifest>",
    );
  });

  test.each([
    [
      "",
      "characters of its encoding (UTF-8), first on line 1. Save it in UTF-8, or with its encoding in the first line",
    ],
    ['<?xml version="1.0" encoding="utf-8"?>', "characters of its encoding (utf-8)"],
    ['<?xml version="1.0" encoding="EBCDIC-CP-US"?>', 'names the encoding "EBCDIC-CP-US", which is not known here'],
    ['<?xml version="1.0" encoding="windows-9999"?>', "Code page 9999 is not known"],
  ])("by its name and with what to do when its bytes are not what %j says", async (declaration, text) => {
    const bytes = Buffer.from(`${declaration}<A>\xe9</A>`, "latin1");

    const error: unknown = await readManifest(stream(bytes), noPace).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringContaining(text) });
    expect(error).toMatchObject({ message: expect.stringMatching(/^Manifest\.xml(?!.*source format)/u) });
  });

  test("unless the line with a gap is disabled", async () => {
    const [line] = (await lineOf("<EntityName>Widgets</EntityName><Disable>true</Disable>")).lines;

    expect(line).toMatchObject({ isDisabled: true, inputFilePath: "" });
  });
});

test("the header and the manifest of a package are files of its zip, found in any case", async () => {
  const archive = await openPackageZip(bytesInMemory(await fixture("Widget import.zip")));

  const header = await readHeader(archive.open("packageheader.XML"), noPace);
  const manifest = await readManifest(archive.open("MANIFEST.xml"), noPace);

  expect(header).toMatchObject({ description: "Widget import", packageType: "DefinitionGroup", packageVersion: 2 });
  expect(manifest.lines.map((line) => line.inputFilePath)).toEqual(["Widget groups.xml", "Widgets.csv"]);
});
