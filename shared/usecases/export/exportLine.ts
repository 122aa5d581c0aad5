import { byFoldedName, foldName } from "../../domain/foldName.ts";
import type { EntityRef, EntitySnapshot } from "../../ports/entityStore.ts";
import { type DataEntity, keyFields, keySeparator } from "../../domain/dataEntity.ts";
import { shownValue } from "../../domain/shownValue.ts";
import { FormatError, type NameOfCell } from "../../formats/recordFormat.ts";
import type { EntityLine } from "../../domain/dataProject.ts";
import { upperCased } from "../../domain/fieldMap.ts";
import type { FieldMap, FieldMapLine } from "../../domain/fieldMapLine.ts";
import type { RecordLines } from "../../domain/recordLines.ts";
import { recordKeyIn } from "../../domain/sort/sortKey.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import { exportCells } from "./exportCells.ts";
import type { ExportScope } from "./exportScope.ts";
import { recordsOfLine } from "../sources/recordsOfLine.ts";
import { type Sorting, sortedRecords } from "./sortedRecords.ts";

/** One entity of an export: its definitions, and one moment of its records. */
export interface ExportLine {
  readonly line: EntityLine;
  readonly entity: DataEntity;
  readonly format: SourceFormat;
  readonly fieldMap: FieldMap;
  readonly fileName: string;
  /** Of the file that names what is gone, where there is one. */
  readonly deletedFileName: string | undefined;
  readonly ref: EntityRef;
  readonly snapshot: EntitySnapshot;
  readonly scope: ExportScope;
  /** Absent: all of them. */
  readonly recordsMax: number | undefined;
}

export interface WrittenEntity {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Records so far; all of them once the bytes were read. */
  count(): number;
}

/** One entity's records in the line's format, through its field map; a column without a field holds its default value. */
export function writeEntity(sorting: Sorting, line: ExportLine): WrittenEntity {
  const { pace } = sorting;
  const columns = line.fieldMap.map((mapped) => mapped.column ?? mapped.field);
  const known = byFoldedName(line.entity.fields, ({ name }) => name);
  const fields = line.fieldMap.map((mapped) => known.get(foldName(mapped.field))?.name ?? mapped.field);
  const nameOf = nameOfCell(line, fields);
  const cells = exportCells(line, nameOf);
  const qualifiers = line.fieldMap.map(({ textQualifier }) => textQualifier);
  let count = 0;

  async function* batches(): AsyncGenerator<RecordLines> {
    const { recordsMax = Number.POSITIVE_INFINITY } = line;
    for await (const found of sortedRecords(line, { columns: fields, ...line.scope.records }, sorting)) {
      const records = count + found.count > recordsMax ? { ...found, count: recordsMax - count } : found;
      if (records.count > 0) yield cells.write(records, count + 1);
      else if (pace.isOver()) await pace.rest();
      count += records.count;
      if (count === recordsMax) return;
    }
  }

  const types = line.fieldMap.map((mapped) => known.get(foldName(mapped.field))?.type);
  const of = { ...recordsOfLine(line.line, line.entity, columns), types };
  const writer = fileFormatOf(line.format).createWriter(of, pace);
  const file = writer.write(columns, batches(), cells.defaults, nameOf, qualifiers);
  return { bytes: namedFile(line.fileName, file), count: () => count };
}

/** The keys of those that the receiver is to forget, as the records' own file would have them; undefined for no file. */
export function writeDeleted(
  sorting: Sorting,
  line: ExportLine,
): (WrittenEntity & { readonly name: string }) | undefined {
  const { scope, deletedFileName: name } = line;
  if (!scope.deleted || name === undefined) return undefined;
  const mapped = byFoldedName(line.fieldMap, ({ field }) => field);
  const fieldMap = keyFields(line.entity).map(({ name: field }): FieldMapLine => {
    const {
      autoDefault: _always,
      defaultValue: _default,
      ...rest
    } = mapped.get(foldName(field)) ?? { field, ignoreBlank: false };
    return { ...rest, column: rest.column ?? upperCased(field) };
  });
  const { sort: _sort, ...inKeyOrder } = line.line;
  const deleted = { ...line, line: inKeyOrder, fieldMap, fileName: name, scope: { ...scope, records: scope.deleted } };
  return { name, ...writeEntity(sorting, deleted) };
}

/** A record by its key as it is stored, in so far as the file has it; what it has not is in the form that is compared. */
function nameOfCell({ entity }: ExportLine, fields: readonly string[]): NameOfCell {
  const keys = keyFields(entity).map(({ name }) => fields.indexOf(name));
  return (record, cell) => {
    const compared = recordKeyIn(record.key).split(keySeparator);
    const key = keys.map((at, index) => shownValue(record.values[at] ?? compared[index] ?? ""));
    return `Record ${key.join(", ")}, field ${shownValue(fields[cell] ?? "")},`;
  };
}

async function* namedFile(fileName: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(error.code, `${fileName}: ${error.message}`, error.line, `${fileName}: ${error.shown}`);
  }
}
