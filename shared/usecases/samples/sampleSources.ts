import { composed } from "../../domain/composite.ts";
import { type DataEntity, isNamed, isSameName } from "../../domain/dataEntity.ts";
import { type PackageLine, enabledLinesInOrder, findEntryName } from "../../domain/dataPackage.ts";
import type { DataProject, EntityLine } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import { sheetNameProblem } from "../../domain/sourceFormats/excel.ts";
import type { RowError } from "../../domain/cellValue.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import { fieldsPassedOver, packageFieldMap, unknownFields } from "../../domain/packageFieldMap.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import type { ZipArchive } from "../../formats/zipReader.ts";
import type { Ports } from "../../ports.ts";
import { notApplied } from "../import/openFiles.ts";
import { packageStylesheets } from "../import/stylesheetsOf.ts";
import type { SampleSource } from "./checkSample.ts";
import { allDefinitions } from "../definitions/listDefinitions.ts";
import { findFormat, loadFormat } from "../definitions/loadDefinitions.ts";
import { readPackageManifest } from "../sources/openPackage.ts";

const orderMax = 9999;
/** Formats under the names that the original ships them with. */
const laterFormats = /^package$/i;

/** A line of a package of which no line of the project can be made. */
export interface UnusableSample {
  readonly entity: string;
  readonly format: string;
  readonly fileName: string;
  readonly error: RowError;
  /** The one that failed. */
  readonly stylesheet?: string;
}

export type FoundSample = SampleSource | UnusableSample;

const newLine = {
  isEnabled: true,
  executionUnit: 1,
  level: 1,
  failLevelOnError: false,
  failUnitOnError: false,
  truncateFirst: false,
  refreshType: "full",
} as const;

/** A data file for the entity and in the format that the caller names. */
export async function fileSource(
  ports: Ports,
  project: DataProject,
  file: { readonly name: string; readonly fileName: string },
  entityName: string | undefined,
  formatName: string | undefined,
): Promise<SampleSource> {
  const entity =
    entityName === undefined ? undefined : (await findEntities(ports)).find((each) => isNamed(each, entityName));
  if (!entity) {
    const message =
      entityName === undefined ? "Name the data entity of the file." : `There is no data entity "${entityName}".`;
    throw new DomainError("invalid", `entity: ${message}`, [{ path: "entity", message }]);
  }
  const before = lineOf(project, entity);
  const { value: format } = await loadFormat(ports, formatName ?? before?.format ?? "CSV");
  const sequence = project.lines.length + 1;
  const line = { ...newLine, sequence, ...before, entity: entity.name, format: format.name };
  const bytes = (): AsyncIterable<Uint8Array> => ports.files.read("executions", file.name);
  return { line, entity, format, fileName: file.fileName, bytes, errors: [], warnings: [] };
}

/** Every enabled entity of a data package, with the order, flags and map of its manifest. */
export async function packageSources(
  ports: Ports,
  project: DataProject,
  archive: ZipArchive,
): Promise<readonly FoundSample[]> {
  const pace = ports.startPace();
  const manifest = await readPackageManifest(archive, pace);
  const entities = await findEntities(ports);
  const sources: FoundSample[] = [];
  for (const line of enabledLinesInOrder(manifest)) {
    sources.push(await packageSource(ports, project, archive, entities, line));
    if (pace.isOver()) await pace.rest();
  }
  return sources;
}

async function packageSource(
  ports: Ports,
  project: DataProject,
  archive: ZipArchive,
  entities: readonly DataEntity[],
  packageLine: PackageLine,
): Promise<FoundSample> {
  const { entityName, sourceFormat, inputFilePath, targetEntity } = packageLine;
  const names = { entity: entityName, format: sourceFormat, fileName: inputFilePath };
  const unusable = (code: string, message: string): UnusableSample => ({
    ...names,
    error: { field: "", code, message },
  });
  const entity = entities.find((each) => isNamed(each, entityName) || isSameName(each.aotName, targetEntity ?? ""));
  if (!entity)
    return unusable("notFound", `There is no data entity "${entityName}". Create it first; infer proposes one.`);
  const format = (await findFormat(ports, sourceFormat))?.value;
  if (!format) return unusable("notFound", explainFormat(sourceFormat));
  const entry = findEntryName(
    archive.entries.map((each) => each.name),
    inputFilePath,
  );
  if (entry === undefined) return unusable("missingFile", `Could not find file '${inputFilePath}' in the package.`);
  const line = toLine(packageLine, entity, format, lineOf(project, entity));
  const bytes = (): AsyncIterable<Uint8Array> => archive.open(entry);
  const warnings = passedOver(entry, entity, packageLine);
  const source = { line, entity, format, fileName: entry, bytes, errors: [], warnings };
  if (packageLine.transforms.length === 0 || line.stylesheets?.length) return source;
  if (!fileFormatOf(format).isXml) return { ...source, warnings: [...warnings, notApplied(entry)] };
  return { ...source, stylesheets: () => packageStylesheets(archive, packageLine) };
}

/** As an import of the package says it. */
function passedOver(fileName: string, entity: DataEntity, { entityMaps }: PackageLine): readonly string[] {
  const text = fieldsPassedOver(entity, entityMaps);
  return text === undefined ? [] : [`${fileName}: ${text}`];
}

function explainFormat(name: string): string {
  if (laterFormats.test(name)) return `not supported yet: source data format ${name}`;
  return `There is no source data format "${name}". Create it first.`;
}

function toLine(
  line: PackageLine,
  entity: DataEntity,
  format: SourceFormat,
  before: EntityLine | undefined,
): EntityLine {
  const unknown = unknownFields(entity, line.entityMaps);
  const fieldMap = packageFieldMap(
    entity,
    line.entityMaps.filter(({ entityField }) => !unknown.includes(entityField)),
  );
  // The original writes a sheet for files of every format.
  const sheetName = fileFormatOf(format).sheetNameOf ? line.excelSheetName.trim() : "";
  return {
    ...newLine,
    ...before,
    entity: entity.name,
    format: format.name,
    executionUnit: inRange(line.executionUnit),
    level: inRange(line.levelInExecutionUnit),
    sequence: inRange(line.sequenceInLevel),
    failLevelOnError: line.failLevelOnError,
    failUnitOnError: line.failExecutionUnitOnError,
    ...(fieldMap ? { fieldMap } : {}),
    ...(sheetName === "" || sheetNameProblem(sheetName) !== undefined ? {} : { excelSheetName: sheetName }),
  };
}

const inRange = (order: number): number => Math.min(orderMax, Math.max(1, order));

function lineOf(project: DataProject, entity: DataEntity): EntityLine | undefined {
  return project.lines.find((line) => isSameName(line.entity, entity.name));
}

/** With their children. */
export async function findEntities(ports: Ports): Promise<readonly DataEntity[]> {
  const entities = (await allDefinitions(ports, "entity")).map(({ value }) => value);
  return entities.map((entity) => composed(entity, (name) => entities.find((other) => isSameName(other.name, name))));
}
