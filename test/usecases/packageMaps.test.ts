import { beforeEach, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { FieldMap } from "../../shared/domain/fieldMapLine.ts";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { exportJob, exportProject, line, packageJob, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import {
  define,
  defineLines,
  importFile,
  manifestOf,
  newestExport,
  packageOf,
  recordsOf,
  runNow,
  textOf,
} from "./world.ts";
import { bytesInMemory } from "../../shared/formats/randomAccess.ts";
import { openPackageZip } from "../../shared/formats/zipReader.ts";
import { sampleProject } from "../../shared/usecases/samples/sampleProject.ts";
import { bytesOf, importProject, operator } from "../support/definitions.ts";

const vendors: DataEntity = {
  name: "Vendors",
  aotName: "VendorEntity",
  isPerCompany: false,
  isChangeTracked: false,
  fields: [
    { name: "ID", type: "string", isKey: true, isRequired: true },
    { name: "TERMS", type: "integer", isKey: false, isRequired: false },
    {
      name: "KIND",
      type: "enum",
      isKey: false,
      isRequired: false,
      enumValues: [
        { symbol: "Person", value: 0, label: "A person" },
        { symbol: "Firm", value: 1, label: "A firm" },
      ],
    },
    { name: "NOTE", type: "string", isKey: false, isRequired: false },
  ],
};
const records = [
  ["A", "30", "Person", "x,y"],
  ["B", "60", "Firm", ""],
  ["C", "0", "", "1"],
];
const file = 'ID,TERMS,KIND,NOTE\r\nA,30,Person,"x,y"\r\nB,60,Firm,\r\nC,0,,1\r\n';
const named = { entityName: "Vendors", inputFilePath: "rows.csv" };
const exported: FieldMap = [
  { field: "NOTE", column: "Remark", ignoreBlank: true, textQualifier: "always" },
  {
    field: "TERMS",
    column: "Payment",
    ignoreBlank: false,
    conversions: [
      { source: "at once", value: "0" },
      { source: "N30", value: "30" },
    ],
  },
  { field: "KIND", column: "Kind", ignoreBlank: false, useEnumLabel: true },
  { field: "ID", column: "Number", ignoreBlank: false },
];

let ports: TestPorts;

async function begin(): Promise<void> {
  ports = memoryPorts();
  await seed(ports);
  await define(ports, "entity", vendors.name, vendors);
  await defineLines(ports, [{ entity: vendors.name }]);
}

beforeEach(begin);

async function exportedPackage(): Promise<Buffer> {
  await importFile(ports, await packageOf(manifestOf(named), { "rows.csv": file }), { entity: undefined }, packageJob);
  const lines = [{ ...line, entity: vendors.name, refreshType: "full" as const, fieldMap: exported }];
  await define(ports, "project", exportProject.name, { ...exportProject, lines });
  await runNow(ports, exportJob);
  const message = (await newestExport(ports, exportJob))!;
  return Buffer.from(await collectBytes(ports.files.read("outbound", message.file!), 1e6, "the package"));
}

test("an exported package has its columns in the order, under the names and in the texts of its map", async () => {
  const archive = await openPackageZip(bytesInMemory(await exportedPackage()));

  expect(await textOf(archive.open("Vendors.csv"))).toBe(
    'Remark,Payment,Kind,Number\r\n"x,y",N30,A person,A\r\n"",60,A firm,B\r\n"1",at once,,C\r\n',
  );
});

test("a package that was exported through a map is imported by the map in its manifest as what it was", async () => {
  const bytes = await exportedPackage();
  await begin();
  const { message, execution } = await importFile(ports, bytes, { entity: undefined }, packageJob);

  expect(message).toMatchObject({ state: "Processed" });
  expect(execution!.warnings).toEqual([]);
  expect(await recordsOf(ports, vendors)).toEqual(records);
});

test("a sample package gives its line the map that its manifest has, conversions and all", async () => {
  const bytes = await exportedPackage();
  const upload = { fileName: "a.zip", entity: undefined, format: undefined, body: bytesOf(bytes) };
  const { project, lines } = await sampleProject(ports, importProject.name, upload, operator);

  expect(lines).toMatchObject([{ entity: "Vendors", isValid: true, errors: [] }]);
  expect(project.value.lines.find(({ entity }) => entity === "Vendors")?.fieldMap).toEqual(exported);
});
