import { parse } from "csv-parse/sync";
import iconv from "iconv-lite";
import { expect, test } from "vitest";
import { rowsIn } from "../../shared/domain/rowBatch.ts";
import { delimiterOf, type DelimitedFormat } from "../../shared/domain/sourceFormats/delimited.ts";
import { openCsv } from "../../shared/formats/csvReader.ts";
import { createRowScanner } from "../../shared/formats/csvScanner.ts";
import { decodeText } from "../../shared/formats/textDecoding.ts";
import { csv } from "../support/formats.ts";
import { noPace } from "../support/pace.ts";
import { collectRows } from "../support/rows.ts";

type Cells = readonly string[];

/** Chance that is the same in each run: a linear congruence of 32 bits. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const letters = [
  "a",
  "B",
  "7",
  " ",
  ",",
  ";",
  "\t",
  '"',
  '""',
  "'",
  "\r",
  "\n",
  "\r\n",
  "é",
  "ß",
  "\\",
  "x".repeat(30),
];
/** What no page of Windows can write. */
const wideLetters = [...letters, "漢", "😀", "\u2028", "\ufffd", "\u00a0"];
const encodings = [
  { name: "utf8", codePage: 65001, mark: [] },
  { name: "utf8", codePage: 65001, mark: [0xef, 0xbb, 0xbf] },
  { name: "utf16-le", codePage: 65001, mark: [0xff, 0xfe] },
  { name: "utf16-be", codePage: 65001, mark: [0xfe, 0xff] },
  { name: "cp1252", codePage: 1252, mark: [] },
] as const;
const lineEnds = ["\r\n", "\n", "\r", "\r\r\n"];

interface Drawn {
  readonly format: DelimitedFormat;
  readonly records: readonly Cells[];
  readonly text: string;
  readonly bytes: Buffer;
  readonly pieceBytes: number;
  readonly lineEnd: string;
}

function draw(seed: number): Drawn {
  const below = chance(seed);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;
  const encoding = pick(encodings);
  const columnDelimiter = pick(["comma", "semicolon", "tab", "verticalBar"] as const);
  const format = { ...csv, columnDelimiter, codePage: encoding.codePage, textQualifier: pick(['"', "'"]) };
  const some = encoding.name === "cp1252" ? letters : wideLetters;
  const width = 1 + below(5);
  const text = (): string => Array.from({ length: below(6) }, () => pick(some)).join("");
  const records = Array.from({ length: 1 + below(8) }, () => Array.from({ length: width }, text));
  // The first row names the columns for whoever looks at the file, and shows how rows end.
  const lineEnd = pick(lineEnds);
  const rows = [Array.from({ length: width }, (_, index) => `C${index}`), ...records];
  const written = rows.map((cells) => rowText(format, cells, below)).join(lineEnd + (below(9) === 0 ? lineEnd : ""));
  const whole = written + (below(2) === 0 ? lineEnd : "");
  const bytes = Buffer.concat([Buffer.from(encoding.mark), iconv.encode(whole, encoding.name)]);
  return { format, records: rows, text: whole, bytes, pieceBytes: 4 + below(40), lineEnd };
}

/** Cells are qualified where they must be, and now and then where they need not. */
function rowText(
  { textQualifier, columnDelimiter }: DelimitedFormat,
  cells: Cells,
  below: (limit: number) => number,
): string {
  const [sign, delimiter] = [textQualifier!, delimiterOf({ columnDelimiter })];
  const written = cells.map((cell) => {
    const mustBe = cell.includes(delimiter) || cell.includes(sign) || /[\r\n]/.test(cell);
    return mustBe || below(4) === 0 ? sign + cell.replaceAll(sign, sign + sign) + sign : cell;
  });
  return written.length === 1 && written[0] === "" ? sign + sign : written.join(delimiter);
}

async function* inPieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}

async function scannedRows({ format, bytes, pieceBytes }: Drawn): Promise<readonly Cells[]> {
  const scanner = createRowScanner(format);
  const rows: Cells[] = [];
  const encoding = { codePage: format.codePage, isUnicodeRequired: false };
  for await (const piece of decodeText(inPieces(bytes, pieceBytes), encoding)) {
    rows.push(...rowsIn(scanner.push(piece)).map(({ cells }) => cells));
  }
  return [...rows, ...rowsIn(scanner.finish()).map(({ cells }) => cells)];
}

/** A parser of many years and users. */
function secondOpinion({ format, text, lineEnd }: Drawn): readonly Cells[] {
  return parse(text, {
    delimiter: delimiterOf(format),
    quote: format.textQualifier,
    escape: format.textQualifier!,
    record_delimiter: lineEnd,
    skip_empty_lines: true,
  });
}

const files = 100_000;
const filesPerTest = 10_000;

test.each(Array.from({ length: files / filesPerTest }, (_, part) => part * filesPerTest))(
  "whatever a file holds, in whatever encoding and wherever it is cut, its rows are those that went in (from file %i)",
  async (first) => {
    const wrong: number[] = [];
    for (let seed = first; seed < first + filesPerTest; seed += 1) {
      const drawn = draw(seed);
      const isRead = isSame(await scannedRows(drawn), drawn.records);
      if (!isRead || !isSame(secondOpinion(drawn), drawn.records)) wrong.push(seed);
    }

    expect(wrong).toEqual([]);
  },
);

function isSame(rows: readonly Cells[], others: readonly Cells[]): boolean {
  return JSON.stringify(rows) === JSON.stringify(others);
}

test("a row is the same at whatever place the reader's chunks cut it", async () => {
  const row = ["plain", 'with "quotes" and, a comma', "two\r\nlines", "ümläut 漢 😀", ""];
  const line = `plain,"with ""quotes"" and, a comma","two\r\nlines",ümläut 漢 😀,\r\n`;
  const lineBytes = Buffer.byteLength(line);
  for (let shift = 0; shift < lineBytes; shift += 1) {
    const padding = `${"p".repeat(shift)},,,,\r\n`;
    const bytes = Buffer.from(`A,B,C,D,E\r\n${padding}${line.repeat(Math.ceil((140 * 1024) / lineBytes))}`);
    const reader = await openCsv(inPieces(bytes, 10_007), csv, noPace);
    const rows = await collectRows(reader.batches);

    expect(rows.slice(1).every(({ cells }) => isSame([cells], [row]))).toBe(true);
  }
});
