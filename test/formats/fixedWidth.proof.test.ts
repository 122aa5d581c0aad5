import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linesOf, type RecordLines } from "../../shared/domain/recordLines.ts";
import { formatProblems } from "../../shared/domain/sourceFormat.ts";
import {
  alignments,
  type FixedColumn,
  fixedWidthFormat,
  type FixedWidthFormat,
  valueOfCell,
} from "../../shared/domain/sourceFormats/fixedWidth.ts";
import { rowDelimiters } from "../../shared/domain/sourceFormats/textFile.ts";
import type { RecordsOf } from "../../shared/formats/fileFormat.ts";
import { fileFormatOf } from "../../shared/formats/fileFormats.ts";
import { customerGroups } from "../support/definitions.ts";
import { noPace } from "../support/pace.ts";
import { collectRows } from "../support/rows.ts";

type Records = readonly (readonly string[])[];

const column = (name: string, width: number, alignment: FixedColumn["alignment"] = "left"): FixedColumn => ({
  name,
  width,
  alignment,
});
const items: FixedWidthFormat = {
  ...fixedWidthFormat,
  name: "Items",
  columns: [column("ID", 4), column("NAME", 6), column("PRICE", 6, "right")],
};
const nobody: RecordsOf = { entity: undefined, expected: [] };

async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}

async function read(file: string | Uint8Array, format: FixedWidthFormat = items, pieceBytes = 5, of = nobody) {
  const reader = await fileFormatOf(format).open(inPieces(Buffer.from(file), pieceBytes), of, noPace);
  return { columns: reader.columns, rows: await collectRows(reader.batches), oddities: reader.oddities() };
}

async function* batchesOf(records: Records): AsyncGenerator<RecordLines> {
  for (const values of records) yield linesOf([{ key: "", number: 0, values }]);
}

async function write(
  columns: readonly string[],
  records: Records,
  format: FixedWidthFormat = items,
  defaults?: readonly string[],
  of: RecordsOf = nobody,
) {
  const chunks: Uint8Array[] = [];
  const writer = fileFormatOf(format).createWriter(of, noPace);
  for await (const chunk of writer.write(columns, batchesOf(records), defaults)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const names = ["ID", "NAME", "PRICE"];

describe("a file of fixed width", () => {
  test("is cut by its columns, and loses the blanks at the end that its alignment fills", async () => {
    const { columns, rows } = await read("0010Screw   4.50\r\n0020 Nut\t  12   \r\n");

    expect(columns).toEqual(names);
    expect(rows).toEqual([
      { line: 1, cells: ["0010", "Screw", "4.50"] },
      { line: 2, cells: ["0020", " Nut\t", "12   "] },
    ]);
  });

  test("counts characters, whatever the code page makes of them", async () => {
    const text = "é😀日本e\u0301uml  1,5 €\n";
    const cells = ["é😀日本", "e\u0301uml", "1,5 €"];

    for (const codePage of [65001, 1200, 1201, 12000, 12001, 65000]) {
      const file = await write(names, [cells], { ...items, codePage });

      expect((await read(file, { ...items, codePage })).rows).toEqual([{ line: 1, cells }]);
    }
    expect((await read(text)).rows).toEqual([{ line: 1, cells }]);
    expect(
      (await read(Buffer.from("\xfcber\xe4\xf6\xfc   \x80   5 \r\n", "latin1"), { ...items, codePage: 1252 })).rows,
    ).toEqual([{ line: 1, cells: ["über", "äöü", "€   5 "] }]);
  });

  test("rejects a short and a long line, with what it has and should have, and reads the others", async () => {
    const { rows } = await read("0010Screw   4.50\n\n0020Nut   12.00 \n0030\n   \n0040Nut    12.00");

    expect(rows.map(({ line, problem }) => [line, problem?.code])).toEqual([
      [1, undefined],
      [3, undefined],
      [4, "DMF1999"],
      [6, undefined],
    ]);
    expect(rows[2]).toMatchObject({
      raw: "0030",
      problem: { message: expect.stringContaining("4 characters instead of 16") },
    });
    const [long] = (await read("0010Screws   4.50\n")).rows;
    expect(long).toMatchObject({
      raw: "0010Screws   4.50",
      problem: { code: "DMF2018", message: expect.stringContaining("17 characters instead of 16") },
    });
  });

  test.each([
    ["CRLF", "0010a          1\r\n0020b          2\r\n"],
    ["LF", "0010a          1\n0020b          2\n"],
    ["CR", "0010a          1\r0020b          2\r"],
    ["no end of the last line", "0010a          1\r\n0020b          2"],
  ])("has lines that end in %s, wherever it is cut", async (_, text) => {
    for (let pieceBytes = 1; pieceBytes <= text.length; pieceBytes += 1) {
      expect((await read(text, items, pieceBytes)).rows.map(({ line, cells }) => [line, cells[1]])).toEqual([
        [1, "a"],
        [2, "b"],
      ]);
    }
  });

  test("that names its row delimiter has other line breaks as text, and is refused where it ends its lines otherwise", async () => {
    const crlf = { ...items, rowDelimiter: "crlf" as const };

    expect((await read("0010a          1\r\n0020b\nc        2\r\n0030", crlf)).rows).toMatchObject([
      { line: 1 },
      { line: 2, cells: ["0020", "b\nc", "2"] },
      { line: 4 },
    ]);
    await expect(read("0010a          1\n", crlf)).rejects.toMatchObject({
      code: "DMF1855",
      message: expect.stringContaining('Line 1 ends in LF, but rows of format "Items" end in CRLF.'),
    });
  });

  test("that has a header row has one that names its columns, in any case", async () => {
    const headed = { ...items, hasHeader: true };

    expect((await read("id  name   price\n0010a          1\n", headed)).rows).toMatchObject([{ line: 2 }]);
    expect((await read("ID  NAME   PRICE\n", headed)).rows).toEqual([]);
    await expect(read("\n  \n", headed)).rejects.toMatchObject({ code: "FF004" });
    await expect(read("ID  PRICE NAME  \n", headed)).rejects.toMatchObject({
      code: "FF004",
      message: expect.stringContaining('It has "PRICE" instead of "NAME" in characters 5 to 10.'),
    });
    await expect(read("ID NAME\n", headed)).rejects.toThrow(
      "on line 1 cannot be used. It has 7 characters instead of 16.",
    );
  });

  test.each([
    ["nothing", "", "DMF2053", /is empty/],
    ["blank lines alone", "\n\n  \n", "DMF2053", /holds no row/],
    ["a zero byte", "0010a          1\n0020b\0         2\n", "DMF1855", /found a zero byte on line 2/],
    ["XML", "<?xml version='1.0'?><a/>", "DMF1855", /Expected fixed-width text, found an XML document/],
    ["JSON", '{ "a": 1 }', "DMF1855", /found JSON/],
    ["a line without an end", "x".repeat(4 * 1024 * 1024 + 1), "overLimit", /line 1 is longer than 4194304 characters/],
  ])("is refused for %s", async (_, text, code, message) => {
    await expect(read(text, items, 64 * 1024)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test("may begin with a value that looks like XML or JSON, in a line of its length", async () => {
    expect((await read("<a> <b>        1\n")).rows).toMatchObject([{ cells: ["<a>", "<b>", "1"] }]);
    expect((await read('{"a" :1}       1\n')).rows).toMatchObject([{ cells: ['{"a"', " :1}", "1"] }]);
  });

  test("with a header row is no XML document either", async () => {
    await expect(read("<Document/>\n", { ...items, hasHeader: true })).rejects.toMatchObject({ code: "DMF1855" });
  });

  test("warns of what is odd about it", async () => {
    expect((await read("0010NULL       1\r\r\n0020\u00a0b         2\r\r\n")).oddities).toEqual([
      { kind: "nullWord", line: 1, count: 1 },
      { kind: "noBreakBlank", line: 2, count: 1 },
      { kind: "strayReturn", line: 1, count: 2 },
    ]);
  });

  test("of many short lines and many columns takes no more places than a batch has", async () => {
    const wide = { ...items, columns: Array.from({ length: 1024 }, (_, index) => column(`C${index}`, 2)) };
    const file = Buffer.from("a\n".repeat(20_000));
    const reader = await fileFormatOf(wide).open(inPieces(file, 64 * 1024), nobody, noPace);
    let [rows, places] = [0, 0];
    for await (const batch of reader.batches) {
      rows += batch.count;
      places = Math.max(places, batch.starts.length);
    }

    expect(rows).toBe(20_000);
    expect(places).toBeLessThanOrEqual(1024 * 1024);
  });
});

describe("writing a file of fixed width", () => {
  test("fills each column up, and leaves one blank that nothing is for", async () => {
    const file = await write(
      ["price", "ID"],
      [
        ["4.50", "0010"],
        ["", "1"],
      ],
    );

    expect(file.toString()).toBe("0010        4.50\r\n1               \r\n");
    expect((await write(names, [["1", "", ""]], items, ["", "none", ""])).toString()).toBe("1   none        \r\n");
  });

  test("begins with the names of its columns where the format has a header row", async () => {
    const headed = { ...items, hasHeader: true, rowDelimiter: "lf" as const, padding: "0" };

    expect((await write(names, [], headed)).toString()).toBe("ID  NAME   PRICE\n");
    expect((await write(names, [], items)).length).toBe(0);
  });

  test.each([
    [
      "a value that is longer than its column",
      ["1", "Screws…", "1"],
      'Record 1, column "NAME", has 7 characters, and its column in format "Items" has 6.',
    ],
    ["a line break", ["1", "a\nb", "1"], 'column "NAME", holds a line break'],
    ["half a surrogate pair", ["1", "\ud800", "1"], "holds U+D800"],
    ["too few values", ["1", "2"], "Record 1 has 2 cells for 3 columns."],
  ])("ends with the place of %s", async (_, record, message) => {
    await expect(write(names, [record])).rejects.toThrow(message);
  });

  test("ends where the format has no column of a name, or two values are for one, or a default is too long", async () => {
    await expect(write(["ID", "CITY"], [])).rejects.toThrow('Format "Items" has no column "CITY".');
    await expect(write(["ID", "id"], [])).rejects.toThrow('Column "id" is mapped twice.');
    await expect(write(["ID"], [], items, ["12345"])).rejects.toThrow(
      'The default value of column "ID" has 5 characters',
    );
  });

  test("keeps what another padding would take away, or says so", async () => {
    const zeros = {
      ...items,
      columns: [
        { ...column("N", 5, "right"), padding: "0" },
        { ...column("S", 3), padding: "*" },
      ],
    };
    const records = [
      ["0", "a"],
      ["", ""],
      ["0.5", "*"],
      ["-7", "*a"],
      ["12345", "abc"],
    ];

    const file = await write(["N", "S"], records, zeros);

    expect(file.toString().split("\r\n").slice(0, 5)).toEqual([
      "00000a**",
      "        ",
      "000.5***",
      "000-7*a*",
      "12345abc",
    ]);
    expect((await read(file, zeros)).rows.map(({ cells }) => cells)).toEqual(records.filter(([value]) => value !== ""));
    await expect(write(["N", "S"], [["07", "a"]], zeros)).rejects.toThrow('begins with "0", which fills its column');
    await expect(write(["N", "S"], [["7", "a*"]], zeros)).rejects.toThrow('ends with "*", which fills its column');
  });
});

describe("a format of fixed width without columns", () => {
  const of = (expected: readonly string[]): RecordsOf => ({ entity: customerGroups, expected });
  const expected = ["CustomerGroupId", "CREDITLIMIT", "ISSALESTAXINCLUDED"];

  test("has those that are meant, as wide as the fields of their names", async () => {
    const file = await write(expected, [["10", "12.5", "Yes"]], fixedWidthFormat, [], of(expected));

    expect(file.toString()).toBe(`10${" ".repeat(8)}${" ".repeat(28)}12.5Yes\r\n`);
    expect(await read(file, fixedWidthFormat, 7, of(expected))).toMatchObject({
      columns: expected,
      rows: [{ cells: ["10", "12.5", "Yes"] }],
    });
  });

  test("is refused for a column that is no field, and where there is no entity", async () => {
    await expect(read("x", fixedWidthFormat, 5, of(["NO"]))).rejects.toThrow(
      'entity "Customer groups" has no field "NO"',
    );
    await expect(read("x", fixedWidthFormat)).rejects.toThrow('Format "Fixed width" has no columns');
  });
});

test("what is written is what is read, in every format and code page, however it is cut", async () => {
  const character = fc.constantFrom(
    "a",
    "é",
    "😀",
    " ",
    "0",
    "*",
    "7",
    "-",
    ".",
    "\t",
    "\\",
    "日",
    "\u0301",
    "\uFEFF",
    '"',
  );
  const anyColumn = fc.record({
    width: fc.integer({ min: 1, max: 7 }),
    alignment: fc.constantFrom(...alignments),
    padding: fc.constantFrom(" ", "0", "*", "é", "😀"),
  });
  const cell = fc.array(character, { maxLength: 7 });
  const file = fc
    .record({
      columns: fc.array(anyColumn, { minLength: 1, maxLength: 4 }),
      hasHeader: fc.boolean(),
      codePage: fc.constantFrom(65001, 1200, 1201, 12000, 12001, 54936),
      rowDelimiter: fc.constantFrom(...rowDelimiters),
      cells: fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { maxLength: 6 }),
      pieceBytes: fc.integer({ min: 1, max: 30 }),
    })
    .map(({ columns, cells, pieceBytes, ...settings }) => {
      const all = columns.map((each, index) => ({ ...each, name: `${index}` }));
      const format: FixedWidthFormat = { ...fixedWidthFormat, ...settings, columns: all };
      // A value that fits: as it comes out of a cell that it was put into.
      const records = cells
        .map((row) => all.map((each, index) => fitting(row[index]!.slice(0, each.width), each)))
        .filter((row) => row.some((value) => value.trim() !== ""));
      return { format, records, pieceBytes };
    });
  await fc.assert(
    fc.asyncProperty(file, async ({ format, records, pieceBytes }) => {
      fc.pre(records.length > 0);
      fc.pre(format.codePage !== 54936 || !records.flat().join("").includes("\uFEFF"));
      const columns = format.columns!.map(({ name }) => name);
      expect(formatProblems(format)).toEqual([]);

      const bytes = await write(columns, records, format);

      const found = await read(bytes, format, pieceBytes);
      expect(found).toMatchObject({ columns, rows: records.map((cells) => ({ cells })) });
      const { rowDelimiter: _, ...automatic } = format;
      expect((await read(bytes, automatic, pieceBytes)).rows).toEqual(found.rows);
    }),
    { numRuns: 1_000 },
  );
});

function fitting(characters: readonly string[], { alignment, padding = " ", ...of }: FixedColumn): string {
  const blankless =
    alignment === "left" ? characters.join("").replace(/ +$/, "") : characters.join("").replace(/^ +/, "");
  const value = valueOfCell(blankless, { ...of, alignment, padding });
  const fillers = padding.repeat(of.width - Array.from(value).length);
  return valueOfCell(alignment === "left" ? value + fillers : fillers + value, { ...of, alignment, padding });
}

test("the rules of a format of fixed width name the member", () => {
  const paths = (format: Partial<FixedWidthFormat>) =>
    [...formatProblems({ ...items, ...format }), ...fileFormatOf({ ...items, ...format }).problems()].map(
      ({ path }) => path,
    );

  expect(paths({})).toEqual([]);
  expect(paths({ columns: [column("A", 1), column("a", 1)] })).toEqual(["columns[1].name"]);
  expect(paths({ columns: [column("ABC", 2)], hasHeader: true })).toEqual(["columns[0].width"]);
  expect(paths({ columns: [column("A", 600_000), column("B", 600_000)] })).toEqual(["columns"]);
  expect(paths({ padding: "\n" })).toEqual(["padding"]);
  expect(paths({ columns: [{ ...column("A", 1), padding: "" }] })).toEqual(["columns[0].padding"]);
  expect(paths({ codePage: 1252, padding: "日" })).toEqual(["padding"]);
  expect(paths({ codePage: 1252, hasHeader: true, columns: [column("日", 2)] })).toEqual(["columns[0].name"]);
});
