import fc from "fast-check";
import { expect, test } from "vitest";
import { type RowBatch, rowsIn, type SourceRow } from "../../shared/domain/rowBatch.ts";
import { createRowScanner, type RowScanner } from "../../shared/formats/csvScanner.ts";
import type { DelimitedFormat } from "../../shared/domain/sourceFormats/delimited.ts";
import { type RowDelimiter, rowDelimiters, rowEnds } from "../../shared/domain/sourceFormats/textFile.ts";
import { csv } from "../support/formats.ts";
import { FormatError } from "../../shared/formats/recordFormat.ts";

/** What ends the row at the place, read as a person would: CRs before an LF belong to it, and CR alone must be usual. */
function rowEndAt(text: string, at: number, areReturnsEnds: boolean, rowDelimiter?: RowDelimiter): number {
  const named = rowDelimiter && { crlf: /\r+\n|\r+$/y, lf: /\r*\n|\r+$/y, cr: /\r+$|\r/y }[rowDelimiter];
  const pattern = named ?? (areReturnsEnds ? /\r?\n|\r/y : /\r*\n|\r+$/y);
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** A reader so plain that it can be believed: one character at a time, the whole text in memory. */
function referenceRows(text: string, delimiter = ",", rowDelimiter?: RowDelimiter): string[][] | "unclosed" {
  let areReturnsEnds: boolean | undefined;
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let state: "start" | "plain" | "quoted" | "closed" = "start";
  const endCell = () => {
    row.push(cell);
    cell = "";
    state = "start";
  };
  const endRow = () => {
    const isBlank = row.length === 0 && cell === "" && state === "start";
    if (!isBlank) {
      endCell();
      rows.push(row);
    }
    row = [];
    cell = "";
    state = "start";
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    const isBreak = character === "\r" || character === "\n";
    if (isBreak && state !== "quoted") areReturnsEnds ??= !/^\r*\n/.test(text.slice(at));
    const rowEnd = rowEndAt(text, at, areReturnsEnds ?? false, rowDelimiter);
    if (state === "quoted" && character === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (state === "quoted" && character === '"') state = "closed";
    else if (state === "quoted") cell += character;
    else if (character === delimiter) endCell();
    else if (rowEnd > 0) {
      endRow();
      at += rowEnd - 1;
    } else if (character === '"' && state === "start") state = "quoted";
    else {
      cell += character;
      if (state === "start") state = "plain";
    }
  }
  if (state === "quoted") return "unclosed";
  if (row.length > 0 || cell !== "" || state !== "start") endRow();
  return rows;
}

/** Pieces are cut between characters. */
function scanned(scanner: RowScanner, text: string, pieceLength: number): SourceRow[] {
  const characters = Array.from(text);
  const rows: SourceRow[] = [];
  for (let from = 0; from < characters.length; from += pieceLength) {
    rows.push(...rowsIn(scanner.push(Buffer.from(characters.slice(from, from + pieceLength).join("")))));
  }
  return [...rows, ...rowsIn(scanner.finish())];
}

function scannedRows(
  text: string,
  pieceLength: number,
  settings: Partial<DelimitedFormat> = {},
): (readonly string[])[] | "unclosed" {
  const scanner = createRowScanner({ ...csv, ...settings });
  try {
    return scanned(scanner, text, pieceLength).map((row) => row.cells);
  } catch (error) {
    if (error instanceof FormatError && error.code === "unclosedQuote") return "unclosed";
    throw error;
  }
}

const anyText = fc
  .array(fc.constantFrom(",", '"', "\r", "\n", "\r\n", "a", "é", "😀", '""'), { maxLength: 60 })
  .map((parts) => parts.join(""));

test("any text, cut anywhere, is scanned into the rows that the reference reader finds", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 20 }), (text, pieceLength) => {
      expect(scannedRows(text, pieceLength)).toEqual(referenceRows(text));
    }),
    { numRuns: 5_000 },
  );
});

test("any text after a first row of the format's row delimiter, with any delimiter, is scanned as the reference reads it", () => {
  const delimiters = fc.constantFrom("§", "€", "é", "x", "\\", "\u0001");
  const anyCells = fc.array(fc.constantFrom("\u0000", '"', "\r", "\n", "\r\n", "a", "Â", "\u00a6", "😁", '""'), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(
      anyCells,
      delimiters,
      fc.constantFrom(...rowDelimiters),
      fc.integer({ min: 1, max: 20 }),
      (parts, columnDelimiter, rowDelimiter, pieceLength) => {
        const marked = parts.map((part) => (part === "\u0000" ? columnDelimiter : part)).join("");
        const text = `a${columnDelimiter}b${rowEnds[rowDelimiter]}${marked}`;
        const settings = { columnDelimiter, rowDelimiter };
        // An LF behind the first CR makes a CRLF of it, and so another row delimiter.
        fc.pre(!(rowDelimiter === "cr" && /^[\r\n]*\n/.test(marked)));

        const found = scannedRows(text, pieceLength, settings);

        expect(found).toEqual(referenceRows(text, columnDelimiter, rowDelimiter));
      },
    ),
    { numRuns: 5_000 },
  );
});

test.each([
  ["CRLF", "lf", "a\r\nb\r\n", 'Line 1 ends in CRLF, but rows of format "CSV" end in LF.'],
  ["LF", "crlf", '"a\r\n"\nb\n', 'Line 1 ends in LF, but rows of format "CSV" end in CRLF.'],
  ["CR", "crlf", "a\rb\r", 'Line 1 ends in CR, but rows of format "CSV" end in CRLF.'],
] as const)("a file of rows that end in %s is refused where its format says %s", (_, rowDelimiter, text, message) => {
  for (let pieceLength = 1; pieceLength <= text.length; pieceLength += 1) {
    expect(() => scannedRows(text, pieceLength, { rowDelimiter })).toThrow(message);
  }
});

test.each([
  ["LF", 'My "title\nof 2 lines\nA,B\n1,"x\ny"\n2,3\n', [3, 4, 6]],
  ["CRLF", "a,b\r\n\r\nA,B\r\n\r\n1,2", [3, 5]],
  ["CR", "a\rb\rA,B\r1,2\r", [3, 4]],
])("lines at the top are skipped and count, with rows that end in %s", (_what, text, expected) => {
  for (let pieceLength = 1; pieceLength <= text.length; pieceLength += 1) {
    const rows = scanned(createRowScanner({ ...csv, skipLines: 2 }), text, pieceLength);

    expect(rows.map(({ line }) => line)).toEqual(expected);
    expect(rows[0]?.cells).toEqual(["A", "B"]);
  }
});

test("a delimiter behind the last column is no column, where the format says so", () => {
  const rows = (text: string) => scanned(createRowScanner({ ...csv, ignoreTrailingDelimiter: true }), text, 3);

  expect(
    rows('A,B,\n1,2,\n3,4\n5,\n6,,\n7,8,""\n,\n9\n').map(({ cells, problem }) => (problem ? "no" : cells)),
  ).toEqual([["A", "B"], ["1", "2"], ["3", "4"], ["5", ""], ["6", ""], "no", ["", ""], "no"]);
  expect(rows("A,\n,\n1,\n2\n").map(({ cells }) => cells)).toEqual([["A"], [""], ["1"], ["2"]]);
});

test.each([
  ["CRLF", 'A,B\r\n"1\r\n2",x\r\n\r\n3,"\n\n"\n4,5', [1, 2, 5, 8]],
  ["CR CR LF", 'A,B\r\r\n"1\r\n2",x\r\r\n3,"4"\r\r\n', [1, 2, 4]],
  ["CR alone", 'A,B\r"1\r2",x\r\r3,"\r\n\n"\r\n4,5\n6,7', [1, 2, 5, 8, 9]],
])("a row's line counts the line breaks before it, with %s, wherever the text is cut", (_what, text, expected) => {
  for (let pieceLength = 1; pieceLength <= text.length; pieceLength += 1) {
    const scanner = createRowScanner(csv);

    expect(scanned(scanner, text, pieceLength).map((row) => row.line)).toEqual(expected);
  }
});

test("broken rows are found one and all, and take no more places than a batch has, however wide the file is", () => {
  const scanner = createRowScanner(csv);
  const names = Array.from({ length: 1024 }, (_, index) => `C${index}`);
  scanner.push(Buffer.from(`${names.join(",")}\n`));
  const lines: number[] = [];
  let places = 0;

  const piece = Buffer.from("a\n".repeat(10_000));
  for (let batch: RowBatch | undefined = scanner.push(piece); batch; batch = scanner.following()) {
    places = Math.max(places, batch.starts.length);
    lines.push(...rowsIn(batch).map(({ line, problem }) => (problem ? line : 0)));
  }
  const whole = rowsIn(scanner.push(Buffer.from(`${names.join(",")}\n`)));

  expect(places).toBeLessThanOrEqual(1024 * 1024);
  expect(lines).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 2));
  expect(whole).toEqual([{ line: 10_002, cells: names }]);
});

test("rows that a batch had no place for come with the next piece to whoever asks for none that follow", () => {
  const scanner = createRowScanner(csv);
  const names = Array.from({ length: 1024 }, (_, index) => `C${index}`);
  const rows = [
    ...rowsIn(scanner.push(Buffer.from(`${names.join(",")}\n${"a\n".repeat(300)}`))),
    ...rowsIn(scanner.push(Buffer.from("b\n".repeat(5)))),
    ...rowsIn(scanner.finish()),
  ];

  expect(rows.map(({ line }) => line)).toEqual(Array.from({ length: 306 }, (_, index) => index + 1));
});
