import type { DataEntity } from "../../domain/dataEntity.ts";
import { companyOf, isSameName } from "../../domain/dataEntity.ts";
import { enabledLinesInOrder } from "../../domain/dataPackage.ts";
import { type EntityLine, enabledLines } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import { type CompiledMap, compileMap, expectedColumns, mapByName } from "../../domain/fieldMap.ts";
import type { FieldMap } from "../../domain/fieldMapLine.ts";
import { namelessColumns } from "../../domain/headerDoubts.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { nameList } from "../../domain/nameList.ts";
import { fieldsPassedOver, packageFieldMap, packageMapProblems } from "../../domain/packageFieldMap.ts";
import type { NumberSequence } from "../../domain/numberSequence.ts";
import { isReasonColumn } from "../../domain/reasonColumns.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import type { LineStaging } from "../../domain/stagedRow.ts";
import type { RecordReader } from "../../formats/recordFormat.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import {
  type ExecutionDefinitions,
  type Versioned,
  entityOf,
  newestDefinitions,
  sequenceOf,
  treeOf,
} from "../definitions/executionDefinitions.ts";
import type { GivenOrder } from "../orders/findOrder.ts";
import { openStoredPackage } from "../sources/openPackage.ts";
import { cellNamer, type NameCells } from "../sources/namedCells.ts";
import { isRefusal } from "../sources/refusal.ts";
import { regionOfFormat } from "../sources/regionOfFormat.ts";
import { prepareLookups, type PreparedLookup } from "./preparedLookups.ts";
import { openFiles, otherFormat } from "./openFiles.ts";
import { type OpenedFile, formatsOfEarlier } from "./rejectedRows.ts";
import { linesOfFile, sourceFiles } from "./sourceFiles.ts";

/** One entity of an import, checked: its file opens, and its columns fit its map. */
export interface PreparedLine {
  readonly line: EntityLine;
  readonly entity: DataEntity;
  /** The entity and its children as the execution knows them, with their versions. */
  readonly definitions: readonly Versioned<DataEntity>[];
  readonly format: SourceFormat;
  readonly company: string | undefined;
  readonly fileName: string;
  readonly columns: readonly string[];
  readonly map: CompiledMap;
  readonly nameCells: NameCells;
  /** Where the map says that a field is generated. */
  readonly numberSequence: NumberSequence | undefined;
  readonly warnings: readonly string[];
  /** Rules by which values must be keys of other entities. */
  readonly lookups: readonly PreparedLookup[];
  /** The stylesheets that the file went through. */
  readonly appliedStylesheets: readonly string[];
  /** Where staging is not skipped. */
  readonly staging: LineStaging | undefined;
  /** False to stop when the records were validated. */
  readonly execute: boolean;
  /** A rejected record leaves all of its records out, and stops all lines behind it. */
  readonly failOnError: boolean;
  /** Reads the file from its beginning; again for each call. */
  readonly open: () => Promise<RecordReader>;
}

const problemsMax = 10;

/** The newest definitions that an import of the message can need: all of the project's for a package. */
export async function newestForImport(
  ports: Ports,
  given: GivenOrder,
  message: InboundMessage,
): Promise<ExecutionDefinitions> {
  const newest =
    given.order.source === "package" && !message.mends
      ? await newestDefinitions(ports, given, enabledLines, await formatsOfPackage(ports, message))
      : await newestDefinitions(ports, given, (project) => linesOfFile(project, message));
  const formats = await formatsOfEarlier(ports, message);
  return formats ? { ...newest, formats } : newest;
}

/** The formats that the package names; none when it cannot be read, which shows when it is opened for its files. */
async function formatsOfPackage(ports: Ports, message: InboundMessage): Promise<readonly string[]> {
  try {
    const { manifest } = await openStoredPackage(ports, message.id, ports.startPace());
    return enabledLinesInOrder(manifest).map((line) => line.sourceFormat);
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}

/**
 * Everything that can be known before the first record is staged, in the order in which the lines run. Throws
 * `DomainError` or `FormatError`, with a text that says what to do, for whatever would make the import wrong; nothing
 * was written then. The files are read at the given pace, here and later.
 */
export async function prepareImport(
  ports: Ports,
  definitions: ExecutionDefinitions,
  message: InboundMessage,
  pace: Pace,
): Promise<readonly PreparedLine[]> {
  const files = await sourceFiles(ports, definitions, message, pace);
  const opened = await openFiles(ports, definitions, message, files, pace);
  const lines: PreparedLine[] = [];
  for (const [index, file] of opened.entries()) {
    const line = await prepareLine(definitions, message, file, index);
    lines.push({ ...line, lookups: await prepareLookups(ports, line.entity, message.company) });
  }
  return lines;
}

async function prepareLine(
  definitions: ExecutionDefinitions,
  message: InboundMessage,
  file: OpenedFile,
  index: number,
): Promise<Omit<PreparedLine, "lookups">> {
  const { line, fileName, format, open } = file;
  const entity = entityOf(definitions, line.entity).value;
  const meant = line.fieldMap ?? mapOfPackage(file.packageLine, entity);
  const sheetName = file.packageLine?.excelSheetName.trim() || line.excelSheetName;
  const named = { ...(sheetName !== undefined && { sheetName }) };
  const of = { entity, expected: expectedColumns(entity, meant), isMapped: meant !== undefined, ...named };
  const openAsOwn = () => open(of);
  const { columns, hint } = await blamingFormat(file, () => readColumns(openAsOwn));
  const { fieldMap, warnings } = chooseFieldMap(file, entity, columns);
  const map = await blamingFormat(file, async () => compiled(file, entity, fieldMap, columns, hint));
  const numberSequence = map.generated && sequenceOf(definitions, map.generated.field);
  const company = companyOf(entity, message.company);
  const nameless = namelessColumns(columns).warnings.map((text) => `${fileName}: ${text}`);
  const all = [...file.warnings, ...nameless, ...unknownColumnWarnings(fileName, map.unknownColumns), ...warnings];
  const { order, project } = definitions;
  const execute = message.stagedRows?.execute ?? order.execute ?? project.value.execute ?? true;
  // What stops in front of the entities has to be somewhere, whatever the line says.
  const isStaged = !execute || !(line.skipStaging ?? true);
  const place = { executionId: message.executionId ?? "", index, columns };
  const staging = file.staging ?? (isStaged ? { place, extent: undefined } : undefined);
  const { appliedStylesheets = [] } = file;
  const tree = treeOf(definitions, line.entity);
  const names = { line, entity, definitions: tree, format, company, fileName, columns, appliedStylesheets };
  const nameCells = cellNamer(fieldMap, columns);
  const wish = { execute, failOnError: order.failOnError ?? false };
  return { ...names, map, numberSequence, nameCells, warnings: all, staging, ...wish, open: openAsOwn };
}

function compiled(
  { fileName, format }: OpenedFile,
  entity: DataEntity,
  fieldMap: FieldMap,
  columns: readonly string[],
  hint: string | undefined,
): CompiledMap {
  const map = compileMap(entity, fieldMap, columns, regionOfFormat(format));
  if (!("problems" in map)) return map;
  throw unmappable(fileName, hint === undefined ? map.problems : [{ field: "", message: hint }, ...map.problems]);
}

/** Where the manifest names another format than the line, a file that does not fit is first of all in a wrong format. */
async function blamingFormat<T>(file: OpenedFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isAsLine = isSameName(file.packageLine?.sourceFormat ?? file.line.format, file.line.format);
    if (isAsLine || !isRefusal(error)) throw error;
    throw otherFormat(file, `as which it cannot be imported. ${error.message}`);
  }
}

interface ChosenMap {
  readonly fieldMap: FieldMap;
  readonly warnings: readonly string[];
}

/** The line's map counts, the package's where the line has none; with neither, columns feed the fields of their names. */
function chooseFieldMap(
  { line, fileName, packageLine }: OpenedFile,
  entity: DataEntity,
  columns: readonly string[],
): ChosenMap {
  if (line.fieldMap) return { fieldMap: line.fieldMap, warnings: [] };
  const packageMap = mapOfPackage(packageLine, entity);
  if (packageLine && packageMap) {
    const problems = packageMapProblems(entity, packageLine.entityMaps);
    if (problems.length > 0) {
      throw unmappable(
        fileName,
        problems.map((message) => ({ field: "", message })),
      );
    }
    const passedOver = fieldsPassedOver(entity, packageLine.entityMaps);
    return { fieldMap: packageMap, warnings: passedOver === undefined ? [] : [`${fileName}: ${passedOver}`] };
  }
  const byName = `${fileName}: neither the project nor the package has a field map, so columns were matched by name.`;
  return { fieldMap: mapByName(entity, columns), warnings: packageLine ? [byName] : [] };
}

function mapOfPackage(packageLine: OpenedFile["packageLine"], entity: DataEntity): FieldMap | undefined {
  return packageLine && packageFieldMap(entity, packageLine.entityMaps);
}

/** All that is wrong with a map, in one text; `members` has it by the fields that it is about. */
function unmappable(
  fileName: string,
  problems: readonly { readonly field: string; readonly message: string }[],
): DomainError {
  const shown = problems.slice(0, problemsMax).map(({ message }) => message);
  const more = problems.length > problemsMax ? ` And ${problems.length - problemsMax} more.` : "";
  const members = problems.map(({ field, message }) => ({ path: field, message: `${fileName}: ${message}` }));
  return new DomainError("invalid", `${fileName}: ${shown.join(" ")}${more}`, members);
}

async function readColumns(open: () => Promise<RecordReader>): Promise<Pick<RecordReader, "columns" | "hint">> {
  const reader = await open();
  // Ending the loop at once closes the source behind it.
  for await (const _ of reader.batches) break;
  return reader;
}

function unknownColumnWarnings(fileName: string, columns: readonly string[]): readonly string[] {
  const unknown = columns.filter((column) => !isReasonColumn(column));
  if (unknown.length === 0) return [];
  return [`${fileName}: no field takes these columns: ${nameList(unknown, 50)}.`];
}
