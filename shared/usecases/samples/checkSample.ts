import type { DataEntity } from "../../domain/dataEntity.ts";
import type { EntityLine } from "../../domain/dataProject.ts";
import { type CompiledMap, compileMap, expectedColumns, fieldMapProblems, mapByName } from "../../domain/fieldMap.ts";
import type { FieldMap } from "../../domain/fieldMapLine.ts";
import type { RowError } from "../../domain/cellValue.ts";
import { byFoldedName, foldName } from "../../domain/foldName.ts";
import { oddityWarnings } from "../../domain/oddCells.ts";
import { namelessColumns } from "../../domain/headerDoubts.ts";
import { isReasonColumn } from "../../domain/reasonColumns.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import { lineBuffer } from "../../domain/lineBuffer.ts";
import { namedRow, type RowBatch, rowsIn } from "../../domain/rowBatch.ts";
import { textWithValue } from "../../domain/shownValue.ts";
import type { RecordReader } from "../../formats/recordFormat.ts";
import { FormatError } from "../../formats/recordFormat.ts";
import type { Pace } from "../../ports/pace.ts";
import type { StylesheetText } from "../../ports/transformer.ts";
import type { Region } from "../../domain/region.ts";
import { cellNamer } from "../sources/namedCells.ts";
import { openRecords } from "../sources/openRecords.ts";
import { regionOfFormat } from "../sources/regionOfFormat.ts";
import { sampleExtent } from "./sampleExtent.ts";

const errorsMax = 100;

/** One file of a sample, and the line of the project that is made of it. */
export interface SampleSource {
  readonly line: EntityLine;
  readonly entity: DataEntity;
  readonly format: SourceFormat;
  readonly fileName: string;
  readonly bytes: () => AsyncIterable<Uint8Array>;
  /** Those that its package has for it; the line's own where there are none. */
  readonly stylesheets?: () => Promise<readonly StylesheetText[]>;
  /** What is wrong or worth knowing before the file is read. */
  readonly errors: readonly RowError[];
  readonly warnings: readonly string[];
}

export interface SampleError extends Omit<RowError, "value"> {
  /** With the value that it is about, if there is one. */
  readonly message: string;
  readonly column?: string;
  /** Of the first row that has it. */
  readonly line?: number;
  readonly count: number;
}

export interface CheckedSample {
  readonly entity: string;
  readonly format: string;
  readonly fileName: string;
  readonly isValid: boolean;
  readonly errors: readonly SampleError[];
  readonly warnings: readonly string[];
  readonly rowsChecked: number;
  readonly isWhole: boolean;
  /** The line's map, or the one that columns named like fields give. */
  readonly fieldMap?: FieldMap;
  /** Whether the map fits entity and file; only then it is worth keeping. */
  readonly isMapFit: boolean;
}

/** Checks a file as an import would, up to a number of rows. What is wrong is an answer, never an exception. */
export async function checkSample(source: SampleSource, pace: Pace): Promise<CheckedSample> {
  const { entity, format, fileName, line } = source;
  const names = { entity: entity.name, format: format.name, fileName };
  const errors = errorTally(source.errors);
  let fieldMap = line.fieldMap;
  let isMapFit = false;
  const read = { rows: 0, isWhole: true };
  const warnings = [...source.warnings];
  try {
    const opened = await openSample(source, pace);
    const { reader, map } = opened;
    fieldMap = opened.fieldMap;
    isMapFit = "mapRow" in map;
    if ("mapRow" in map) {
      warnings.push(...namelessColumns(reader.columns).warnings, ...unknownColumns(map));
      await readRows(reader, map, opened.fieldMap, errors, read, pace);
      warnings.push(...oddityWarnings(fileName, reader.oddities()), ...map.warnings());
    } else {
      if (reader.hint !== undefined) warnings.push(reader.hint);
      for (const problem of map.problems) errors.add(problem, undefined, undefined);
    }
    if (read.rows === 0 && isMapFit) warnings.push("The file has no records.");
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    errors.add({ field: "", code: error.code, message: error.message }, undefined, error.line ?? undefined);
  }
  const found = errors.all();
  const outcome = { errors: found, warnings, rowsChecked: read.rows, isWhole: read.isWhole, isMapFit };
  return { ...names, ...outcome, isValid: found.length === 0, ...(fieldMap && { fieldMap }) };
}

/** The records of a sample, and the line's map or the one that columns named like fields give. */
export async function openSample(
  { entity, format, fileName, line, bytes }: SampleSource,
  pace: Pace,
): Promise<{ readonly reader: RecordReader; readonly fieldMap: FieldMap; readonly map: ReturnType<typeof fit> }> {
  const { excelSheetName: sheetName, fieldMap: own } = line;
  const named = { fileName, ...(sheetName !== undefined && { sheetName }) };
  const of = { ...named, entity, expected: expectedColumns(entity, own), isMapped: own !== undefined };
  const reader = await openRecords(bytes(), format, of, pace);
  const fieldMap = own ?? mapByName(entity, reader.columns);
  return { reader, fieldMap, map: fit(entity, fieldMap, reader.columns, regionOfFormat(format)) };
}

function fit(
  entity: DataEntity,
  fieldMap: FieldMap,
  columns: readonly string[],
  region: Region | undefined,
): CompiledMap | { readonly problems: readonly RowError[] } {
  const problems = fieldMapProblems(entity, fieldMap, "fieldMap");
  if (problems.length === 0) return compileMap(entity, fieldMap, columns, region);
  return { problems: problems.map(({ path, message }) => ({ field: path, code: "DMF2022", message })) };
}

async function readRows(
  reader: RecordReader,
  map: CompiledMap,
  fieldMap: FieldMap,
  errors: ErrorTally,
  read: { rows: number; isWhole: boolean },
  pace: Pace,
): Promise<void> {
  const isWithin = sampleExtent();
  const mapped = byFoldedName(fieldMap, (line) => line.field);
  const nameCells = cellNamer(fieldMap, reader.columns);
  for await (const batch of reader.batches) {
    for (const [index, row] of rowsIn(batch).entries()) {
      if (pace.isOver()) await pace.rest();
      if (!isWithin(row)) {
        read.isWhole = false;
        return;
      }
      read.rows += 1;
      for (const error of nameCells(reader, row.line, errorsOf(batch, index, map))) {
        const message = row.place ? `${namedRow(row)}: ${error.message}` : error.message;
        errors.add({ ...error, message }, mapped.get(foldName(error.field))?.column, row.line);
      }
    }
  }
}

function errorsOf(batch: RowBatch, index: number, map: CompiledMap): readonly RowError[] {
  const { problem } = batch.broken.get(index) ?? {};
  return problem ? [{ field: "", ...problem }] : (map.mapRow(batch, index, lineBuffer()) ?? []);
}

/** A warning for each column that no field takes. */
export function unknownColumns(map: CompiledMap): readonly string[] {
  return map.unknownColumns
    .filter((column) => !isReasonColumn(column))
    .map((column) => `No field takes column "${column}".`);
}

interface ErrorTally {
  add(error: RowError, column: string | undefined, line: number | undefined): void;
  all(): readonly SampleError[];
}

/** One entry for each field and kind of error, with the first row that has it. */
function errorTally(first: readonly RowError[]): ErrorTally {
  const entries = new Map<string, SampleError>();
  const tally: ErrorTally = {
    add({ field, code, ...text }, column, line) {
      const key = [field, code, line === undefined ? text.message : ""].join("\u001f");
      const known = entries.get(key);
      if (known) entries.set(key, { ...known, count: known.count + 1 });
      else if (entries.size < errorsMax) {
        const place = { ...(column === undefined ? {} : { column }), ...(line === undefined ? {} : { line }) };
        entries.set(key, { field, code, message: textWithValue(text), ...place, count: 1 });
      }
    },
    all: () => [...entries.values()],
  };
  for (const error of first) tally.add(error, undefined, undefined);
  return tally;
}
