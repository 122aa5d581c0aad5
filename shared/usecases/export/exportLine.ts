import { byFoldedName, foldName } from "../../domain/foldName.ts";
import type { EntityRef, EntitySnapshot } from "../../ports/entityStore.ts";
import type { DataEntity } from "../../domain/dataEntity.ts";
import type { EntityLine } from "../../domain/dataProject.ts";
import type { FieldMap } from "../../domain/fieldMap.ts";
import type { RecordLines } from "../../domain/recordLines.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import { createCsvWriter } from "../../formats/csvWriter.ts";
import type { Pace } from "../../ports/pace.ts";

/** One entity of an export: its definitions, and one moment of its records. */
export interface ExportLine {
  readonly line: EntityLine;
  readonly entity: DataEntity;
  readonly format: SourceFormat;
  readonly fieldMap: FieldMap;
  readonly fileName: string;
  readonly ref: EntityRef;
  readonly snapshot: EntitySnapshot;
  /** Records changed after this commit only; undefined for all of them. */
  readonly changedSince: number | undefined;
}

export interface WrittenEntity {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Records so far; all of them once the bytes were read. */
  count(): number;
}

/** One entity's records in the line's format, through its field map; a column without a field holds its default value. */
export function writeEntity(pace: Pace, line: ExportLine): WrittenEntity {
  const columns = line.fieldMap.map((mapped) => mapped.column ?? mapped.field);
  const known = byFoldedName(line.entity.fields, ({ name }) => name);
  const fields = line.fieldMap.map((mapped) => known.get(foldName(mapped.field))?.name ?? mapped.field);
  const defaults = line.fieldMap.map((mapped) => mapped.defaultValue ?? "");
  let count = 0;

  async function* batches(): AsyncGenerator<RecordLines> {
    const { changedSince } = line;
    const read = { columns: fields, ...(changedSince === undefined ? {} : { changedSince }) };
    for await (const records of line.snapshot.read(read)) {
      count += records.count;
      yield records;
    }
  }

  return { bytes: createCsvWriter(line.format, pace).write(columns, batches(), defaults), count: () => count };
}
