import { type FieldType, isNamed } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import { compileMap, expectedColumns, mapByName } from "../../domain/fieldMap.ts";
import { namelessColumns } from "../../domain/headerDoubts.ts";
import { guessEntity } from "../../domain/inference.ts";
import { lineBuffer } from "../../domain/lineBuffer.ts";
import { oddityWarnings } from "../../domain/oddCells.ts";
import { type RowBatch, rowAt, type RowPlace, type SourceRow } from "../../domain/rowBatch.ts";
import type { RowError } from "../../domain/cellValue.ts";
import { textWithValue } from "../../domain/shownValue.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import { readStart } from "../../formats/byteChunks.ts";
import { FormatError, type RecordReader } from "../../formats/recordFormat.ts";
import { codePageOfText } from "../../formats/textDecoding.ts";
import { encodingOfXml } from "../../formats/xmlEncoding.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import { formatRules } from "../definitions/saveFormat.ts";
import { measureBody } from "../sources/measuredBody.ts";
import { cellNamer } from "../sources/namedCells.ts";
import { openRecords } from "../sources/openRecords.ts";
import { regionOfFormat } from "../sources/regionOfFormat.ts";
import { type PreviewProblem, shownRow } from "./previewRows.ts";
import { sampleExtent } from "./sampleExtent.ts";
import { findEntities } from "./sampleSources.ts";

export interface TryWish {
  readonly fileName: string;
  /** Whose values the cells are to be, by the names of their columns; undefined where they are no values yet. */
  readonly entity: string | undefined;
  /** How many rows are shown. */
  readonly limit: number;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface TriedRow {
  readonly line: number;
  readonly place?: RowPlace;
  readonly cells: readonly (string | null)[];
  readonly raw?: string;
  readonly problems: readonly PreviewProblem[];
}

export interface TriedProblem extends PreviewProblem {
  readonly line: number;
}

/** What a format makes of a file. */
export interface TriedFormat {
  /** Of text and XML: the code page that it was read in, and whether its first bytes said so. */
  readonly encoding?: { readonly codePage: number; readonly isShownByFile: boolean };
  /** With the type that their values seem to have. */
  readonly columns: readonly { readonly name: string; readonly type: FieldType; readonly reason: string }[];
  readonly rows: readonly TriedRow[];
  /** Of all rows that were looked at, the first ones. */
  readonly problems: readonly TriedProblem[];
  /** What ends the reading of the file. */
  readonly errors: readonly { readonly code: string; readonly message: string; readonly line?: number }[];
  readonly warnings: readonly string[];
  readonly rowsRead: number;
  readonly rowsWithProblems: number;
  readonly isWhole: boolean;
}

const problemsMax = 100;
const startBytes = 1024;

/** Reads the first rows of a file in a format, saved or not. What is wrong with the file is an answer, never an exception. */
export async function tryFormat(ports: Ports, format: SourceFormat, wish: TryWish): Promise<TriedFormat> {
  await formatRules.requireSound(ports, format);
  const limits = { sizeBytesMax: ports.settings.bodyBytesMax, declaredBytes: undefined, checkStart: () => undefined };
  const { start, whole } = await readStart(measureBody(wish.body, limits).bytes, startBytes);
  const encoding = encodingOf(format, start);
  const found = noneFound();
  try {
    await readRows(ports, format, { ...wish, body: whole }, found);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const { code, message, line } = error;
    found.errors.push({ code, message, ...(line !== null && { line }) });
  }
  return { ...(encoding && { encoding }), ...found };
}

function encodingOf(format: SourceFormat, start: Uint8Array): TriedFormat["encoding"] {
  if (format.kind === "excel") return undefined;
  if (format.kind === "delimited" || format.kind === "fixedWidth") {
    const { codePage, isMarked } = codePageOfText(start, format.codePage);
    return { codePage, isShownByFile: isMarked };
  }
  try {
    return { codePage: encodingOfXml(start).codePage, isShownByFile: true };
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function noneFound() {
  return {
    columns: new Array<TriedFormat["columns"][number]>(),
    rows: new Array<TriedRow>(),
    problems: new Array<TriedProblem>(),
    errors: new Array<TriedFormat["errors"][number]>(),
    warnings: new Array<string>(),
    rowsRead: 0,
    rowsWithProblems: 0,
    isWhole: true,
  };
}

type Found = ReturnType<typeof noneFound>;

async function readRows(ports: Ports, format: SourceFormat, wish: TryWish, found: Found): Promise<void> {
  const pace = ports.startPace();
  const { fileName } = wish;
  const entity = wish.entity === undefined ? undefined : await requireEntity(ports, wish.entity);
  const expected = entity ? expectedColumns(entity, undefined) : [];
  const reader = await openRecords(wish.body, format, { fileName, entity, expected }, pace);
  const region = regionOfFormat(format);
  const guess = guessEntity(reader.columns, region);
  const judge = judgeBy(reader, entity && { entity, region });
  found.warnings.push(...namelessColumns(reader.columns).warnings);
  if (reader.hint !== undefined) found.warnings.push(reader.hint);
  found.errors.push(...judge.errors);
  found.warnings.push(...judge.warnings);
  try {
    await eachRow(reader, pace, found, (batch, index, row) => {
      const problems = judge.problemsOf(batch, index, row);
      if (!row.problem) guess.add(row.cells, row.place?.line ?? row.line);
      note(found, wish.limit, row, problems);
    });
  } finally {
    // What was read before an error is shown as well.
    found.columns = guess.finish().columns.map(({ column, field, reason }) => {
      return { name: column, type: field.type, reason };
    });
    found.warnings.push(...oddityWarnings(fileName, reader.oddities()));
  }
}

async function requireEntity(ports: Ports, name: string) {
  const entity = (await findEntities(ports)).find((each) => isNamed(each, name));
  if (entity) return entity;
  const message = `There is no data entity "${name}".`;
  throw new DomainError("invalid", message, [{ path: "entity", message }]);
}

async function eachRow(
  reader: RecordReader,
  pace: Pace,
  found: Found,
  take: (batch: RowBatch, index: number, row: SourceRow) => void,
): Promise<void> {
  const isWithin = sampleExtent();
  for await (const batch of reader.batches) {
    for (let index = 0; index < batch.count; index += 1) {
      if (pace.isOver()) await pace.rest();
      const row = rowAt(batch, index);
      if (!isWithin(row)) {
        found.isWhole = false;
        return;
      }
      take(batch, index, row);
    }
  }
}

function note(found: Found, limit: number, row: SourceRow, problems: readonly PreviewProblem[]): void {
  found.rowsRead += 1;
  if (problems.length > 0) found.rowsWithProblems += 1;
  for (const problem of problems) {
    if (found.problems.length < problemsMax) found.problems.push({ ...problem, line: row.place?.line ?? row.line });
  }
  if (found.rows.length < limit) found.rows.push({ ...shownRow(row), problems });
}

type Judged = Parameters<typeof compileMap>[0];

/** A row that cannot be taken apart says so by itself; whether values fit shows where somebody says whose they are. */
function judgeBy(
  reader: RecordReader,
  as: { readonly entity: Judged; readonly region: ReturnType<typeof regionOfFormat> } | undefined,
) {
  const fieldMap = as ? mapByName(as.entity, reader.columns) : [];
  const fed = new Set(fieldMap.map(({ field }) => field));
  // A field without a column says nothing about the format.
  const fields = as?.entity.fields.filter(({ name }) => fed.has(name)) ?? [];
  const map = as && compileMap({ ...as.entity, fields }, fieldMap, reader.columns, as.region);
  const columns = new Map(fieldMap.map(({ field, column }) => [field, column]));
  const nameCells = cellNamer(fieldMap, reader.columns);
  const toProblem = ({ field, code, ...text }: RowError): PreviewProblem => {
    const column = columns.get(field);
    return { field, ...(column !== undefined && { column }), code, message: textWithValue(text) };
  };
  const problemsOf = (batch: RowBatch, index: number, row: SourceRow): readonly PreviewProblem[] => {
    if (row.problem) return [toProblem({ field: "", ...row.problem })];
    if (!map || !("mapRow" in map)) return [];
    return nameCells(reader, row.line, map.mapRow(batch, index, lineBuffer()) ?? []).map(toProblem);
  };
  const errors =
    map && "problems" in map ? map.problems.map(({ code, ...text }) => ({ code, message: textWithValue(text) })) : [];
  const warnings = as && fed.size === 0 ? [`No column is called like a field of entity "${as.entity.name}".`] : [];
  return { problemsOf, errors, warnings };
}
