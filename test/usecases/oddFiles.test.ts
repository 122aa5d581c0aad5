import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { csv } from "../support/formats.ts";
import { inferEntity } from "../../shared/usecases/samples/inferEntity.ts";
import { sampleProject } from "../../shared/usecases/samples/sampleProject.ts";
import { bytesOf, importProject, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, defineLines, importFile, recordsOf } from "./world.ts";

// Files that hold here and there what nobody meant: they are imported as they are, and a warning says where to look.

const names: DataEntity = {
  name: "Names",
  aotName: "NameEntity",
  isPerCompany: false,
  isChangeTracked: false,
  fields: [
    { name: "ID", type: "string", isKey: true, isRequired: true },
    { name: "NAME", type: "string", isKey: false, isRequired: false },
  ],
};
const western = { ...csv, name: "Western", codePage: 1252 };

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
  await define(ports, "entity", names.name, names);
  await define(ports, "format", western.name, western);
});

async function warningsOf(rows: string | Uint8Array, format = "CSV"): Promise<readonly string[]> {
  await defineLines(ports, [{ entity: names.name, format }]);
  const { execution } = await importFile(ports, rows, { entity: names.name, externalIdentifier: "n.csv" });
  return execution!.warnings;
}

const header = "ID,NAME\r\n";

describe("an import warns, with the line, of", () => {
  test.each([
    [
      "a byte order mark inside the file",
      `${header}1,a\r\n\uFEFF2,b\r\n3,x\uFEFFy\r\n`,
      "2 cells hold a byte order mark, the first on line 3",
    ],
    [
      "a second byte order mark at its beginning",
      `\uFEFF\uFEFF${header}1,a\r\n`,
      "one cell holds a byte order mark, the first on line 1",
    ],
    [
      "carriage returns too many",
      'ID,NAME\r\n1,a\r\r\n2,"b"\r\r\n"3",c\r\n',
      "2 rows end in one carriage return too many (CR CR LF), the first on line 2",
    ],
    [
      "no-break blanks before or behind a value",
      `${header}1,a b\r\n2\u00a0,b\r\n3,\u202fc\r\n4,d\u2007\r\n`,
      "3 cells hold a no-break blank at the beginning or the end, the first on line 3",
    ],
    ["the word NULL", `${header}1,a\r\n2,NULL\r\n3,"NULL"\r\n`, "2 cells hold the word NULL, the first on line 3"],
  ])("%s", async (_what, rows, text) => {
    expect(await warningsOf(rows)).toEqual([expect.stringContaining(`n.csv: ${text}`)]);
  });

  test("a file that could not be read to its end, too", async () => {
    const warnings = await warningsOf(`${header}1,NULL\r\n${"2,b\r\n".repeat(50_000)}3,"never closed\r\n`);

    expect(warnings).toEqual([expect.stringContaining("the first on line 2")]);
  });

  test("each kind once", async () => {
    const warnings = await warningsOf(`${header}1,NULL\r\r\n2\u00a0,\uFEFFb\r\r\n${"3,NULL\r\r\n".repeat(20_000)}`);

    expect(warnings).toHaveLength(4);
    expect(warnings).toContainEqual(expect.stringMatching(/20001 cells hold the word NULL, the first on line 2\./));
    expect(warnings).toContainEqual(expect.stringMatching(/20002 rows end in .*the first on line 2,/));
  });
});

test.each([
  ["plain", `${header}1,a\r\n`],
  ["with a byte order mark at its beginning", `\uFEFF${header}1,a\r\n`],
  ["with no-break blanks inside its values", `${header}1,10\u00a0km\r\n`],
  ["with words that hold NULL", `${header}1,NULLS\r\n2,null\r\n3,ANNULLED\r\n4,NUL\r\n`],
  ["with letters of every kind", `${header}1,M\u00fcller\r\n2,\u4e2d\u6587\r\n3,\u0416\r\n`],
  ["with CRs at the end of its last row alone", `${header}1,a\r\r`],
  ["with line breaks inside its values", `${header}1,"a\r\r\nb"\r\n`],
])("an import does not warn of a file %s", async (_what, rows) => {
  expect(await warningsOf(rows)).toEqual([]);
});

describe("a file in a code page of single bytes", () => {
  const latin = (text: string) => Buffer.from(text, "latin1");

  test("that is UTF-8 is stored as it is read, with a warning that says so", async () => {
    const warnings = await warningsOf(
      Buffer.from(`${header}1,Anna\r\n2,M\u00fcller\r\n3,S\u00f8ren\r\n`),
      western.name,
    );

    expect(warnings).toEqual([
      expect.stringMatching(/^n\.csv: 2 cells hold what looks like UTF-8.*the first on line 3:.*65001/),
    ]);
    expect((await recordsOf(ports, names))[1]).toEqual(["2", "M\u00c3\u00bcller"]);
  });

  test("may hold some rows of UTF-8 among its own", async () => {
    const rows = Buffer.concat([latin(`${header}1,M\u00fcller\r\n2,B\u00e4r\r\n`), Buffer.from("3,S\u00f8ren\r\n")]);

    expect(await warningsOf(rows, western.name)).toEqual([expect.stringMatching(/one cell holds .*on line 4:/)]);
  });

  test.each([
    ["letters", latin(`${header}1,M\u00fcller\r\n2,CAF\u00c9\r\n3,\u00c5ngstr\u00f6m\r\n`)],
    ["a sign that by chance reads as a letter of UTF-8", latin(`${header}1,M\u00fcller\r\n2,NESCAF\u00c9\u00ae\r\n`)],
    ["signs that are no letters", Buffer.from(`${header}1,20 \u00b0C\r\n`)],
    ["nothing but ASCII", latin(`${header}1,a\r\n`)],
  ])("gives no warning for %s", async (_what, rows) => {
    expect(await warningsOf(rows, western.name)).toEqual([]);
  });

  test.each([
    [1251, "\u0416\u0443\u043a"],
    [1250, "D\u0105b"],
    [850, "M\u00fcller"],
    [28591, "M\u00fcller"],
  ])("is judged by its own page: %i", async (codePage, name) => {
    await define(ports, "format", "Page", { ...western, name: "Page", codePage });

    expect(await warningsOf(Buffer.from(`${header}1,${name}\r\n`), "Page")).toEqual([
      expect.stringContaining("on line 2"),
    ]);
  });

  test("that no text of the page can be is refused with the page that it may be", async () => {
    await defineLines(ports, [{ entity: names.name, format: western.name }]);
    const { message } = await importFile(ports, Buffer.from(`${header}1,\u00c1gnes\r\n`), { entity: names.name });

    expect(message.lastError).toMatch(/not in code page 1252.*it looks like UTF-8, which is 65001/);
  });

  test.each([932, 936, 949, 950, 65_001])("is none where characters have several bytes: %i", async (codePage) => {
    await define(ports, "format", "Page", { ...western, name: "Page", codePage });

    expect(await warningsOf(Buffer.from(`${header}1,a\u4e2d\r\n`), "Page")).toEqual([]);
  });
});

describe("a sample", () => {
  const rows = Buffer.from(`${header}1,M\u00fcller\r\n2,NULL\r\n`);
  const expected = [
    expect.stringMatching(/^The sample: one cell holds the word NULL, the first on line 3/),
    expect.stringMatching(/^The sample: one cell holds what looks like UTF-8.*on line 2/),
  ];

  test("warns of the same when an entity is inferred of it", async () => {
    const { warnings } = await inferEntity(ports, "New names", western.name, bytesOf(rows));

    expect(warnings).toEqual(expected);
  });

  test("warns of the same when it is checked", async () => {
    await define(ports, "project", importProject.name, { ...importProject, lines: [] });
    const upload = { fileName: "The sample", entity: names.name, format: western.name, body: bytesOf(rows) };
    const { lines } = await sampleProject(ports, importProject.name, upload, operator);

    expect(lines[0]!.warnings).toEqual(expected);
  });
});
