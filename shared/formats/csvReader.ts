import { type RowBatch, rowAt, rowsBehind, type SourceRow } from "../domain/rowBatch.ts";
import { type DelimitedFormat, delimiterOf, numberedColumn } from "../domain/sourceFormats/delimited.ts";
import { isUnicodeRequired } from "../domain/sourceFormats/textFile.ts";
import type { Pace } from "../ports/pace.ts";
import type { ContentKind } from "./contentKind.ts";
import { otherDelimiter, otherSeparator } from "./csvProblems.ts";
import { separatorOf } from "./csvSeparatorLine.ts";
import { createRowScanner, type RowScanner } from "./csvScanner.ts";
import { FormatError } from "./recordFormat.ts";
import type { RecordReader } from "./recordFormat.ts";
import { type RowWatch, watchRows } from "./rowWatch.ts";
import { otherContent, textChunks } from "./textChunks.ts";
import { decodeText } from "./textDecoding.ts";

type RowBatches = AsyncGenerator<RowBatch, void, undefined>;

/**
 * Opens a delimited file and reads as far as its first row. Blank lines are skipped; a ragged row becomes a row with
 * a problem. Without a header row the columns are Column1, Column2, ….
 */
export async function openCsv(
  bytes: AsyncIterable<Uint8Array>,
  format: DelimitedFormat,
  pace: Pace,
): Promise<RecordReader> {
  const scanner = createRowScanner(format);
  const watch = watchRows(scanner, format.codePage);
  const batches = readBatches(bytes, scanner, watch, format, pace);
  try {
    const first = await batches.next();
    requireOwnSeparator(scanner.separatorLine(), format);
    const batch = first.done === true ? undefined : first.value;
    const row = batch && rowAt(batch, 0);
    const columns = format.hasHeader ? columnsOf(row) : numberedColumns(row);
    if (!batch) throw new FormatError("DMF2053", "The file holds no row. Send at least one record.");
    const hint = otherDelimiter(row, format);
    const rows = continued(format.hasHeader ? rowsBehind(batch, 1) : batch, batches);
    const read = format.hasAbsentCells ? withAbsentCells(rows, format) : rows;
    const header = format.hasHeader && { headerEndsAt: scanner.firstRowEndsAt() };
    return { columns, ...(hint !== undefined && { hint }), batches: read, oddities: watch.oddities, ...header };
  } catch (error) {
    await batches.return();
    throw error;
  }
}

/** Cells with nothing in them, not even qualifiers, as those that their rows do not have. */
async function* withAbsentCells(batches: RowBatches, { textQualifier }: DelimitedFormat): RowBatches {
  const qualifier = textQualifier?.charCodeAt(0);
  for await (const batch of batches) {
    const { bytes, ends, width, broken } = batch;
    const starts = Uint32Array.from(batch.starts);
    for (let place = 0; place < batch.count * width; place += 1) {
      const start = starts[place]!;
      const isAbsent =
        ends[place] === start && bytes[start - 1] !== qualifier && !broken.has(Math.floor(place / width));
      if (isAbsent) starts[place] = start + 1;
    }
    yield { ...batch, starts };
  }
}

/** The line "sep=;" that Excel users put first refuses the file where it names another delimiter than the format's. */
function requireOwnSeparator(row: SourceRow | undefined, format: DelimitedFormat): void {
  const delimiter = delimiterOf(format);
  const named = row && separatorOf(row.cells, delimiter);
  if (row && named !== undefined && named !== delimiter) throw otherSeparator(named, format, row.line);
}

async function* readBatches(
  bytes: AsyncIterable<Uint8Array>,
  scanner: RowScanner,
  { look }: RowWatch,
  format: DelimitedFormat,
  pace: Pace,
): RowBatches {
  const encoding = { codePage: format.codePage, isUnicodeRequired: isUnicodeRequired(format) };
  for await (const piece of decodeText(
    textChunks(bytes, (kind) => requireText(kind, format)),
    encoding,
  )) {
    for (const batch of withFollowing(scanner, scanner.push(piece))) {
      look(batch);
      if (batch.count > 0) yield batch;
      if (pace.isOver()) await pace.rest();
    }
  }
  for (const last of withFollowing(scanner, scanner.finish())) {
    look(last);
    if (last.count > 0) yield last;
  }
}

function* withFollowing(scanner: RowScanner, first: RowBatch): Generator<RowBatch> {
  for (let batch: RowBatch | undefined = first; batch; batch = scanner.following()) yield batch;
}

function requireText(kind: ContentKind, { hasHeader }: DelimitedFormat): void {
  // Without a header row, and without a comma between cells, the first cell may hold JSON.
  if (kind === "text" || (kind === "json" && !hasHeader)) return;
  throw otherContent("delimited text", kind);
}

function columnsOf(header: SourceRow | undefined): readonly string[] {
  if (header === undefined) {
    throw new FormatError("FF004", "The file has no header row. Begin it with a row of column names.", 1);
  }
  if (header.problem !== undefined) throw badHeader(header.line, header.problem.message);
  const names = header.cells.map((cell) => cell.trim());
  if (names.every((name) => name === "")) throw badHeader(header.line, "None of its columns has a name.");
  return names;
}

function badHeader(line: number, what: string): FormatError {
  return new FormatError("FF004", `The header row on line ${line} cannot be used. ${what}`, line);
}

function numberedColumns(first: SourceRow | undefined): readonly string[] {
  return (first?.cells ?? []).map((_, index) => numberedColumn(index + 1));
}

async function* continued(first: RowBatch, rest: RowBatches): RowBatches {
  try {
    if (first.count > 0) yield first;
    yield* rest;
  } finally {
    await rest.return();
  }
}
