import { doubledCode } from "../../domain/reasonColumns.ts";
import type { StagedRecord, StagedRecords, Staging } from "../../ports/staging.ts";
import type { SourceRow } from "../../formats/recordFormat.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import type { FailedRecords } from "./failedRecords.ts";
import type { PreparedLine } from "./prepareImport.ts";

const lineDigits = 15;

/**
 * Adds the rows whose key an earlier row of the same file has to the failed records, with the line of the first. The
 * staged records know them in the order of their keys, the file has them in the order of its lines: so their lines are
 * staged once more and the file is read again, in bounded memory however many there are.
 */
export async function addDoubledRecords(
  ports: Ports,
  executionId: string,
  line: PreparedLine,
  staged: StagedRecords,
  failed: FailedRecords,
  pace: Pace,
): Promise<void> {
  const byLine = ports.staging.open(executionId);
  try {
    await stageByLine(staged, byLine, pace);
    const doubled = await byLine.finish();
    if (doubled.count > 0) await addRows(line, doubled, failed, pace);
  } finally {
    await byLine.discard();
  }
}

async function stageByLine(staged: StagedRecords, byLine: Staging, pace: Pace): Promise<void> {
  let first: StagedRecord | undefined;
  for await (const batch of staged.records()) {
    if (pace.isOver()) await pace.rest();
    const doubled: StagedRecord[] = [];
    for (const record of batch) {
      if (first === undefined || record.key !== first.key) first = record;
      else doubled.push(atLine(record.line, first.line));
    }
    if (doubled.length > 0) await byLine.add(doubled);
  }
}

function atLine(line: number, firstLine: number): StagedRecord {
  return { key: String(line).padStart(lineDigits, "0"), line, values: [String(firstLine)] };
}

async function addRows(line: PreparedLine, doubled: StagedRecords, failed: FailedRecords, pace: Pace): Promise<void> {
  const field = line.entity.fields.find((candidate) => candidate.isKey)?.name ?? "";
  const lines = oneByOne(doubled);
  let next = await lines.next();
  const reader = await line.open();
  for await (const batch of reader.batches) {
    for (const row of batch) {
      if (pace.isOver()) await pace.rest();
      if (next.done || row.line !== next.value.line) continue;
      await addRow(failed, field, row, next.value);
      next = await lines.next();
    }
    if (next.done) break;
  }
  await lines.return();
}

function addRow(failed: FailedRecords, field: string, row: SourceRow, { values }: StagedRecord): Promise<void> {
  const message = `The same key stands on line ${values[0]} already; the first row counts.`;
  return failed.add(row, [{ field, code: doubledCode, message }]);
}

async function* oneByOne(staged: StagedRecords): AsyncGenerator<StagedRecord, void, undefined> {
  for await (const batch of staged.records()) yield* batch;
}
