import { beforeEach, expect, test } from "vitest";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import { writeZip } from "../../shared/formats/zipWriter.ts";
import { csv } from "../support/formats.ts";
import { packageTemplate } from "../../shared/usecases/samples/packageTemplate.ts";
import { customerGroups, exportProject, importProject, packageJob, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts, noon } from "../support/memoryPorts.ts";
import { define, defineLines, importFile, recordsOf, textOf } from "./world.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

async function template(): Promise<Uint8Array> {
  return collectBytes((await packageTemplate(ports, importProject.name)).read(), 1e6, "the template");
}

/** The package with other bytes for one of its files. */
async function filled(bytes: Uint8Array, name: string, content: string): Promise<Uint8Array> {
  const archive = await openPackageZip(bytesInMemory(bytes));
  async function* files() {
    for (const entry of archive.entries) {
      const own = entry.name === name;
      yield { name: entry.name, bytes: own ? Buffer.from(content) : archive.open(entry.name) };
    }
  }
  return collectBytes(writeZip(files(), { modifiedAt: noon }), 1e6, "the package");
}

test("the template of an import project has its header, its manifest and a file of column names", async () => {
  const archive = await openPackageZip(bytesInMemory(await template()));

  expect(archive.entries.map(({ name }) => name)).toEqual(["PackageHeader.xml", "Manifest.xml", "Customer groups.csv"]);
  expect(await textOf(archive.open("Customer groups.csv"))).toBe(
    "CUSTOMERGROUPID,DESCRIPTION,ISSALESTAXINCLUDED,CREDITLIMIT\r\n",
  );
});

test("a template is a package as it is, and is imported once it is filled", async () => {
  const bytes = await template();
  const empty = await importFile(ports, bytes, { entity: undefined }, packageJob);
  const file = "CUSTOMERGROUPID,DESCRIPTION,ISSALESTAXINCLUDED,CREDITLIMIT\r\n10,Wholesale,Yes,5\r\n";
  const full = await importFile(
    ports,
    await filled(bytes, "Customer groups.csv", file),
    { entity: undefined },
    packageJob,
  );

  expect([empty.message.state, full.message.state]).toEqual(["Processed", "Processed"]);
  expect(await recordsOf(ports, customerGroups)).toEqual([["10", "Wholesale", "Yes", "5"]]);
});

test("a template has the columns of the line's map, by number in a format without a header row", async () => {
  await define(ports, "format", "Bare", { ...csv, name: "Bare", hasHeader: false });
  const fieldMap = [
    { field: "CUSTOMERGROUPID", column: "Column1", ignoreBlank: false },
    { field: "DESCRIPTION", defaultValue: "none", ignoreBlank: false },
    { field: "CREDITLIMIT", column: "Column2", ignoreBlank: false },
  ];
  await defineLines(ports, [{ format: "Bare", fieldMap }]);
  const bytes = await filled(await template(), "Customer groups.csv", "10,7\r\n");
  await importFile(ports, bytes, { entity: undefined }, packageJob);

  expect(await recordsOf(ports, customerGroups)).toEqual([["10", "none", "", "7"]]);
});

test.each([
  ["of an export", exportProject.name, undefined, "name a project that imports"],
  ["without an enabled line", importProject.name, [{ isEnabled: false }], "has no enabled line"],
])("there is no template of a project %s", async (_what, name, lines, text) => {
  if (lines) await defineLines(ports, lines);

  await expect(packageTemplate(ports, name)).rejects.toMatchObject({
    code: "invalid",
    message: expect.stringContaining(text),
  });
});
