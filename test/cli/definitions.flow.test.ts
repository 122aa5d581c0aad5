import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { folderOf, shop } from "../definitions/folders.ts";
import { memoryFetch } from "../definitions/memoryApi.ts";
import { run } from "./terminal.ts";

const metadata = `<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="Microsoft.Dynamics.DataEntities" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="SiteV2"><Key><PropertyRef Name="dataAreaId"/><PropertyRef Name="SiteId"/></Key>
<Property Name="dataAreaId" Type="Edm.String"/><Property Name="SiteId" Type="Edm.String"/><Property Name="Logo" Type="Edm.Binary"/>
</EntityType>
<EntityContainer Name="Resources"><EntitySet Name="SitesV2" EntityType="Microsoft.Dynamics.DataEntities.SiteV2"/></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>`;

describe("definitions at the command line", () => {
  test("bring a service to what a folder says, and write a folder of what it has", async () => {
    const surroundings = { fetch: await memoryFetch() };
    const [folder, copy] = [await folderOf(shop), await folderOf({})];

    const planned = await run(["plan", folder, "--check"], surroundings);
    const applied = await run(["apply", folder], surroundings);
    const again = await run(["plan", folder, "--check", "--json"], surroundings);
    const exported = await run(["export", copy, "--as-json"], surroundings);

    expect(planned).toMatchObject({ code: 1, err: "" });
    expect(planned.out).toContain('+ data entity "Order headers"\n');
    expect(planned.out).toContain("9 to create, 0 to change, 0 to delete, 0 as they are to be.");
    expect(applied.out.split("\n").at(-1)).toBe("9 written, 0 refused, 0 as they were to be.");
    expect(again).toMatchObject({ code: 0, json: { steps: [], unchanged: 9, kept: [] } });
    expect(exported).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(`${copy}/formats/bars.json`, "utf8"))).toMatchObject({ columnDelimiter: "|" });
    expect(await run(["plan", copy, "--check", "--prune"], surroundings)).toMatchObject({ code: 0 });
  });

  test("have the values of an environment in them, and stay as they are written when they are exported", async () => {
    const surroundings = { fetch: await memoryFetch() };
    const bars =
      "name: Bars of ${who} $${who}\nlanguage: ${language}\ncolumnDelimiter: ${delimiter}\nhasHeader: ${hasHeader}\n";
    const folder = await folderOf({
      "formats/bars.yaml": bars,
      "prod.yaml": "who: Us\nlanguage: de-DE\ndelimiter: ';'\nhasHeader: false\n",
      "other.yaml": "who: Us\nlanguage: de-DE\ndelimiter: '|'\nhasHeader: false\n",
    });
    const [values, others] = [
      ["--values", `${folder}/prod.yaml`],
      ["--values", `${folder}/other.yaml`],
    ] as const;

    const without = await run(["plan", folder], surroundings);
    const applied = await run(["apply", folder, ...values], surroundings);
    const planned = await run(["plan", folder, ...others], surroundings);
    const exported = await run(["export", folder, ...values], surroundings);

    expect(without.code).toBe(2);
    expect(without.err).toContain(
      "formats/bars.yaml:2: language: There is no value for ${language}: give a file of values",
    );
    expect(applied.out).toContain("1 written, 0 refused");
    expect(planned.out.split("\n")[1]).toBe("    ~ columnDelimiter: ; → |");
    expect(exported.out).toBe("0 files written, 1 as they were.");
    expect(await readFile(`${folder}/formats/bars.yaml`, "utf8")).toBe(bars);
    const changed = await run(["export", folder, ...others], surroundings);
    expect(changed.out).toContain("! formats/bars.yaml: columnDelimiter: the placeholder stands for something else");
    expect(await readFile(`${folder}/formats/bars.yaml`, "utf8")).toMatch(
      /name: Bars of \$\{who\} \$\$\{who\}\nlanguage: \$\{language\}\ncolumnDelimiter: ;\n/,
    );
  });

  test("are not read with values that are none", async () => {
    const folder = await folderOf({ ...shop, "bad.yaml": "who: Us\ndelimiter:\n", "list.yaml": "- a\n" });

    for (const [file, reason] of [
      ["bad.yaml", "bad.yaml:2: delimiter: It has no value."],
      ["list.yaml", "Values stand as `name: value`."],
      ["nowhere.yaml", "nowhere.yaml"],
    ] as const) {
      const { code, err } = await run(["plan", folder, "--values", `${folder}/${file}`]);
      expect({ code, isSaid: err.includes(reason) }).toEqual({ code: 2, isSaid: true });
    }
  });

  test("tell each member that changes", async () => {
    const surroundings = { fetch: await memoryFetch() };
    await run(["apply", await folderOf(shop)], surroundings);
    const changed = { ...shop, "formats/bars.json": '{ "name": "Bars", "columnDelimiter": ";" }' };

    const { out } = await run(["plan", await folderOf(changed)], surroundings);

    expect(out.split("\n").slice(0, 2)).toEqual(['~ source data format "Bars"', "    ~ columnDelimiter: | → ;"]);
  });

  test("end with 5 where the service refuses one, and say which", async () => {
    const surroundings = { fetch: await memoryFetch() };
    const folder = await folderOf({
      "projects/a.yaml": "name: A\ndirection: import\nlines: [{ entity: B, format: CSV }]\n",
    });

    const { code, out } = await run(["apply", folder], surroundings);

    expect(code).toBe(5);
    expect(out).toContain(
      '! data project "A": Data project "A" cannot be saved: lines[0].entity: There is no data entity "B".',
    );
  });

  test("make a project of a manifest, once its entities are there", async () => {
    const surroundings = { fetch: await memoryFetch() };
    const manifest = path.resolve(import.meta.dirname, "../fixtures/Manifest.utf8-handmade.xml");
    const make = ["projects", "import", manifest, "--name", "From a package"];
    const entity = (name: string, aotName: string, fields: readonly string[]) => {
      const members = fields.map((field, at) => ({ name: field, type: "string", isKey: at === 0 }));
      return JSON.stringify({ name, aotName, fields: members });
    };
    const widgets = ["WIDGETID", "WIDGETGROUPID", "NAME", "ISACTIVE", "UNITPRICE", "INTRODUCEDDATE"];

    const lacking = await run(make, surroundings);
    const folder = await folderOf({
      "entities/groups.json": entity("Widget groups", "DemoWidgetGroupEntity", ["WIDGETGROUPID", "DESCRIPTION"]),
      "entities/widgets.json": entity("Widgets", "DemoWidgetEntity", widgets),
    });
    await run(["apply", folder], surroundings);
    const made = await run(make, surroundings);
    const again = await run([...make, "--replace", "--json"], surroundings);

    expect(lacking).toMatchObject({
      code: 5,
      err: expect.stringContaining('The project "From a package" is not made'),
    });
    expect(made).toMatchObject({ code: 0, err: "" });
    expect(made.out).toMatch(/^\+ Widget groups\n\+ Widgets\n/u);
    expect(again).toMatchObject({ code: 0, json: { project: "From a package", isValid: true } });
  });

  test("make data entities of the sets of a metadata document, as files or on the service", async () => {
    const surroundings = { fetch: await memoryFetch() };
    const folder = await folderOf({ "metadata.xml": metadata });
    const file = `${folder}/metadata.xml`;
    const chosen = ["entities", "import", file, "--only", "SitesV2=Sites V2:InventOperationalSiteV2Entity"];

    const listed = await run(["entities", "list", file], surroundings);
    const written = await run([...chosen, "--to", `${folder}/definitions`], surroundings);
    const stored = await run(chosen, surroundings);
    const planned = await run(["plan", `${folder}/definitions`, "--check"], surroundings);

    expect(listed).toMatchObject({ code: 0, out: "SitesV2" });
    expect(written.out).toContain("+ entities/sites-v2.yaml\n");
    expect(written.err).toBe('SitesV2, data entity "Sites V2": Logo (Edm.Binary) is left out.');
    expect(stored).toMatchObject({ code: 0, out: expect.stringContaining('+ data entity "Sites V2"') });
    expect(planned).toMatchObject({ code: 0 });
  });

  test.each([
    [["entities", "import", "metadata.xml"], "Which of its sets?"],
    [["entities", "import", "metadata.xml", "--only", "A=B=C"], '"A=B=C" is no set'],
    [["projects", "import", "Manifest.xml"], "Say projects import FILE --name NAME."],
    [["plan"], "Say one folder of definitions."],
    [["apply", "/nowhere"], "no such file or directory"],
    [["export"], "Say one folder to write to."],
  ])("end %j with 2 and a reason", async (args, reason) => {
    const { code, err } = await run(args);

    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(reason) });
  });
});
