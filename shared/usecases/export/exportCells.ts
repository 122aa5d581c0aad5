import type { DataEntity, EntityField } from "../../domain/dataEntity.ts";
import { embeddedCell } from "../../domain/embeddedCell.ts";
import { type ExportCell, exportCell } from "../../domain/exportCell.ts";
import type { FieldMap, FieldMapLine } from "../../domain/fieldMapLine.ts";
import { byFoldedName, foldName } from "../../domain/foldName.ts";
import { type LineRecord, linesOf, type RecordLines, recordsIn } from "../../domain/recordLines.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import { canonicalValue } from "../../domain/valueConversions.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import { FormatError, type NameOfCell } from "../../formats/recordFormat.ts";
import { regionOfFormat } from "../sources/regionOfFormat.ts";

export interface ExportCells {
  /** Records with their values as they are to stand in the file; `firstNumber` is the first one's place in it. */
  readonly write: (records: RecordLines, firstNumber: number) => RecordLines;
  /** What stands in each column for an empty value. */
  readonly defaults: readonly string[];
}

interface Column {
  readonly line: FieldMapLine;
  readonly field: EntityField | undefined;
  /** Undefined where values are written as they are. */
  readonly cell: ExportCell | undefined;
}

/**
 * Writes values as the map and the format's language and time zone say; where neither says anything, canonical texts are
 * what the file holds.
 */
export function exportCells(
  {
    entity,
    format,
    fieldMap,
  }: { readonly entity: DataEntity; readonly format: SourceFormat; readonly fieldMap: FieldMap },
  nameOf: NameOfCell,
): ExportCells {
  const region = regionOfFormat(format);
  const { emptyValueOf } = fileFormatOf(format);
  const emptyOf = ({ type, embedded }: EntityField): string => {
    const empty = embedded ? "" : (emptyValueOf?.(type) ?? "");
    return empty && (region?.(type)?.write(empty) ?? empty);
  };
  const known = byFoldedName(entity.fields, ({ name }) => name);
  const columns = fieldMap.map((line): Column => {
    const field = known.get(foldName(line.field));
    if (field?.embedded) return { line, field, cell: embeddedCell(field.embedded, region, emptyOf) };
    return { line, field, cell: field && exportCell(field, line, region) };
  });
  const defaults = columns.map((column) => {
    if (column.line.defaultValue) return defaultCell(column);
    return column.field ? emptyOf(column.field) : "";
  });
  const isPlain = columns.every(({ line, cell }) => cell === undefined && !line.autoDefault);
  if (isPlain) return { defaults, write: (records) => records };
  const write = (records: RecordLines, firstNumber: number): RecordLines =>
    linesOf(recordsIn(records).map((record, index) => writtenRecord(columns, record, firstNumber + index, nameOf)));
  return { defaults, write };
}

function defaultCell({ line, field, cell }: Column): string {
  const { defaultValue = "" } = line;
  const canonical = field && cell && canonicalValue(field, defaultValue);
  if (!canonical) return defaultValue;
  const written = cell(canonical);
  if (typeof written === "string") return written;
  throw new FormatError("unwritable", `The default value of field "${field.name}" ${written.problem}`);
}

function writtenRecord(columns: readonly Column[], record: LineRecord, number: number, nameOf: NameOfCell): LineRecord {
  const values = record.values.map((value, place) => {
    const { line, cell } = columns[place] ?? {};
    // The column's default value stands in every row.
    if (line?.autoDefault) return "";
    if (!value || !cell) return value;
    const written = cell(value);
    if (typeof written === "string") return written;
    const text = `Record ${number}, column "${line?.column ?? line?.field}", holds a value whose text the field map converts to another one.`;
    throw new FormatError("unwritable", text, null, `${nameOf(record, place)} ${written.problem}`);
  });
  return { ...record, values };
}
