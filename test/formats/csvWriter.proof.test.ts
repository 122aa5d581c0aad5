import { linesOf, type RecordLines } from "../../shared/domain/recordLines.ts";
import { collectRows } from "../support/rows.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openCsv } from "../../shared/formats/csvReader.ts";
import { fileFormatOf } from "../../shared/formats/fileFormats.ts";
import { createCsvWriter } from "../../shared/formats/csvWriter.ts";
import { csv, csvUnicode } from "../support/formats.ts";
import { formatProblems } from "../../shared/domain/sourceFormat.ts";
import type { DelimitedFormat } from "../../shared/domain/sourceFormats/delimited.ts";
import { rowDelimiters } from "../../shared/domain/sourceFormats/textFile.ts";
import { noPace } from "../support/pace.ts";

type Records = readonly (readonly string[])[];

async function* inBatches(records: Records, rows: number): AsyncGenerator<RecordLines> {
  for (let from = 0; from < records.length; from += rows) {
    yield linesOf(records.slice(from, from + rows).map((values) => ({ key: "", number: 0, values })));
  }
}

async function write(columns: readonly string[], records: Records, format: DelimitedFormat) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of createCsvWriter(format, noPace).write(columns, inBatches(records, 2))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function readBack(file: Uint8Array, format: DelimitedFormat) {
  const reader = await openCsv(inOnePiece(file), format, noPace);
  return { columns: reader.columns, records: (await collectRows(reader.batches)).map((row) => row.cells) };
}

async function* inOnePiece(file: Uint8Array): AsyncGenerator<Uint8Array> {
  yield file;
}

describe("a written delimited file", () => {
  test("has CRLF rows and qualifies only what needs it", async () => {
    const file = await write(
      ["A", "B"],
      [
        ["1,5", 'say "hi"'],
        ["x\ny", " plain "],
        ["", "\r"],
      ],
      csv,
    );

    expect(file.toString()).toBe('A,B\r\n"1,5","say ""hi"""\r\n"x\ny", plain \r\n,"\r"\r\n');
  });

  test("without records holds its header alone, and without a header nothing", async () => {
    expect((await write(["A", "B"], [], csv)).toString()).toBe("A,B\r\n");
    expect(await write(["A", "B"], [], { ...csv, hasHeader: false })).toHaveLength(0);
  });

  test("keeps a record that is one empty cell", async () => {
    expect((await write(["A"], [[""], ["x"]], csv)).toString()).toBe('A\r\n""\r\nx\r\n');
  });

  test("as CSV-Unicode is UTF-16 LE with a byte order mark", async () => {
    const file = await write(["A"], [["ß"]], csvUnicode);

    expect(file).toEqual(Buffer.from("\uFEFFA\r\nß\r\n", "utf16le"));
  });

  test("is in the code page of its format", async () => {
    expect(await write(["A"], [["€é"]], { ...csv, codePage: 1252 })).toEqual(
      Buffer.from("A\r\n\x80\xe9\r\n", "latin1"),
    );
    expect(await write(["A"], [["é"]], { ...csv, codePage: 1201 })).toEqual(
      Buffer.from("\uFEFFA\r\né\r\n", "utf16le").swap16(),
    );
  });

  test("holds a value as it is, also one that a spreadsheet would run", async () => {
    expect((await write(["A"], [["=1+1"]], csv)).toString()).toBe("A\r\n=1+1\r\n");
  });
});

describe("writing stops with the place of a value that the format cannot hold", () => {
  test.each([
    [
      "a letter outside the code page",
      { ...csv, codePage: 1252 },
      "日",
      "DMF1957",
      /Record 3, column "B", holds U\+65E5/,
    ],
    ["an emoji in ASCII", { ...csv, codePage: 20127 }, "😀", "DMF1957", /holds U\+1F600, which code page 20127/],
    ["half a surrogate pair", csv, "x\uD800", "DMF1957", /holds U\+D800/],
    [
      "a delimiter without qualifiers",
      { ...csv, textQualifier: null },
      "1,5",
      "unwritable",
      /Record 3, column "B", holds a/,
    ],
  ])("%s", async (_what, format, value, code, message) => {
    const records = [
      ["1", "2"],
      ["3", "4"],
      ["5", value],
    ];

    await expect(write(["A", "B"], records, format)).rejects.toEqual(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  test("a record that has not one cell per column", async () => {
    await expect(write(["A", "B"], [["1"]], csv)).rejects.toThrow("Record 1 has 1 cells for 2 columns");
  });
});

test("a row is its values, those qualified that hold a delimiter, a qualifier or a line break, wherever they lie", async () => {
  const piece = fc.constantFrom(
    ",",
    '"',
    "\r",
    "\n",
    "\t",
    "\\",
    "\\N",
    ";",
    "é",
    "日本",
    "plain text",
    "a",
    "12345678",
  );
  const cell = fc.oneof(
    { weight: 3, arbitrary: fc.string({ maxLength: 20, unit: "grapheme" }) },
    fc.array(piece, { maxLength: 4 }).map((parts) => parts.join("")),
  );
  const columns = ["A", "B", "C", "D", "E"];
  const record = fc.tuple(cell, cell, cell, cell, cell);
  const separators = fc.constantFrom(
    ["comma", ","] as const,
    ["tab", "\t"] as const,
    ["\\", "\\"] as const,
    ["semicolon", ";"] as const,
  );
  const qualified = (value: string, between: string) =>
    ['"', "\r", "\n", between].some((sign) => value.includes(sign)) ? `"${value.replaceAll('"', '""')}"` : value;
  await fc.assert(
    fc.asyncProperty(separators, fc.array(record, { maxLength: 12 }), async ([columnDelimiter, between], records) => {
      const rows = [columns, ...records].map((values) =>
        values.map((value) => qualified(value, between)).join(between),
      );

      const file = await write(columns, records, { ...csv, columnDelimiter });

      expect(file.toString()).toBe(rows.map((row) => `${row}\r\n`).join(""));
    }),
    { numRuns: 1_000 },
  );
});

test("UTF-7 is written and read, delimiters and plus signs included", async () => {
  const utf7 = { ...csv, codePage: 65000 };
  const records = [
    ["1+1", "日本"],
    ["é,", "😀"],
  ];

  const file = await write(["A", "B"], records, utf7);

  expect(file.toString("latin1")).toMatch(/^\p{ASCII}+$/u);
  expect((await readBack(file, utf7)).records).toEqual(records);
});

test("what is written is what is read, in every format and code page", async () => {
  const character = fc.constantFrom(
    ",",
    ";",
    "|",
    "\t",
    ":",
    '"',
    "'",
    "\r",
    "\n",
    "a",
    "é",
    " ",
    "=",
    "+AGE-",
    "\uFEFF",
  );
  const cell = fc.array(character, { maxLength: 6 }).map((parts) => parts.join(""));
  const format = fc.record({
    name: fc.constant("Any"),
    kind: fc.constant("delimited" as const),
    columnDelimiter: fc.constantFrom(
      "comma",
      "semicolon",
      "tab",
      "verticalBar",
      "colon",
      "§",
      "é",
      "😀",
      "a",
      " ",
      "\\",
    ),
    textQualifier: fc.constantFrom('"', "'", "«", "😀", "a"),
    codePage: fc.constantFrom(65001, 65000, 1200, 1201, 12000, 12001),
    hasHeader: fc.boolean(),
    rowDelimiter: fc.constantFrom(...rowDelimiters),
    skipLines: fc.nat({ max: 3 }),
    ignoreTrailingDelimiter: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      format,
      fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }),
      async (anyFormat, records) => {
        fc.pre(formatProblems(anyFormat).length === 0);
        fc.pre(anyFormat.codePage !== 65000 || !records.flat().join("").includes("\uFEFF"));
        const columns = anyFormat.hasHeader ? ["ID", "NAME", "__proto__"] : ["Column1", "Column2", "Column3"];

        const file = await write(columns, records, anyFormat);

        expect(await readBack(file, anyFormat)).toEqual({ columns, records });
        const { rowDelimiter: _, ...automatic } = anyFormat;
        expect(await readBack(file, automatic)).toEqual({ columns, records });
      },
    ),
    { numRuns: 1_000 },
  );
});

test("what a format without a text qualifier writes, in any code page, is what it reads, and the rest it refuses", async () => {
  const character = fc.constantFrom("a", "é", "日", "ｱ", "ß", "€", "~", "\\", "'", '"', " ", "§", "|", "\u0001", "\n");
  const cell = fc.array(character, { maxLength: 4 }).map((parts) => parts.join(""));
  const format = fc.record({
    name: fc.constant("Any"),
    kind: fc.constant("delimited" as const),
    columnDelimiter: fc.constantFrom("tab", "|", "~", "§", "\u0001", "'", "日"),
    textQualifier: fc.constant(null),
    codePage: fc.constantFrom(1252, 932, 936, 949, 950, 1251, 20127, 28605, 51932, 54936, 65000, 65001),
    hasHeader: fc.boolean(),
    rowDelimiter: fc.constantFrom(...rowDelimiters),
    skipLines: fc.nat({ max: 1 }),
    ignoreTrailingDelimiter: fc.boolean(),
  });
  const written = { whole: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      format,
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 3 }),
      async (anyFormat, records) => {
        const problems = [...formatProblems(anyFormat), ...fileFormatOf(anyFormat).problems()];
        fc.pre(problems.length === 0);
        const columns = anyFormat.hasHeader ? ["ID", "NAME"] : ["Column1", "Column2"];

        const file = await write(columns, records, anyFormat).catch((error: unknown) => error);
        const outcome = file instanceof Buffer ? await readBack(file, anyFormat) : file;

        const refused = { code: expect.stringMatching(/^(?:unwritable|DMF1957)$/) };
        expect(outcome).toMatchObject(file instanceof Buffer ? { columns, records } : refused);
        written[file instanceof Buffer ? "whole" : "refused"] += 1;
      },
    ),
    { numRuns: 1_000 },
  );
  expect(Math.min(written.whole, written.refused)).toBeGreaterThan(100);
});
