import { doubledCode } from "../../domain/reasonColumns.ts";
import {
  compareKeys,
  endOfKey,
  type LineRecord,
  linesOf,
  numberAt,
  type RecordLines,
  recordsIn,
} from "../../domain/recordLines.ts";
import type { StagedRecords, Staging } from "../../ports/staging.ts";
import { rowAt, type SourceRow } from "../../domain/rowBatch.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import type { FailedRecords } from "./failedRecords.ts";
import type { LineSource } from "./lineSource.ts";
import type { PreparedLine } from "./prepareImport.ts";

const lineDigits = 15;

interface Doubled {
  readonly line: PreparedLine;
  readonly source: LineSource;
  readonly staged: StagedRecords;
}

/**
 * Adds the rows whose key an earlier row of the same file has to the failed records, with the line of the first. The
 * staged records know them in the order of their keys, the file has them in the order of its lines: so their lines are
 * staged once more and the file is read again, in bounded memory however many there are.
 */
export async function addDoubledRecords(
  ports: Ports,
  executionId: string,
  { line, source, staged }: Doubled,
  failed: FailedRecords,
  pace: Pace,
): Promise<void> {
  const byLine = ports.staging.open(executionId);
  try {
    await stageByLine(staged, byLine, pace);
    const doubled = await byLine.finish();
    if (doubled.count > 0) await addRows({ line, source }, doubled, failed, pace);
  } finally {
    await byLine.discard();
  }
}

async function stageByLine(staged: StagedRecords, byLine: Staging, pace: Pace): Promise<void> {
  const first = { key: Buffer.alloc(0), number: 0 };
  for await (const batch of staged.records()) {
    if (pace.isOver()) await pace.rest();
    const doubled = doubledIn(batch, first);
    if (doubled.length > 0) await byLine.add(linesOf(doubled));
  }
}

/** `first` is the last record of which the key was new, and moves on. */
function doubledIn({ bytes, count, starts }: RecordLines, first: { key: Buffer; number: number }): LineRecord[] {
  const doubled: LineRecord[] = [];
  for (let index = 0; index < count; index += 1) {
    const start = starts[index]!;
    const number = numberAt(bytes, start);
    if (first.key.length > 0 && compareKeys(first.key, 0, bytes, start) === 0)
      doubled.push(atLine(number, first.number));
    else Object.assign(first, { key: Buffer.from(bytes.subarray(start, endOfKey(bytes, start) + 1)), number });
  }
  return doubled;
}

function atLine(line: number, firstLine: number): LineRecord {
  return { key: String(line).padStart(lineDigits, "0"), number: line, values: [String(firstLine)] };
}

async function addRows(
  { line, source }: Pick<Doubled, "line" | "source">,
  doubled: StagedRecords,
  failed: FailedRecords,
  pace: Pace,
): Promise<void> {
  const field = line.entity.fields.find((candidate) => candidate.isKey)?.name ?? "";
  const lines = oneByOne(doubled);
  let next = await lines.next();
  const reader = await source.open();
  for await (const batch of reader.batches) {
    if (pace.isOver()) await pace.rest();
    for (let index = 0; index < batch.count; index += 1) {
      if (next.done || batch.lines[index] !== next.value.number) continue;
      if (pace.isOver()) await pace.rest();
      await addRow(failed, field, rowAt(batch, index), next.value);
      next = await lines.next();
    }
    if (next.done) break;
  }
  await lines.return();
}

function addRow(failed: FailedRecords, field: string, row: SourceRow, { values }: LineRecord): Promise<void> {
  const first = `${row.place ? "in record" : "on line"} ${values[0]}`;
  const message = `The same key stands ${first} already; the first row counts.`;
  return failed.add(row, [{ field, code: doubledCode, message }]);
}

async function* oneByOne(staged: StagedRecords): AsyncGenerator<LineRecord, void, undefined> {
  for await (const batch of staged.records()) yield* recordsIn(batch);
}
