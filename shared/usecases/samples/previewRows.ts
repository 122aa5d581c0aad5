import type { DataEntity } from "../../domain/dataEntity.ts";
import type { EntityLine } from "../../domain/dataProject.ts";
import type { CompiledMap } from "../../domain/fieldMap.ts";
import type { FieldMap } from "../../domain/fieldMapLine.ts";
import { byFoldedName, foldName } from "../../domain/foldName.ts";
import { lineBuffer, linesIn } from "../../domain/lineBuffer.ts";
import { doubledCode } from "../../domain/reasonColumns.ts";
import { keyAt, recordAt } from "../../domain/recordLines.ts";
import { type RowBatch, rowAt, type RowPlace, type SourceRow } from "../../domain/rowBatch.ts";
import type { RowError } from "../../domain/cellValue.ts";
import { textWithValue } from "../../domain/shownValue.ts";
import type { RecordReader } from "../../formats/recordFormat.ts";
import type { Ports } from "../../ports.ts";
import type { EntityRef } from "../../ports/entityStore.ts";
import type { Pace } from "../../ports/pace.ts";
import { cellNamer } from "../sources/namedCells.ts";
import { type Fate, fatesOf } from "./previewFates.ts";
import { sampleExtent } from "./sampleExtent.ts";

export interface PreviewProblem {
  readonly field: string;
  readonly column?: string;
  readonly code: string;
  readonly message: string;
}

export interface PreviewedRow {
  readonly line: number;
  readonly place?: RowPlace;
  /** As they came, beside the columns; null where the row has none. */
  readonly cells: readonly (string | null)[];
  readonly raw?: string;
  /** By field, after the map: null keeps what is stored. Of a rejected row there are none. */
  readonly values: Readonly<Record<string, string | null>>;
  readonly problems: readonly PreviewProblem[];
  readonly outcome: Outcome;
}

export type Outcome = Fate | "rejected";

export interface RowsRead {
  /** Of the first rows. */
  readonly rows: PreviewedRow[];
  /** How each of all rows ended: the number of its record, or its rejection. */
  readonly ends: (number | "rejected")[];
  readonly records: ReturnType<typeof lineBuffer>;
  readonly numbers: Map<string, number>;
  isWhole: boolean;
}

interface Mapped {
  readonly reader: RecordReader;
  readonly map: CompiledMap;
  readonly fieldMap: FieldMap;
  readonly entity: DataEntity;
}

/** By their default values records may be far longer than their rows. */
const recordBytesMax = 32 * 1024 * 1024;
const shownCharactersMax = 1_000;

export function noRows(): RowsRead {
  return { rows: [], ends: [], records: lineBuffer(), numbers: new Map(), isWhole: true };
}

/** Reads as many rows as a sample is looked at, into `read`: what was read before an error stays. */
export async function readPreviewRows(mapped: Mapped, limit: number, read: RowsRead, pace: Pace): Promise<void> {
  const isWithin = sampleExtent();
  const judge = judgeRow(mapped, read);
  for await (const batch of mapped.reader.batches) {
    for (let index = 0; index < batch.count; index += 1) {
      if (pace.isOver()) await pace.rest();
      const row = rowAt(batch, index);
      if (!isWithin(row) || read.records.filled > recordBytesMax) {
        read.isWhole = false;
        return;
      }
      const problems = judge(batch, index, row);
      const number = read.records.count - 1;
      read.ends.push(problems.length > 0 ? "rejected" : number);
      if (read.rows.length >= limit) continue;
      const values = problems.length > 0 ? {} : valuesOf(mapped.map, read, number);
      read.rows.push({ ...shownRow(row), values, problems, outcome: "rejected" });
    }
  }
}

/** What is wrong with a row; one without problems is the last of the records then. */
function judgeRow({ reader, map, fieldMap, entity }: Mapped, { records, numbers }: RowsRead) {
  const columns = byFoldedName(fieldMap, ({ field }) => field);
  const nameCells = cellNamer(fieldMap, reader.columns);
  const keyField = entity.fields.find(({ isKey }) => isKey)?.name ?? "";
  const lines: number[] = [];
  const toProblem = ({ field, code, ...text }: RowError): PreviewProblem => {
    const column = columns.get(foldName(field))?.column;
    return { field, ...(column !== undefined && { column }), code, message: textWithValue(text) };
  };
  return (batch: RowBatch, index: number, row: SourceRow): readonly PreviewProblem[] => {
    const errors = row.problem ? [{ field: "", ...row.problem }] : map.mapRow(batch, index, records);
    if (errors) return nameCells(reader, row.line, errors).map(toProblem);
    const number = records.count - 1;
    const key = keyAt(records.bytes, records.starts[number]!);
    const first = numbers.get(key);
    lines[number] = row.line;
    if (first === undefined) numbers.set(key, number);
    if (first === undefined || map.generated?.field.isKey) return [];
    const where = `${row.place ? "in record" : "on line"} ${lines[first]}`;
    const message = `The same key stands ${where} already; the first row counts.`;
    return [toProblem({ field: keyField, code: doubledCode, message })];
  };
}

/** As they came, each cell cut after so many characters that people look at; null where the row has none. */
export function shownRow({ line, place, cells, absent, raw }: SourceRow) {
  const shown = cells.map((cell, index) => (absent?.has(index) ? null : cut(cell)));
  return { line, ...(place && { place }), cells: shown, ...(raw !== undefined && { raw: cut(raw) }) };
}

function valuesOf({ fields, generated }: CompiledMap, { records }: RowsRead, number: number): PreviewedRow["values"] {
  const { values } = recordAt(linesIn(records), number);
  return Object.fromEntries(
    fields.map((field, index) => {
      const value = generated?.place === index ? undefined : values[index];
      return [field, value === undefined ? null : cut(value)];
    }),
  );
}

function cut(text: string): string {
  return text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text;
}

/** What would become of the rows: those that are shown, and how many of all. */
export async function outcomesOf(
  ports: Ports,
  ref: EntityRef,
  { line, entity, map }: { readonly line: EntityLine; readonly entity: DataEntity; readonly map: CompiledMap },
  { rows, ends, records, numbers }: RowsRead,
  pace: Pace,
): Promise<{ readonly rows: readonly PreviewedRow[]; readonly counts: Readonly<Record<Outcome, number>> }> {
  const { truncateFirst } = line;
  const fates = await fatesOf(ports, { ref, entity, map, truncateFirst, records: linesIn(records), numbers }, pace);
  const counts = { created: 0, updated: 0, unchanged: 0, rejected: 0, notCompared: 0 };
  const outcomes = ends.map((end): Outcome => (end === "rejected" ? end : (fates.get(end) ?? "created")));
  for (const outcome of outcomes) counts[outcome] += 1;
  return { rows: rows.map((row, index) => ({ ...row, outcome: outcomes[index]! })), counts };
}
