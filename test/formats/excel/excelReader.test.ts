import { describe, expect, test } from "vitest";
import { bytesOf, customerGroups } from "../../support/definitions.ts";
import { noPace } from "../../support/pace.ts";
import { collectRows } from "../../support/rows.ts";
import {
  type Crafted,
  openWorkbook,
  rowsInWorkbook,
  rowsOf,
  workbook,
  workbookParts,
} from "../../support/workbooks.ts";
import { openExcel } from "../../../shared/formats/excel/excelReader.ts";
import { craftZip } from "../craftedZip.ts";

const header = ["ID", "VALUE"];

/** What the one cell of a row comes out as, or why the row is refused. */
async function valueOf(cell: string, crafted: Crafted = {}): Promise<string> {
  const [row] = await rowsInWorkbook({ rows: rowsOf(header, ["1", cell]), ...crafted });
  return row?.problem?.message ?? row?.cells[1] ?? "no row";
}

function opening(crafted: Crafted, sheetName?: string) {
  const of = { entity: customerGroups, expected: [], ...(sheetName !== undefined && { sheetName }) };
  return openWorkbook(workbook(crafted), of);
}

describe("a cell", () => {
  test.each([
    ["an inline text", "<c t='inlineStr'><is><t>Wholesale</t></is></c>", "Wholesale"],
    [
      "runs of formatted text",
      "<c t='inlineStr'><is><r><t>Whole</t></r><r><rPr><b/></rPr><t>sale</t></r></is></c>",
      "Wholesale",
    ],
    ["a phonetic hint", "<c t='inlineStr'><is><t>課</t><rPh sb='0' eb='1'><t>カ</t></rPh></is></c>", "課"],
    ["entities and CDATA", "<c t='inlineStr'><is><t>a&amp;b &#x41;<![CDATA[<c>]]></t></is></c>", "a&b A<c>"],
    ["escaped characters", "<c t='inlineStr'><is><t>a_x000D_\nb_x005F_x0041_</t></is></c>", "a\r\nb_x0041_"],
    ["both halves of an escaped character", "<c t='inlineStr'><is><t>_xD83D__xDE00_</t></is></c>", "😀"],
    ["half of one, which is left", "<c t='inlineStr'><is><t>_xD83D_</t></is></c>", "_xD83D_"],
    ["blanks around a text", "<c t='inlineStr'><is><t xml:space='preserve'> a </t></is></c>", " a "],
    ["a whole number", "<c><v>12</v></c>", "12"],
    ["a long whole number", "<c><v>1234567890123456789</v></c>", "1234567890123456789"],
    ["what a binary fraction leaves", "<c><v>0.30000000000000004</v></c>", "0.3"],
    ["a price as Excel saves it", "<c><v>1.1000000000000001</v></c>", "1.1"],
    ["an exponent", "<c><v>1.5E-7</v></c>", "0.00000015"],
    ["a large exponent", "<c><v>1E+20</v></c>", "100000000000000000000"],
    ["a whole number as other programs write it", "<c><v>7.0</v></c>", "7"],
    ["zero below zero", "<c><v>-0</v></c>", "0"],
    ["true", "<c t='b'><v>1</v></c>", "Yes"],
    ["false", "<c t='b'><v>0</v></c>", "No"],
    ["a date of ISO 8601", "<c t='d'><v>2026-01-31T08:30:00</v></c>", "2026-01-31T08:30:00"],
    ["a formula's number", "<c><f>A1+1</f><v>3</v></c>", "3"],
    ["a formula's text", "<c t='str'><f>A1&amp;B1</f><v>x</v></c>", "x"],
    ["a formula's empty text", "<c t='str'><f>A1&amp;B1</f><v></v></c>", ""],
    ["a format alone", "<c s='0'/>", ""],
  ])("with %s reads as that", async (_what, cell, expected) => {
    expect(await valueOf(cell)).toBe(expected);
  });

  test.each([
    [
      "an error",
      "<c t='e'><v>#N/A</v></c>",
      'Cell Customer_groups!B2, column "VALUE", holds the error #N/A. Mend its formula, or type its value.',
    ],
    [
      "an error that is none",
      "<c t='e'><v>&lt;script&gt;</v></c>",
      'Cell Customer_groups!B2, column "VALUE", holds an error. Mend its formula, or type its value.',
    ],
    [
      "a formula without a value",
      "<c><f>SUM(A1:A9)</f></c>",
      expect.stringContaining('Customer_groups!B2, column "VALUE", holds a formula that was never calculated'),
    ],
    [
      "a formula that calls",
      '<c><f>WEBSERVICE("http://example.org")</f></c>',
      expect.stringContaining("never calculated"),
    ],
    ["a number that is none", "<c><v>12,5</v></c>", expect.stringContaining("holds what is no number")],
    ["a truth value that is none", "<c t='b'><v>2</v></c>", expect.stringContaining("neither true nor false")],
  ])("with %s rejects its row by name", async (_what, cell, expected) => {
    expect(await valueOf(cell)).toEqual(expected);
  });

  test("of a column that feeds nothing rejects no row", async () => {
    const rows = rowsOf(["CUSTOMERGROUPID", "REMARK"], ["10", "<c t='e'><v>#REF!</v></c>"]);
    const of = { entity: customerGroups, expected: ["CustomerGroupId"] };

    expect(await rowsInWorkbook({ rows }, of)).toEqual([{ line: 2, cells: ["10", ""] }]);
  });

  test("of shared text reads as that text", async () => {
    const strings =
      "<si><t>ID</t></si><si><r><t>Who</t></r><r><t>le</t></r><rPh sb='0' eb='1'><t>x</t></rPh></si><si><t>_x0041_</t></si>";
    const rows = rowsOf(["<c t='s'><v>0</v></c>", "VALUE"], ["<c t='s'><v>1</v></c>", "<c t='s'><v>2</v></c>"]);

    expect(await rowsInWorkbook({ rows, strings })).toEqual([{ line: 2, cells: ["Whole", "A"] }]);
  });

  test.each(["1", "0x", "-0", " "])("that refers to a text that is not there ends the file: %s", async (number) => {
    await expect(valueOf(`<c t='s'><v>${number}</v></c>`, { strings: "<si><t>a</t></si>" })).rejects.toThrow(
      "row 2 refers to a shared text",
    );
  });
});

describe("a number with the format of a date", () => {
  const formats = ["0", "14", "20", "22", "46", "164", "165", "166", "167", "168"]
    .map((id) => `<xf numFmtId="${id}"/>`)
    .join("");
  const numberFormats = [
    [164, "[$-407]dd.mm.yyyy;@"],
    [165, "yyyy\\-mm\\-dd\\ hh:mm:ss.000"],
    [166, "#,##0.00&quot; days&quot;"],
    [167, "mmm"],
    [168, "0.00E+00"],
  ]
    .map(([id, code]) => `<numFmt numFmtId="${id}" formatCode="${code}"/>`)
    .join("");
  const styled = (style: number, value: string) =>
    valueOf(`<c s='${style}'><v>${value}</v></c>`, { formats, numberFormats });

  test.each([
    [1, "46053", "2026-01-31"],
    [1, "46053.5", "2026-01-31T12:00:00"],
    [1, "1", "1900-01-01"],
    [1, "59", "1900-02-28"],
    [1, "61", "1900-03-01"],
    [1, "2958465", "9999-12-31"],
    [2, "0.354166666666667", "08:30:00"],
    [2, "0.99999999999", "1900-01-01T00:00:00"],
    [3, "46053.3541666667", "2026-01-31T08:30:00"],
    [3, "46053", "2026-01-31T00:00:00"],
    [4, "1.5", "36:00:00"],
    [5, "46053", "2026-01-31"],
    [6, "46053.354166678", "2026-01-31T08:30:00.001"],
    [7, "46053", "46053"],
    [8, "46053", "2026-01-31"],
    [9, "46053", "46053"],
    [0, "46053", "46053"],
  ])("in style %i reads %s as %s", async (style, value, expected) => {
    expect(await styled(style, value)).toBe(expected);
  });

  test.each(["60", "0", "-1", "2958466", "1E+300"])("is refused where it is no day: %s", async (value) => {
    expect(await styled(1, value)).toContain("no day of the calendar");
  });

  test("counts from 1904 where the workbook does", async () => {
    const from1904 = { formats, numberFormats, workbookPr: 'date1904="1"' };

    expect(await valueOf("<c s='1'><v>0</v></c>", from1904)).toBe("1904-01-01");
    expect(await valueOf("<c s='1'><v>44591</v></c>", from1904)).toBe("2026-01-31");
  });
});

describe("the rows of a sheet", () => {
  test("begin below the first row that holds anything, and blank ones are no rows", async () => {
    const rows =
      "<row r='3'><c r='A3' s='0'/></row><row r='4'><c r='A4' t='str'><v>ID</v></c></row><row r='9'><c r='A9'><v>1</v></c></row><row r='10'/><row r='11'><c r='A11' t='inlineStr'><is><t/></is></c></row>";

    expect(await rowsInWorkbook({ rows })).toEqual([{ line: 9, cells: ["1"] }]);
  });

  test("and their cells need no references", async () => {
    const rows =
      "<row><c t='str'><v>ID</v></c><c t='str'><v>VALUE</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row>";

    expect(await rowsInWorkbook({ rows })).toEqual([{ line: 2, cells: ["1", "2"] }]);
  });

  test("may leave out cells, and hold styles behind the header", async () => {
    const rows = rowsOf(header, ["", "b"], ["a", "", "<c s='1'/>"]);

    expect((await rowsInWorkbook({ rows })).map(({ cells }) => cells)).toEqual([
      ["", "b"],
      ["a", ""],
    ]);
  });

  test("are rejected where a value stands behind the header", async () => {
    const [row] = await rowsInWorkbook({ rows: rowsOf(header, ["1", "2", "stray"]) });

    expect(row?.problem?.message).toBe(
      "Cell Customer_groups!C2 holds a value, but the header row ends with column B. Name the column, or empty the cell.",
    );
    expect(row?.raw).toBe("1\t2");
  });

  test("read the same in elements with a prefix", async () => {
    const parts = {
      "xl/worksheets/sheet1.xml":
        '<x:worksheet xmlns:x="urn:x"><x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>ID</x:v></x:c></x:row><x:row r="2"><x:c r="A2"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>',
    };

    expect(await rowsInWorkbook({ parts })).toEqual([{ line: 2, cells: ["1"] }]);
  });

  test("read the same in UTF-16", async () => {
    const text = workbookParts({ rows: rowsOf(header, ["Gdańsk", "😀"]) })
      .get("xl/worksheets/sheet1.xml")!
      .toString();
    const parts = { "xl/worksheets/sheet1.xml": Buffer.from(`\ufeff${text.replace("UTF-8", "UTF-16")}`, "utf16le") };

    expect(await rowsInWorkbook({ parts })).toEqual([{ line: 2, cells: ["Gdańsk", "😀"] }]);
  });

  test("are the same however the file's bytes arrive", async () => {
    const rows = rowsOf(header, ...Array.from({ length: 30 }, (_, index) => [String(index), `Ü${index}&amp;`]));
    const file = workbook({ rows });
    async function* oneByOne() {
      for (const byte of file) yield Uint8Array.of(byte);
    }
    const whole = await collectRows(
      (await openExcel(bytesOf(file), { entity: undefined, expected: [] }, noPace)).batches,
    );

    expect(whole).toHaveLength(30);
    expect(
      await collectRows((await openExcel(oneByOne(), { entity: undefined, expected: [] }, noPace)).batches),
    ).toEqual(whole);
  });

  test("come in several batches, none of which cuts a row", async () => {
    const strings = `<si><t>${"x".repeat(3000)}</t></si>`;
    const long = "<c t='s'><v>0</v></c>";
    const rows = rowsOf(header, ...Array.from({ length: 600 }, (_, index) => [String(index), long]));
    const reader = await openWorkbook(workbook({ rows, strings }));
    const found: string[] = [];
    let [batches, largest] = [0, 0];
    for await (const batch of reader.batches) {
      batches += 1;
      largest = Math.max(largest, batch.ends[batch.count * batch.width - 1]!);
      for (let index = 0; index < batch.count; index += 1) {
        const place = index * batch.width;
        found.push(batch.bytes.toString("utf8", batch.starts[place], batch.ends[place]));
        expect(batch.ends[place + 1]! - batch.starts[place + 1]!).toBe(3000);
      }
    }

    expect(batches).toBeGreaterThan(3);
    expect(largest).toBeLessThan(300 * 1024);
    expect(found).toEqual(Array.from({ length: 600 }, (_, index) => String(index)));
  });

  test("that are hidden, or in merged cells, are read with a warning", async () => {
    const rows = `<cols><col min="2" max="9" hidden="1"/></cols><sheetData>${rowsOf(header, ["1", "a"], ["2", "b"]).replace('<row r="3"', '<row r="3" hidden="true"')}</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells>`;
    const reader = await openWorkbook(workbook({ rows }));
    const found = await collectRows(reader.batches);

    expect(found).toHaveLength(2);
    expect(reader.oddities()).toEqual([
      { kind: "hiddenColumn", line: 1, count: 1 },
      { kind: "hiddenRow", line: 3, count: 1 },
      { kind: "mergedCells", line: 1, count: 1 },
    ]);
  });
});

describe("the header row", () => {
  test("names the columns, also where a cell is a number or left out", async () => {
    const { columns } = await opening({ rows: rowsOf([" Id ", "", "<c><v>2026</v></c>", "", ""]) });

    expect(columns).toEqual(["Id", "", "2026"]);
  });

  test("needs only the shared texts that it names", async () => {
    const strings = `<si><t>ID</t></si><si><t>never`;
    const parts = { "xl/sharedStrings.xml": `<sst>${strings}` };
    const rows = rowsOf(["<c t='s'><v>0</v></c>"], ["<c t='s'><v>1</v></c>"]);
    const reader = await openWorkbook(workbook({ rows, parts }));

    expect(reader.columns).toEqual(["ID"]);
    await expect(collectRows(reader.batches)).rejects.toThrow("it is cut short (xl/sharedStrings.xml");
  });

  test.each([
    ["no row", "", "DMF2053", 'Sheet "Customer_groups" is empty'],
    [
      "an error",
      rowsOf(["<c t='e'><v>#N/A</v></c>"]),
      "FF004",
      "row 1, cannot be used. Cell Customer_groups!A1 holds the error #N/A",
    ],
    ["no name", rowsOf(["  "]), "FF004", "None of its columns has a name"],
    [
      "256 columns",
      `<row>${"<c t='str'><v>A</v></c>".repeat(256)}</row>`,
      "DMF2009",
      "256 columns, more than the 255 allowed",
    ],
  ])("with %s refuses the file", async (_what, rows, code, message) => {
    await expect(opening({ rows })).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe("the sheet", () => {
  const named = (...names: readonly string[]) => names.map((name) => ({ name, rows: rowsOf([name]) }));

  test.each([
    ["of the name that is asked for, in any case", named("A", "Sales 2026"), "SALES 2026", "Sales 2026"],
    ["of a name as a database driver writes it", named("A", "Sales 2026"), "'Sales 2026$'", "Sales 2026"],
    ["that is called like the entity", named("Notes", "customer_groups"), undefined, "customer_groups"],
    ["that comes first", named("Notes", "Other"), undefined, "Notes"],
    ["that is visible", [{ ...named("Notes")[0]!, state: "hidden" }, ...named("Other")], undefined, "Other"],
  ])("is the one %s", async (_what, sheets, sheetName, column) => {
    expect((await opening({ sheets }, sheetName)).columns).toEqual([column]);
  });

  test("that is named and missing is an error that lists the sheets", async () => {
    await expect(opening({ sheets: named("Notes", "Other") }, "Groups")).rejects.toMatchObject({
      code: "badWorkbook",
      message:
        'Sheet "Groups" is not in the workbook; it has: Notes, Other. Rename the sheet, or change the sheet name of the entity line.',
    });
  });

  test("that is hidden is read where it is the only one, with a warning", async () => {
    const reader = await opening({ sheets: [{ name: "A", rows: rowsOf(["A"], ["1"]), state: "veryHidden" }] });
    await collectRows(reader.batches);

    expect(reader.oddities()).toEqual([{ kind: "hiddenSheet", line: 1, count: 1 }]);
  });
});

describe("a file that is no workbook", () => {
  const cfb = (text: string) =>
    Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(600), Buffer.from(text, "utf16le")]);
  test.each([
    ["nothing", Buffer.alloc(0), "DMF2053", "The file is empty"],
    ["text", Buffer.from("ID,VALUE\r\n"), "DMF1855", "Expected an Excel workbook (.xlsx), found text."],
    ["an old workbook", cfb("Workbook"), "DMF1855", "found an Excel 97-2003 workbook (.xls)"],
    ["an encrypted one", cfb("EncryptedPackage"), "badWorkbook", "is encrypted with a password"],
    ["a package", craftZip([{ name: "Manifest.xml", data: Buffer.from("<a/>") }]), "DMF1855", "found a data package"],
    [
      "another zip",
      craftZip([{ name: "a.txt", data: Buffer.from("a") }]),
      "DMF1855",
      "found a zip archive without a workbook",
    ],
    [
      "an OpenDocument spreadsheet",
      craftZip([{ name: "META-INF/manifest.xml", data: Buffer.from("<a/>") }]),
      "DMF1855",
      "found an OpenDocument file, such as .ods",
    ],
    [
      "a binary workbook",
      workbook({ parts: { "xl/workbook.bin": "x" } }),
      "DMF1855",
      "an Excel binary workbook (.xlsb)",
    ],
    [
      "a document",
      workbook({ contentType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml" }),
      "DMF1855",
      "a Word document",
    ],
    ["macros by content", workbook({ parts: { "xl/vbaProject.bin": "x" } }), "badWorkbook", "holds macros (.xlsm)"],
    [
      "macros by type",
      workbook({ contentType: "application/vnd.ms-excel.sheet.macroEnabled.main+xml" }),
      "badWorkbook",
      "holds macros (.xlsm)",
    ],
    [
      "links to others",
      workbook({ parts: { "xl/externalLinks/externalLink1.xml": "<a/>" } }),
      "badWorkbook",
      "links to other workbooks",
    ],
    [
      "a sheet that is missing",
      workbook({ parts: { "xl/worksheets/sheet1.xml": null } }),
      "badWorkbook",
      'it has no part "xl/worksheets/sheet1.xml"',
    ],
  ])("is refused by name: %s", async (_what, file, code, message) => {
    await expect(openWorkbook(file)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
