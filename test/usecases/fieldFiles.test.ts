import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import { inferEntity } from "../../shared/usecases/samples/inferEntity.ts";
import { bytesOf, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, defineLines, importFile, recordsOf, resultFile } from "./world.ts";

// Files as programs of all kinds write them.

let ports: TestPorts;

const accounts: DataEntity = {
  name: "Accounts",
  aotName: "AccountEntity",
  isPerCompany: false,
  isChangeTracked: false,
  fields: [
    { name: "ACCOUNT", type: "string", isKey: true, isRequired: true, lengthMax: 20 },
    { name: "NAME", type: "string", isKey: false, isRequired: false, lengthMax: 60 },
    { name: "AMOUNT", type: "real", isKey: false, isRequired: false },
  ],
};

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
  await define(ports, "entity", accounts.name, accounts);
  await defineLines(ports, [{ entity: accounts.name }]);
});

const send = (text: string) => importFile(ports, text, { entity: accounts.name });
const stored = () => recordsOf(ports, accounts);

describe("rows that end in CR alone", () => {
  test.each([
    ["plain", "ACCOUNT,NAME,AMOUNT\r1001,Anna,10.5\r1002,Bo,20\r", false],
    ["quoted", 'ACCOUNT,NAME,AMOUNT\r"1001","Anna",10.5\r"1002","Bo",20\r', false],
    ["that take the place of all others", "ACCOUNT,NAME,AMOUNT\r1001,Anna,10.5\r1002,Bo,20\r", true],
  ])("are rows: %s", async (_what, text, truncateFirst) => {
    await send("ACCOUNT,NAME,AMOUNT\r\n1001,Old one,1\r\n1002,Old two,2\r\n");
    await defineLines(ports, [{ entity: accounts.name, truncateFirst }]);
    const { message, execution } = await send(text);

    expect(message.state).toBe("Processed");
    expect(execution!.entities[0]).toMatchObject({ rowsRead: 2, failed: 0 });
    expect(await stored()).toEqual([
      ["1001", "Anna", "10.5"],
      ["1002", "Bo", "20"],
    ]);
  });
});

test("a CR more before each CRLF is part of no value", async () => {
  await send("ACCOUNT,AMOUNT,NAME\r\r\nC1,1,Oslo\r\r\nC2,2,Bergen\r\r\n");

  expect(await stored()).toEqual([
    ["C1", "Oslo", "1"],
    ["C2", "Bergen", "2"],
  ]);
});

describe("the line in which Excel names the delimiter", () => {
  const inFormat = (format: string) => defineLines(ports, [{ entity: accounts.name, format }]);

  test.each([
    ["sep=;", "sep=;\r\nACCOUNT;NAME;AMOUNT\r\nC1;x;1\r\n"],
    ["filled up to the other rows", "SEP=;;;\r\nACCOUNT;NAME;AMOUNT\r\nC1;x;1\r\n"],
    ["in qualifiers", '"sep=;"\r\nACCOUNT;NAME;AMOUNT\r\nC1;x;1\r\n'],
    ["behind a byte order mark", "\uFEFFsep=;\r\nACCOUNT;NAME;AMOUNT\r\nC1;x;1\r\n"],
  ])("is no row: %s", async (_what, text) => {
    await inFormat("Semicolon");
    const { message, execution } = await send(text);

    expect(message.lastError).toBeUndefined();
    expect(execution!.entities[0]).toMatchObject({ rowsRead: 1, created: 1 });
    expect(await stored()).toEqual([["C1", "x", "1"]]);
  });

  test("refuses the file where it names another delimiter than the format has", async () => {
    const { message } = await send("sep=;\r\nACCOUNT;NAME;AMOUNT\r\nC1;x;1\r\n");

    expect(message.state).toBe("PreProcessingError");
    expect(message.lastError).toContain('"sep=;"');
    expect(message.lastError).toContain("Semicolon");
  });
});

test("a date may be written with a midnight", async () => {
  const dates: DataEntity = {
    ...accounts,
    name: "Dates",
    fields: [
      { name: "ID", type: "string", isKey: true, isRequired: true },
      { name: "D", type: "date", isKey: false, isRequired: false },
    ],
  };
  await define(ports, "entity", dates.name, dates);
  await defineLines(ports, [{ entity: dates.name }]);
  const { message, execution } = await importFile(
    ports,
    "ID,D\r\n1,2011-01-31 00:00:00\r\n2,2011-02-01 00:00:00.000\r\n3,1900-01-01 00:00:00\r\n" +
      "4,2154-12-31 00:00:00\r\n5,2011-01-31T00:00:00\r\n6,2011-01-31 08:30:00\r\n",
    { entity: dates.name },
  );

  expect(message.state).toBe("ProcessedWithErrors");
  expect(execution!.entities[0]).toMatchObject({ failed: 1, firstErrors: [{ line: 7, code: "DMF2016" }] });
  expect(await recordsOf(ports, dates)).toEqual([
    ["1", "2011-01-31"],
    ["2", "2011-02-01"],
    ["3", ""],
    ["4", "2154-12-31"],
    ["5", "2011-01-31"],
  ]);
});

describe("a file that cannot be mapped says what it looks like", () => {
  const rows = "ACCOUNT,NAME,AMOUNT\r\n1001,Anna,10.5\r\n";

  test.each([
    ["delimited by another sign", rows.replaceAll(",", ";"), /delimiter were semicolon.*"Semicolon"/],
    ["delimited by a sign that no format has", rows.replaceAll(",", "|"), /delimiter were verticalBar.*create one/],
    ["in base64", Buffer.from(rows).toString("base64"), /found text in base64: decode it/],
    ["JSON of Logic Apps", '{"$content-type":"text/csv","$content":"QSxC"}', /found JSON with \$content/],
    ["JSON", '[{"ACCOUNT":"1"}]', /found JSON\./],
    ["a form", `--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n${rows}--x--`, /found a multipart form/],
    ["a page", "<!DOCTYPE html><html><body>Sign in</body></html>", /found an HTML page/],
    ["compressed", gzipSync(rows), /found a gzip file/],
  ])("%s", async (_what, body, text) => {
    const { message } = await importFile(ports, body, { entity: accounts.name });

    expect(message.state).toBe("PreProcessingError");
    expect(message.lastError).toMatch(text);
  });
});

describe("a column whose name does not tell it apart", () => {
  test.each([
    ["no name at the end of each line", "ACCOUNT,NAME,\r\nC1,x,\r\n", "Column 3 of the header: no name, so not read."],
    ["no names", " ,ACCOUNT,,NAME\r\na,C1,b,x\r\n", "Columns 1, 3 of the header: no name, so not read."],
    [
      "the name of another one",
      "Note,ACCOUNT,NAME,note \r\na,C1,x,b\r\n",
      'Columns 1, 4 of the header have the same name, "Note", and none of them is read.',
    ],
  ])("since it has %s is passed over with a warning where nothing maps it", async (_what, text, warning) => {
    const { message, execution } = await send(text);

    expect(message.state).toBe("Processed");
    expect(execution!.warnings).toEqual([`groups.csv: ${warning}`]);
    expect(await stored()).toEqual([["C1", "x", ""]]);
  });

  test.each([
    ["by name", undefined, "ACCOUNT,Name,NAME\r\nC1,x,y\r\n"],
    [
      "by a map",
      [
        { field: "ACCOUNT", column: "Id", ignoreBlank: false },
        { field: "NAME", column: "Text", ignoreBlank: false },
      ],
      "Id,Text,TEXT\r\nC1,x,y\r\n",
    ],
  ])(
    "refuses its file where a field is fed from it %s, since it may be the wrong one",
    async (_how, fieldMap, text) => {
      await defineLines(ports, [{ entity: accounts.name, ...(fieldMap && { fieldMap }) }]);
      const { message } = await send(text);

      expect(message.state).toBe("PreProcessingError");
      expect(message.lastError).toMatch(/Columns 2, 3 of the header have the same name.*mapped to field "NAME"/);
      expect(await stored()).toEqual([]);
    },
  );

  test("stays in the file of failed records, which may be mended and pushed again", async () => {
    const { execution } = await send("ACCOUNT,AMOUNT,,Note,Note\r\nC1,x,a,b,c\r\n");
    const failed = await resultFile(ports, execution, "failed", accounts.name);
    const mended = await send(failed.replace("C1,x,a,b,c", "C1,5,a,b,c"));

    expect(failed).toContain("ACCOUNT,AMOUNT,,Note,Note\r\n");
    expect(mended.message.state).toBe("Processed");
    expect(await stored()).toEqual([["C1", "", "5"]]);
  });

  test("is no field of an entity that is inferred, and the map leaves it out", async () => {
    const text = "Id,Note,,Name,NOTE,\r\n1,a,b,x,c,\r\n2,a,b,y,c,\r\n";
    const proposed = await inferEntity(ports, "Things", "CSV", bytesOf(text));

    expect(proposed.columns.map(({ column }) => column)).toEqual(["Id", "Name"]);
    expect(proposed.fieldMap.map(({ column }) => column)).toEqual(["Id", "Name"]);
    expect(proposed.warnings).toEqual([
      "Columns 3, 6 of the header: no name, so not read.",
      'Columns 2, 5 of the header have the same name, "Note", and none of them is read.',
    ]);
  });
});
