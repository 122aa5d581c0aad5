import fc from "fast-check";
import { expect, test } from "vitest";
import { createRowScanner } from "../../shared/formats/csvScanner.ts";
import { csv } from "../support/formats.ts";
import { FormatError } from "../../shared/formats/recordFormat.ts";

/** A reader so plain that it can be believed: one character at a time, the whole text in memory. */
function referenceRows(text: string): string[][] | "unclosed" {
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
    const isPair = character === "\r" && (text[at + 1] ?? "\n") === "\n";
    if (state === "quoted" && character === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (state === "quoted" && character === '"') state = "closed";
    else if (state === "quoted") cell += character;
    else if (character === ",") endCell();
    else if (character === "\n") endRow();
    else if (isPair) {
      endRow();
      at += 1;
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

function scannedRows(text: string, pieceLength: number): (readonly string[])[] | "unclosed" {
  const scanner = createRowScanner(csv);
  const rows: (readonly string[])[] = [];
  try {
    for (let from = 0; from < text.length; from += pieceLength) {
      rows.push(...scanner.push(text.slice(from, from + pieceLength)).map((row) => row.cells));
    }
    rows.push(...scanner.finish().map((row) => row.cells));
    return rows;
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

test("a row's line is one more than the line breaks before it, wherever the text is cut", () => {
  const text = 'A,B\r\n"1\r\n2",x\r\n\r\n3,"\n\n"\n4,5';
  for (let pieceLength = 1; pieceLength <= text.length; pieceLength += 1) {
    const scanner = createRowScanner(csv);
    const lines: number[] = [];
    for (let from = 0; from < text.length; from += pieceLength) {
      lines.push(...scanner.push(text.slice(from, from + pieceLength)).map((row) => row.line));
    }
    lines.push(...scanner.finish().map((row) => row.line));

    expect(lines).toEqual([1, 2, 5, 8]);
  }
});
