import { describe, expect, test } from "vitest";
import { openCsv } from "../../shared/formats/csvReader.ts";
import { csv } from "../support/formats.ts";
import { columnDelimiters, type DelimitedFormat } from "../../shared/domain/sourceFormats/delimited.ts";
import { collectRows } from "../support/rows.ts";
import { noPace } from "../support/pace.ts";

async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}

async function read(text: string, format: Partial<DelimitedFormat> = {}) {
  const reader = await openCsv(inPieces(Buffer.from(text), 7), { ...csv, ...format }, noPace);
  return { columns: reader.columns, rows: await collectRows(reader.batches) };
}

const cellsOf = async (text: string, format: Partial<DelimitedFormat> = {}) =>
  (await read(text, format)).rows.map((row) => row.cells);

const failure = (code: string, line: number | null, message: RegExp) =>
  expect.objectContaining({ code, line, message: expect.stringMatching(message) });

describe("a delimited file", () => {
  test.each([
    [
      "rows that end in CRLF",
      "A,B\r\n1,2\r\n3,4\r\n",
      [
        ["1", "2"],
        ["3", "4"],
      ],
    ],
    [
      "rows that end in LF",
      "A,B\n1,2\n3,4\n",
      [
        ["1", "2"],
        ["3", "4"],
      ],
    ],
    ["a last row without an end", "A,B\r\n1,2", [["1", "2"]]],
    ["a quoted last cell without an end", 'A,B\r\n1,"2"', [["1", "2"]]],
    ["a quoted last cell before half a CRLF", 'A,B\r\n1,"2"\r', [["1", "2"]]],
    ["a delimiter inside qualifiers", 'A,B\r\n"1,5",2\r\n', [["1,5", "2"]]],
    ["doubled qualifiers", 'A,B\r\n"say ""hi""",""""\r\n', [['say "hi"', '"']]],
    ["line breaks inside qualifiers", 'A,B\r\n"1\r\n2\n3","4"\r\n', [["1\r\n2\n3", "4"]]],
    [
      "empty cells",
      'A,B\r\n,\r\n"",\r\n',
      [
        ["", ""],
        ["", ""],
      ],
    ],
    ["spaces, which belong to the cell", "A,B\r\n 1 , 2\r\n", [[" 1 ", " 2"]]],
    ["a qualifier in the middle of a cell, as text", 'A,B\r\n5" pipe,x"y"\r\n', [['5" pipe', 'x"y"']]],
    ["a lone CR, as text", "A,B\r\n1\r2,\r3\r\n", [["1\r2", "\r3"]]],
    [
      "rows that end in CR alone",
      'A,B\r1,"x\ry"\r"2",3\r4,5',
      [
        ["1", "x\ry"],
        ["2", "3"],
        ["4", "5"],
      ],
    ],
    [
      "rows that end in CR at first, and otherwise later",
      "A,B\r1,2\r\n3,4\n5,6\r",
      [
        ["1", "2"],
        ["3", "4"],
        ["5", "6"],
      ],
    ],
    [
      "rows that end in CR CR LF",
      'A,B\r\r\n1,2\r\r\n3,"4"\r\r\n5,6\r\r',
      [
        ["1", "2"],
        ["3", "4"],
        ["5", "6"],
      ],
    ],
    ["letters beyond ASCII", "A,B\r\nZoë,日本😀\r\n", [["Zoë", "日本😀"]]],
    [
      "blank lines, which are skipped",
      "\r\nA,B\r\n\r\n1,2\n\n\r\n3,4\r\n\r\n",
      [
        ["1", "2"],
        ["3", "4"],
      ],
    ],
    ["a quoted empty cell alone, which is no blank line", 'A\r\n""\r\nx\r\n', [[""], ["x"]]],
    ["a header and nothing else", "A,B\r\n", []],
  ])("is read with %s", async (_what, text, expected) => {
    expect(await cellsOf(text)).toEqual(expected);
  });

  test.each(["semicolon", "tab", "verticalBar", "colon"] as const)("is read with %ss", async (columnDelimiter) => {
    const mark = columnDelimiters[columnDelimiter];
    const text = ["A", "B"].join(mark) + "\r\n" + ["1,5", `"x${mark}y"`].join(mark);

    expect(await cellsOf(text, { columnDelimiter })).toEqual([["1,5", `x${mark}y`]]);
  });

  test("is read with another text qualifier, or with none", async () => {
    expect(await cellsOf("A,B\r\n'1,5','it''s \"x\"'\r\n", { textQualifier: "'" })).toEqual([["1,5", 'it\'s "x"']]);
    expect(await cellsOf('A,B\r\n"1","2\r\n', { textQualifier: null })).toEqual([['"1"', '"2']]);
  });

  test("gives each row the line on which it begins", async () => {
    const { rows } = await read('A,B\r\n1,2\r\n\r\n"x\r\ny","z\nz"\r\n3,4\r\n');

    expect(rows.map((row) => row.line)).toEqual([2, 4, 7]);
  });

  test("without a header row has numbered columns", async () => {
    expect(await read("1,2\r\n", { hasHeader: false })).toEqual({
      columns: ["Column1", "Column2"],
      rows: [{ line: 1, cells: ["1", "2"] }],
    });
  });

  test("without a header row and without a row holds nothing that could be counted as done", async () => {
    await expect(read("\r\r\n\n", { hasHeader: false })).rejects.toEqual(failure("DMF2053", null, /holds no row/));
  });

  test("has its column names trimmed, and may call them __proto__ or constructor", async () => {
    expect((await read("__proto__, constructor \r\n1,2\r\n")).columns).toEqual(["__proto__", "constructor"]);
  });
});

describe("a malformed row", () => {
  test.each([
    ["too few columns", "1,2", "DMF1999"],
    ["too many columns", "1,2,3,4", "DMF2018"],
    ["text after a closing qualifier", '1,"2"x,3', "DMF2018"],
    ["a space after a closing qualifier", '1,"2" ,3', "DMF2018"],
  ])("with %s is rejected alone", async (_what, bad, code) => {
    const { rows } = await read(`A,B,C\r\n${bad}\r\n4,5,6\r\n`);

    expect(rows[0]).toMatchObject({ line: 2, problem: { code } });
    expect(rows[1]).toEqual({ line: 3, cells: ["4", "5", "6"] });
  });

  test("keeps all its text in its cells", async () => {
    const { rows } = await read('A,B\r\n"1"x"y,2"\r\n');

    expect(rows[0]?.cells).toEqual(['1x"y', '2"']);
  });
});

test("columns are told apart by the letters that they have, not by what those are in capitals", async () => {
  expect((await read("Straße,STRASSE\r\n1,2\r\n")).columns).toEqual(["Straße", "STRASSE"]);
});

test("columns may have no name, or the same one: nobody needs to map them", async () => {
  const { columns, rows } = await read("Item,,ITEM, \r\n1,2,3,4\r\n");

  expect(columns).toEqual(["Item", "", "ITEM", ""]);
  expect(rows[0]?.cells).toEqual(["1", "2", "3", "4"]);
});

describe("a file that is no delimited text is refused", () => {
  test.each([
    ["empty", "", "DMF2053", null, /is empty/],
    ["with blank lines only", "\r\n\r\n", "FF004", 1, /no header row/],
    ["with a header of no names", "\n,,\r\n1,2,3\r\n", "FF004", 2, /None of its columns has a name/],
    ["with text after a qualifier in its header", '"A"x,B\r\n', "FF004", 1, /Column 1 has text after/],
    ["that is a zip", "PK\u0003\u0004rest", "DMF1855", null, /found a zip archive/],
    ["that is XML", '<?xml version="1.0"?><Document/>', "DMF1855", null, /found an XML document/],
    ["that is XML without a declaration", "\uFEFF\r\n<Document/>", "DMF1855", null, /found an XML document/],
    ["with a zero byte", "A,B\r\n1,2\r\n3,\0\r\n", "DMF1855", 3, /zero byte on line 3/],
    [
      "with a qualifier that is never closed",
      'A,B\r\n"1\n",2\r\n3,"4\r\n5,6\r\n',
      "unclosedQuote",
      4,
      /opens on line 4/,
    ],
    ["with an open qualifier at its end", 'A,B\r\n1,"', "unclosedQuote", 2, /never closed/],
  ])("%s", async (_what, text, code, line, message) => {
    await expect(read(text)).rejects.toEqual(failure(code, line, message));
  });

  test("and its source is closed", async () => {
    let isClosed = false;
    async function* source() {
      try {
        yield Buffer.from(",\r\n".repeat(100_000));
        yield Buffer.from("never reached");
      } finally {
        isClosed = true;
      }
    }

    await expect(openCsv(source(), csv, noPace)).rejects.toThrow("None of its columns has a name");

    expect(isClosed).toBe(true);
  });
});

test("reading stops at the source when the caller stops early", async () => {
  let isClosed = false;
  async function* source() {
    try {
      for (let part = 0; part < 1_000; part += 1) yield Buffer.from("A,B\r\n".repeat(100_000));
    } finally {
      isClosed = true;
    }
  }
  const reader = await openCsv(source(), { ...csv, hasHeader: false }, noPace);

  for await (const batch of reader.batches) {
    expect(batch.count).toBeLessThanOrEqual(64 * 1024);
    break;
  }

  expect(isClosed).toBe(true);
});
