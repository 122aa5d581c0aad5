import { recordKey } from "../../domain/dataEntity.ts";
import { foldName } from "../../domain/foldName.ts";
import { createLineSet, type LineSet } from "../../domain/lineSet.ts";
import { compareKeys, linesOf, linesWhere, numberAt, type RecordLines, recordsIn } from "../../domain/recordLines.ts";
import { rowAt } from "../../domain/rowBatch.ts";
import type { StagedRecords } from "../../ports/staging.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import type { FailedRecords } from "./failedRecords.ts";
import type { LineSource } from "./lineSource.ts";
import type { PreparedLine } from "./prepareImport.ts";
import type { PreparedLookup } from "./preparedLookups.ts";

interface Broken {
  readonly lookup: PreparedLookup;
  readonly lines: LineSet;
}

/**
 * Looks the values of staged records up in the entities that rules name, and takes out those that are no keys there; they
 * are failed records. Each rule is decided by one moment of its entity, in bounded memory: the values are sorted, and met
 * by the keys in their order.
 */
export async function lookUp(
  ports: Ports,
  executionId: string,
  {
    line,
    source,
    staged,
  }: { readonly line: PreparedLine; readonly source: LineSource; readonly staged: StagedRecords },
  failed: FailedRecords,
  pace: Pace,
): Promise<StagedRecords> {
  const broken: Broken[] = [];
  for (const lookup of line.lookups) {
    const place = line.map.fields.findIndex((name) => foldName(name) === foldName(lookup.field.name));
    if (place < 0 || staged.count === 0) continue;
    const lines = await missingIn(ports, executionId, lookup, { staged, place, pace });
    if (lines) broken.push({ lookup, lines });
  }
  if (broken.length === 0) return staged;
  const count = await addFailed({ line, source }, broken, failed, pace);
  const isGood = (number: number): boolean => !broken.some(({ lines }) => lines.has(number));
  async function* records(): AsyncGenerator<RecordLines> {
    for await (const batch of staged.records()) {
      const good = linesWhere(batch, isGood);
      if (good.count > 0) yield good;
    }
  }
  return { ...staged, count: staged.count - count, records };
}

/** The lines whose value is no key of the records; undefined where each is. */
async function missingIn(
  ports: Ports,
  executionId: string,
  { ref }: PreparedLookup,
  { staged, place, pace }: { readonly staged: StagedRecords; readonly place: number; readonly pace: Pace },
): Promise<LineSet | undefined> {
  const byValue = ports.staging.open(executionId);
  try {
    for await (const batch of staged.records()) {
      const values = recordsIn(batch).flatMap(({ number, values: all }) => {
        const value = all[place];
        return value ? [{ key: recordKey([value]), number, values: [] }] : [];
      });
      await byValue.add(linesOf(values));
      if (pace.isOver()) await pace.rest();
    }
    const sorted = await byValue.finish();
    const snapshot = await ports.entities.openSnapshot(ref);
    return await firstMissing(sorted.records(), snapshot.read({ columns: [] }), pace);
  } finally {
    await byValue.discard();
  }
}

async function firstMissing(
  values: AsyncIterable<RecordLines>,
  records: AsyncIterable<RecordLines>,
  pace: Pace,
): Promise<LineSet | undefined> {
  const keys = linesIn(records);
  let key = await keys.next();
  let missing: LineSet | undefined;
  for await (const value of linesIn(values)) {
    if (pace.isOver()) await pace.rest();
    while (!key.done && compareKeys(key.value.bytes, key.value.start, value.bytes, value.start) < 0) {
      key = await keys.next();
    }
    if (!key.done && compareKeys(key.value.bytes, key.value.start, value.bytes, value.start) === 0) continue;
    missing ??= createLineSet();
    missing.add(numberAt(value.bytes, value.start));
  }
  await keys.return();
  return missing;
}

/** Each good until the next one is asked for. */
async function* linesIn(
  batches: AsyncIterable<RecordLines>,
): AsyncGenerator<{ readonly bytes: Buffer; readonly start: number }, void, undefined> {
  for await (const { bytes, count, starts } of batches) {
    for (let index = 0; index < count; index += 1) yield { bytes, start: starts[index]! };
  }
}

/** Reads the rows once more, and answers how many of them a rule forbids. */
async function addFailed(
  { line, source }: { readonly line: PreparedLine; readonly source: LineSource },
  broken: readonly Broken[],
  failed: FailedRecords,
  pace: Pace,
): Promise<number> {
  let count = 0;
  const reader = await source.open();
  for await (const batch of reader.batches) {
    for (let index = 0; index < batch.count; index += 1) {
      const own = broken.filter(({ lines }) => lines.has(batch.lines[index]!));
      if (own.length === 0) continue;
      const errors = own.map(({ lookup: { field, rule } }) => ({
        field: field.name,
        code: "validateField",
        message: rule.message,
      }));
      const row = rowAt(batch, index);
      await failed.add(row, line.nameCells(reader, row.line, errors));
      count += 1;
    }
    if (pace.isOver()) await pace.rest();
  }
  return count;
}
