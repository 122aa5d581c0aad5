import { beforeEach, describe, expect, test } from "vitest";
import { saveProject } from "../../shared/usecases/definitions/saveProject.ts";
import { saveStylesheet } from "../../shared/usecases/definitions/saveStylesheet.ts";
import { removeStylesheet } from "../../shared/usecases/definitions/removeDefinition.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { retryMessage } from "../../shared/usecases/operate/retryMessage.ts";
import { exportProject, importJob, importProject, line, operator, packageJob, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { groupsFromSender, stylesheet } from "../support/stylesheets.ts";
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
  upkeep,
} from "./world.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

async function save(name: string, content: string) {
  const stored = await ports.definitions.find("stylesheet", name);
  return saveStylesheet(ports, { name, description: "", content }, stored ? "any" : undefined, operator);
}

async function apply(...stylesheets: readonly string[]): Promise<void> {
  await defineLines(ports, [{ format: "XML-Element", stylesheets }]);
}

const groups = `<?xml version="1.0" encoding="utf-8"?><groups><group no="10"><title>Wholesale</title></group>
  <group no="20"><title>Grün &amp; more</title></group></groups>`;
const stored = async () => (await recordsOf(ports)).map(([id, description]) => [id, description]);

describe("an import through a stylesheet", () => {
  test("reads what the stylesheet makes of the file, and names the version that it went through", async () => {
    await save("From sender", groupsFromSender);
    await apply("From sender");
    const { message, execution } = await importFile(ports, groups);

    expect(message.state).toBe("Processed");
    expect(await stored()).toEqual([
      ["10", "Wholesale"],
      ["20", "Grün & more"],
    ]);
    expect(execution!.entities[0]!.stylesheets).toEqual(["From sender"]);
    expect(execution!.versions!.stylesheets).toMatchObject([{ name: "From sender", version: 1 }]);
  });

  test("gives each stylesheet the output of the one before", async () => {
    const renamed = stylesheet(
      `<xsl:template match="/"><groups><xsl:for-each select="customers/c"><group no="{.}"><title>T</title></group></xsl:for-each></groups></xsl:template>`,
    );
    await save("Rename", renamed);
    await save("From sender", groupsFromSender);
    await apply("Rename", "From sender");
    await importFile(ports, "<customers><c>7</c></customers>");

    expect(await stored()).toEqual([["7", "T"]]);
  });

  test("reads a file in whichever encoding it declares", async () => {
    await save("From sender", groupsFromSender);
    await apply("From sender");
    const text = groups.replace("utf-8", "windows-1252");
    await importFile(ports, Buffer.from(text, "latin1"));

    expect(await stored()).toContainEqual(["20", "Grün & more"]);
  });

  test("stores what came out once for an attempt, for all that read it later, and until its retention ends", async () => {
    const broken = stylesheet(`<xsl:template match="/"><Document><xsl:for-each select="groups/group">
      <CustCustomerGroupEntity><CustomerGroupId>1</CustomerGroupId><CreditLimit>x</CreditLimit></CustCustomerGroupEntity>
      </xsl:for-each><CustCustomerGroupEntity><CustomerGroupId>2</CustomerGroupId></CustCustomerGroupEntity></Document></xsl:template>`);
    await save("Broken", broken);
    await apply("Broken");
    let transformations = 0;
    const { transformer } = ports;
    const counting = {
      ...transformer,
      transform: (...given: Parameters<typeof transformer.transform>) => {
        transformations += 1;
        return transformer.transform(...given);
      },
    };
    Object.assign(ports, { transformer: counting });
    const { message, execution } = await importFile(ports, groups);
    await runNow(ports);
    const again = await look(ports, message.id);

    expect(again.message.state).toBe("ProcessedWithErrors");
    expect(await resultFile(ports, execution, "succeeded")).toContain("<CUSTOMERGROUPID>2</CUSTOMERGROUPID>");
    expect(transformations).toBe(0);
    await retryMessage(ports, importJob.activityId, message.id, operator, { rows: "rejected" });
    await ports.drain();
    expect((await look(ports, message.id)).execution!.entities[0]).toMatchObject({ rowsRead: 2, failed: 2 });
    ports.advance(ports.settings.retentionMs + 60_000);
    await upkeep(ports);
    expect((await ports.ground.blobs("executions").list("", { limit: 10 })).items).toEqual([]);
  });

  test("takes back a mended file of rejected rows, which is in no need of it any more", async () => {
    await save("From sender", groupsFromSender);
    await apply("From sender");
    const { execution } = await importFile(ports, groups.replace('no="10"', 'no="12345678901"'));
    const failed = await resultFile(ports, execution, "failed");
    await importFile(ports, failed.replace(",12345678901,", ",10,"));

    expect(await stored()).toContainEqual(["10", "Wholesale"]);
  });

  test.each([
    ["makes no XML", `<xsl:template match="/">just text</xsl:template>`, "It begins: <?xml"],
    [
      "ends itself",
      `<xsl:template match="/"><xsl:message terminate="yes">No group</xsl:message></xsl:template>`,
      "No group",
    ],
    [
      "asks for what there is not",
      `<xsl:template match="/"><D><xsl:value-of select="foo(1)"/></D></xsl:template>`,
      "foo",
    ],
    [
      "calls itself for ever",
      `<xsl:template match="/"><xsl:call-template name="r"/></xsl:template><xsl:template name="r"><xsl:call-template name="r"/></xsl:template>`,
      "for ever",
    ],
  ])(
    "ends before its first record where a stylesheet %s, and says which one and what came out",
    async (_, inner, what) => {
      await save("Own", stylesheet(inner));
      await apply("Own");
      const { message } = await importFile(ports, groups);

      expect(message.state).toBe("PreProcessingError");
      expect(message.lastError).toContain('tylesheet "Own"');
      expect(message.lastError).toContain(what);
    },
  );

  test("of other XML than records imports none, and says so", async () => {
    await save("Own", stylesheet(`<xsl:template match="/"><a>text</a></xsl:template>`));
    await apply("Own");
    const { message, execution } = await importFile(ports, groups);

    expect(message.state).toBe("Processed");
    expect(execution!.warnings).toContainEqual(expect.stringContaining("the file holds no records"));
  });

  test("refuses a file with a DOCTYPE, one that is no XML, and one that is too large for it", async () => {
    await save("From sender", groupsFromSender);
    await apply("From sender");
    const ends = async (file: string) => (await importFile(ports, file)).message.lastError;

    expect(await ends(`<?xml version="1.0"?>\n<!DOCTYPE g [<!ENTITY a "b">]>${groups.slice(38)}`)).toContain("DOCTYPE");
    expect(await ends("no,xml\r\n1,2\r\n")).toContain('Stylesheet "From sender"');
    const messageId = await push(ports, groups);
    await runJobNow(ports, importJob.activityId, operator);
    await ports.drain({ transformer: { ...ports.transformer, documentBytesMax: 10 } });
    expect((await look(ports, messageId)).message.lastError).toContain("goes through a stylesheet, is larger than");
  });

  test("takes the stylesheets of a package where its line has none, in the order of their numbers", async () => {
    const line1 = {
      sourceFormat: "XML-Element",
      inputFilePath: "groups.xml",
      transforms: [
        { sequenceNumber: 2, xsltFileName: "b.xsl", xsltResourceFileName: "b.xsl" },
        { sequenceNumber: 1, xsltFileName: "C:\\x\\a.xsl", xsltResourceFileName: "a.xsl" },
      ],
    };
    const rename = stylesheet(
      `<xsl:template match="/"><groups><group no="{x}"><title>T</title></group></groups></xsl:template>`,
    );
    await defineLines(ports, [{ format: "XML-Element" }]);
    const job = { ...packageJob, project: importProject.name };
    const files = { "groups.xml": "<x>5</x>", "Resources/A.xsl": rename, "Resources/b.xsl": groupsFromSender };
    const { message, execution } = await importFile(
      ports,
      await packageOf(manifestOf(line1), files),
      { entity: undefined },
      job,
    );

    expect(message.state).toBe("Processed");
    expect(await stored()).toEqual([["5", "T"]]);
    expect(execution!.entities[0]!.stylesheets).toEqual(["Resources/A.xsl", "Resources/b.xsl"]);
    const evil = { ...files, "Resources/b.xsl": stylesheet(`<xsl:include href="x"/>`) };
    const refused = await importFile(ports, await packageOf(manifestOf(line1), evil), { entity: undefined }, job);
    expect(refused.message.lastError).toContain("xsl:include is not allowed");
    const { "Resources/b.xsl": _, ...without } = files;
    const missing = await importFile(ports, await packageOf(manifestOf(line1), without), { entity: undefined }, job);
    expect(missing.message.lastError).toContain("b.xsl, which is not among the package's resources");
  });
});

describe("a stylesheet", () => {
  test("that does not compile, or may not be here, is not saved", async () => {
    await expect(
      save("A", stylesheet(`<xsl:template match="/"><xsl:value-of select="a["/></xsl:template>`)),
    ).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("could not compile select expression 'a['"),
    });
    await expect(save("A", stylesheet(`<xsl:import href="x"/>`))).rejects.toMatchObject({
      members: [{ path: "content", message: expect.stringMatching(/^Line 1, column \d+: xsl:import/) }],
    });
    expect(await ports.definitions.find("stylesheet", "A")).toBeUndefined();
  });

  test("that a line applies is not removed, and is applied to XML alone, on its way in", async () => {
    await save("Own", groupsFromSender);
    const project = { ...importProject, lines: [{ ...line, format: "XML-Element", stylesheets: ["own"] }] };
    const saved = await saveProject(ports, project, "any", operator);

    expect(saved.definition.value.lines[0]!.stylesheets).toEqual(["Own"]);
    await expect(removeStylesheet(ports, "Own", "any", operator)).rejects.toMatchObject({ code: "conflict" });
    const paths = async (changed: object) =>
      saveProject(ports, { ...project, ...changed }, "any", operator).then(
        () => [],
        (error: { members: readonly { path: string }[] }) => error.members.map(({ path }) => path),
      );
    expect(await paths({ lines: [{ ...line, format: "CSV", stylesheets: ["Own"] }] })).toEqual([
      "lines[0].stylesheets",
    ]);
    expect(await paths({ lines: [{ ...line, format: "XML-Element", stylesheets: ["Nope"] }] })).toEqual([
      "lines[0].stylesheets[0]",
    ]);
    const exported = { ...exportProject, lines: [{ ...line, format: "XML-Element", stylesheets: ["Own"] }] };
    await expect(saveProject(ports, exported, "any", operator)).rejects.toMatchObject({
      members: [{ path: "lines[0].stylesheets" }],
    });
  });

  test("that changes while an execution is on its way is applied as it was when that began", async () => {
    await save("Own", groupsFromSender);
    await apply("Own");
    const { execution } = await importFile(ports, groups);
    await save("Own", stylesheet(`<xsl:template match="/"><Document/></xsl:template>`));

    expect(await resultFile(ports, execution, "succeeded")).toContain("Wholesale");
    expect((await importFile(ports, groups)).execution!.entities[0]!.rowsRead).toBe(0);
    await define(ports, "project", importProject.name, { ...importProject, lines: [line] });
  });
});
