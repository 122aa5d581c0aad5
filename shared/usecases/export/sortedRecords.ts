import type { DataEntity } from "../../domain/dataEntity.ts";
import type { EntityLine } from "../../domain/dataProject.ts";
import { byFoldedName, foldName } from "../../domain/foldName.ts";
import { type LineBuffer, emptyLines, endLine, lineBuffer, linesIn, reserve } from "../../domain/lineBuffer.ts";
import { keyAt, keyLine, numberAt, type RecordLines, startOfValues, tab } from "../../domain/recordLines.ts";
import { decodeOptionalValues } from "../../domain/recordText.ts";
import { type SortedBy, sortKeyOf } from "../../domain/sort/sortKey.ts";
import type { EntitySnapshot, SnapshotRead } from "../../ports/entityStore.ts";
import type { Pace } from "../../ports/pace.ts";
import type { Staging } from "../../ports/staging.ts";

/** What a sorted export needs beside its records. */
export interface Sorting {
  readonly pace: Pace;
  /** An empty staging of the run's own. */
  readonly open: () => Staging;
}

interface SortedSource {
  readonly line: EntityLine;
  readonly entity: DataEntity;
  readonly snapshot: EntitySnapshot;
}

/** The records that are asked for in the order of the line's sort, within bounded memory; by their keys where it has none. */
export async function* sortedRecords(
  { line, entity, snapshot }: SortedSource,
  read: SnapshotRead,
  { pace, open }: Sorting,
): AsyncGenerator<RecordLines> {
  const fields = byFoldedName(entity.fields, ({ name }) => name);
  const by = (line.sort ?? []).flatMap(({ field: name, descending = false }) => {
    const field = fields.get(foldName(name));
    return field ? [{ field, isDescending: descending }] : [];
  });
  if (by.length === 0) return yield* snapshot.read(read);
  const staging = open();
  try {
    const columns = [...by.map(({ field }) => field.name), ...read.columns];
    const batch = lineBuffer();
    for await (const records of snapshot.read({ ...read, columns })) {
      for (let index = 0; index < records.count; index += 1) addSorted(batch, by, records, index);
      await staging.add(linesIn(batch));
      emptyLines(batch);
      if (pace.isOver()) await pace.rest();
    }
    yield* (await staging.finish()).records();
  } finally {
    await staging.discard();
  }
}

/** Adds a record under its sort key, without the values in front that it is made of. */
function addSorted(batch: LineBuffer, by: readonly SortedBy[], records: RecordLines, index: number): void {
  const { bytes, starts, ends } = records;
  const [start, end] = [starts[index]!, ends[index]!];
  const sortedFrom = startOfValues(bytes, start);
  const valuesFrom = behindCells(bytes, sortedFrom, by.length);
  const values = decodeOptionalValues(bytes.toString("utf8", sortedFrom, valuesFrom - 1)).map((value) => value ?? "");
  const key = keyLine(sortKeyOf(by, values, keyAt(bytes, start)));
  const number = Buffer.from(`${numberAt(bytes, start)}\t`);
  const at = batch.filled;
  reserve(batch, key.length + number.length + end - valuesFrom + 1);
  batch.filled += key.copy(batch.bytes, batch.filled);
  batch.filled += number.copy(batch.bytes, batch.filled);
  batch.filled += bytes.copy(batch.bytes, batch.filled, valuesFrom, end);
  endLine(batch, at);
}

/** Where the values behind some others begin. */
function behindCells(bytes: Buffer, from: number, count: number): number {
  let at = from;
  for (let cell = 0; cell < count; cell += 1) {
    while (bytes[at] !== tab) at += 1;
    at += 1;
  }
  return at;
}
