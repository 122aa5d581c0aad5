import { beforeEach, describe, expect, test } from "vitest";
import { customerGroups, seed } from "../support/definitions.ts";
import { memoryPorts, type TestPorts } from "../support/memoryPorts.ts";
import { rowsOf, workbook } from "../support/workbooks.ts";
import { type Answer, type Call, manageApp } from "./manageApp.ts";

let ports: TestPorts;
let call: (method: string, address: string, call?: Call) => Promise<Answer>;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
  call = await manageApp(ports);
});

const attempt = (bytes: string | Uint8Array, format = "CSV", query = "") =>
  call("POST", `formats/${encodeURIComponent(format)}/try?filename=rows.csv${query}`, { bytes });

const german = { name: "German", kind: "delimited", columnDelimiter: "semicolon", codePage: 1252, language: "de-DE" };

function formOf(format: object, file: string | Uint8Array): Call {
  const parts = [
    `--x\r\nContent-Disposition: form-data; name="format"\r\n\r\n${JSON.stringify(format)}\r\n`,
    '--x\r\nContent-Disposition: form-data; name="file"; filename="rows.csv"\r\n\r\n',
    file,
    "\r\n--x--\r\n",
  ];
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return { bytes, headers: { "content-type": "multipart/form-data; boundary=x" } };
}

describe("a try-out of a format", () => {
  test("shows the first rows of a file, what its columns seem to hold, and how it was read", async () => {
    const { status, json } = await attempt("\ufeffPRICE,DAY\r\n1.5,2026-11-26\r\n2,2026-11-27\r\n", "csv", "&limit=1");

    expect(status).toBe(200);
    expect(json).toMatchObject({
      format: "CSV",
      fileName: "rows.csv",
      encoding: { codePage: 65001, isShownByFile: true },
      columns: [
        { name: "PRICE", type: "real" },
        { name: "DAY", type: "date" },
      ],
      rows: [{ line: 2, cells: ["1.5", "2026-11-26"], problems: [] }],
      errors: [],
      rowsRead: 2,
      rowsWithProblems: 0,
      isWhole: true,
    });
  });

  test("names rows that cannot be taken apart by their lines, and shows their text", async () => {
    const { json } = await attempt('ID,NAME\r\n1\r\n2,a,b\r\n3,"x"y\r\n4,ok\r\n');

    expect(json).toMatchObject({ rowsRead: 4, rowsWithProblems: 3 });
    expect(json.problems.map(({ line, code }: { line: number; code: string }) => [line, code])).toEqual([
      [2, "DMF1999"],
      [3, "DMF2018"],
      [4, "DMF2018"],
    ]);
    expect(json.rows[0]).toMatchObject({ raw: "1", problems: [{ code: "DMF1999" }] });
  });

  test("says by column which values an entity would not take", async () => {
    const { json } = await attempt(
      "CustomerGroupId,CreditLimit\r\n10,many\r\n20,1.5\r\n",
      "CSV",
      "&entity=customer groups",
    );

    expect(json.problems).toMatchObject([{ line: 2, column: "CreditLimit", field: "CREDITLIMIT", code: "DMF2018" }]);
  });

  test("asks for no column that an entity requires, and says where none is called like a field", async () => {
    const part = await attempt("CreditLimit\r\nmany\r\n", "CSV", `&entity=${customerGroups.aotName}`);
    const none = await attempt("A,B\r\n1,2\r\n", "CSV", `&entity=${customerGroups.aotName}`);

    expect(part.json).toMatchObject({ errors: [], problems: [{ column: "CreditLimit" }] });
    expect(none.json).toMatchObject({ errors: [], problems: [], rowsRead: 1 });
    expect(none.json.warnings).toContain('No column is called like a field of entity "Customer groups".');
  });

  test("answers what ends the reading, with the rows before it", async () => {
    const { status, json } = await attempt('ID,NAME\r\n1,a\r\n2,"never closed\r\n');

    expect(status).toBe(200);
    expect(json.errors).toMatchObject([{ code: "unclosedQuote", line: 3 }]);
    const zipped = await attempt(workbook({ rows: rowsOf(["ID"], ["1"]) }));
    expect(zipped.json).toMatchObject({ errors: [{ code: "DMF1855" }], rows: [], columns: [] });
  });

  test("reads each kind of format, also without an entity", async () => {
    const xml = '<?xml version="1.0" encoding="iso-8859-1"?><Document><A><ID>1</ID></A><A><ID>2</ID></A></Document>';
    const asXml = await attempt(xml, "XML-Element");
    const asExcel = await attempt(workbook({ rows: rowsOf(["ID"], ["1"]) }), "EXCEL");

    expect(asXml.json).toMatchObject({ encoding: { codePage: 28591 }, columns: [{ name: "ID" }], rowsRead: 2 });
    expect(asExcel.json).toMatchObject({ columns: [{ name: "ID" }], rowsRead: 1 });
    expect(asExcel.json).not.toHaveProperty("encoding");
  });

  test("takes a format that is not saved, in front of the file", async () => {
    const file = Buffer.from("ID;PREIS;TAG\r\n1;1.234,50;26.11.2026\r\nfür;2;27.11.2026\r\n", "latin1");

    const { status, json } = await call("POST", "formats/German/try", formOf(german, file));

    expect(status).toBe(200);
    expect(json).toMatchObject({
      format: "German",
      fileName: "rows.csv",
      encoding: { codePage: 1252, isShownByFile: false },
      columns: [{ type: "string" }, { type: "real" }, { type: "date" }],
      rows: [{ line: 2 }, { cells: ["für", "2", "27.11.2026"] }],
    });
    expect(await ports.definitions.find("format", "German")).toBeUndefined();
  });

  test("refuses a format that could not be saved, by its members", async () => {
    const tried = (changes: object) => call("POST", "formats/German/try", formOf({ ...german, ...changes }, "ID\r\n"));

    expect((await tried({ timeZone: "Nowhere" })).json.errors).toMatchObject([{ path: "timeZone" }]);
    expect((await tried({ codePage: "x" })).json.errors).toMatchObject([{ path: "codePage" }]);
    expect((await tried({ name: "Other" })).status).toBe(400);
  });

  test("refuses an empty file, and names what is not there", async () => {
    expect((await attempt("")).status).toBe(400);
    expect((await attempt("ID\r\n", "Nobody")).status).toBe(404);
    expect((await attempt("ID\r\n", "CSV", "&entity=Nobody")).json.errors).toMatchObject([{ path: "entity" }]);
  });

  test("looks at so many rows and no more", async () => {
    const { json } = await attempt(`ID\r\n${"1\r\n".repeat(10_001)}`);

    expect(json).toMatchObject({ rowsRead: 10_000, isWhole: false });
  });

  test("is for whoever may look", async () => {
    const { status } = await call("POST", "formats/CSV/try", { bytes: "ID\r\n1\r\n", roles: ["Integration.Read"] });

    expect(status).toBe(200);
  });
});
