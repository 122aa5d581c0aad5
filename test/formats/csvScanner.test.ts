import fc from "fast-check";
import { expect, test } from "vitest";
import { type RowBatch, rowsIn, type SourceRow } from "../../shared/domain/rowBatch.ts";
import { createRowScanner, type RowScanner } from "../../shared/formats/csvScanner.ts";
import { csv } from "../support/formats.ts";
import { FormatError } from "../../shared/formats/recordFormat.ts";

/** What ends the row at the place, read as a person would: CRs before an LF belong to it, and CR alone must be usual. */
function rowEndAt(text: string, at: number, areReturnsEnds: boolean): number {
  const pattern = areReturnsEnds ? /\r?\n|\r/y : /\r*\n|\r+$/y;
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** A reader so plain that it can be believed: one character at a time, the whole text in memory. */
function referenceRows(text: string): string[][] | "unclosed" {
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
    const rowEnd = rowEndAt(text, at, areReturnsEnds ?? false);
    if (state === "quoted" && character === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (state === "quoted" && character === '"') state = "closed";
    else if (state === "quoted") cell += character;
    else if (character === ",") endCell();
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

function scannedRows(text: string, pieceLength: number): (readonly string[])[] | "unclosed" {
  const scanner = createRowScanner(csv);
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
