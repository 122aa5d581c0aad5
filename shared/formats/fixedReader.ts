import type { RowBatch } from "../domain/rowBatch.ts";
import { shownValue } from "../domain/shownValue.ts";
import { foldName } from "../domain/foldName.ts";
import {
  charactersIn,
  type FixedColumn,
  type FixedWidthFormat,
  widthOfLine,
} from "../domain/sourceFormats/fixedWidth.ts";
import { isUnicodeRequired } from "../domain/sourceFormats/textFile.ts";
import type { Pace } from "../ports/pace.ts";
import type { ContentKind } from "./contentKind.ts";
import { createFixedScanner, fixedWidthText, type FixedScanner, type HeaderLine } from "./fixedScanner.ts";
import { FormatError, type RecordReader } from "./recordFormat.ts";
import { type RowWatch, watchRows } from "./rowWatch.ts";
import { otherContent, textChunks } from "./textChunks.ts";
import { decodeText } from "./textDecoding.ts";

/** Opens a file and reads as far as its first row. The header row, where there is one, must name the columns in their order. */
export async function openFixedWidth(
  bytes: AsyncIterable<Uint8Array>,
  format: FixedWidthFormat,
  columns: readonly FixedColumn[],
  pace: Pace,
): Promise<RecordReader> {
  const scanner = createFixedScanner(format, columns);
  const watch = watchRows(scanner, format.codePage);
  let looksLike: ContentKind = "text";
  const chunks = textChunks(bytes, (kind) => {
    if (binaryKinds.includes(kind)) throw otherContent(fixedWidthText, kind);
    looksLike = kind;
  });
  const batches = readBatches(chunks, format, scanner, watch, pace);
  try {
    const first = await batches.next();
    // A line may begin with any value, also with one that looks like XML: it tells by its length.
    if (looksLike !== "text" && !isWholeLine(scanner.header(), first.value ?? undefined, columns)) {
      throw otherContent(fixedWidthText, looksLike);
    }
    if (format.hasHeader) requireHeader(scanner.header(), columns);
    else if (first.done === true) throw new FormatError("DMF2053", "The file holds no row. Send at least one record.");
    const names = columns.map(({ name }) => name);
    const rows = first.done === true ? batches : continued(first.value, batches);
    return { columns: names, batches: rows, oddities: watch.oddities };
  } catch (error) {
    await batches.return();
    throw error;
  }
}

const binaryKinds: readonly ContentKind[] = ["zip", "gzip", "oldExcel"];

type RowBatches = AsyncGenerator<RowBatch, void, undefined>;

async function* readBatches(
  chunks: AsyncIterable<Uint8Array>,
  format: FixedWidthFormat,
  scanner: FixedScanner,
  { look }: RowWatch,
  pace: Pace,
): RowBatches {
  const encoding = { codePage: format.codePage, isUnicodeRequired: isUnicodeRequired(format) };
  for await (const piece of decodeText(chunks, encoding)) {
    for (const batch of scanner.push(piece)) {
      look(batch);
      yield batch;
    }
    if (pace.isOver()) await pace.rest();
  }
  for (const batch of scanner.finish()) {
    look(batch);
    yield batch;
  }
}

async function* continued(first: RowBatch, rest: RowBatches): RowBatches {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return();
  }
}

function isWholeLine(
  header: HeaderLine | undefined,
  first: RowBatch | undefined,
  columns: readonly FixedColumn[],
): boolean {
  if (header) return charactersIn(header.text) === widthOfLine(columns);
  return first !== undefined && !first.broken.has(0);
}

function requireHeader(header: HeaderLine | undefined, columns: readonly FixedColumn[]): void {
  if (!header) throw new FormatError("FF004", "The file has no header row. Begin it with a row of column names.", 1);
  const characters = Array.from(header.text);
  const expected = widthOfLine(columns);
  if (characters.length !== expected) {
    throw badHeader(header, `It has ${characters.length} characters instead of ${expected}.`);
  }
  let from = 0;
  for (const { name, width } of columns) {
    const found = characters
      .slice(from, from + width)
      .join("")
      .trim();
    if (foldName(found) !== foldName(name.trim())) {
      const place = `characters ${from + 1} to ${from + width}`;
      throw badHeader(header, `It has ${shownValue(found)} instead of ${shownValue(name)} in ${place}.`);
    }
    from += width;
  }
}

function badHeader({ line }: HeaderLine, what: string): FormatError {
  const next = "Send a file with the columns of its source data format, in their order.";
  return new FormatError("FF004", `The header row on line ${line} cannot be used. ${what} ${next}`, line);
}
