import type { DataEntity } from "../../domain/dataEntity.ts";
import { companyOf, isSameName } from "../../domain/dataEntity.ts";
import { type DataProject, type EntityLine, enabledLines, findLine } from "../../domain/dataProject.ts";
import { type PackageLine, enabledLinesInOrder, findEntryName } from "../../domain/dataPackage.ts";
import { DomainError } from "../../domain/errors.ts";
import { type CompiledMap, type FieldMap, compileMap, mapByName } from "../../domain/fieldMap.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { nameList } from "../../domain/nameList.ts";
import { packageFieldMap, packageMapProblems } from "../../domain/packageFieldMap.ts";
import type { RecurringJob } from "../../domain/recurringJob.ts";
import { isReasonColumn } from "../../domain/reasonColumns.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import type { RecordReader } from "../../formats/recordFormat.ts";
import type { Definition, Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import {
  type RunDefinitions,
  type Versioned,
  entityOf,
  formatOf,
  newestDefinitions,
} from "../definitions/runDefinitions.ts";
import { openStoredZip, readPackageManifest } from "../sources/openPackage.ts";
import { openRecords } from "../sources/openRecords.ts";

/** One entity of an import, checked: its file opens, and its columns fit its map. */
export interface PreparedLine {
  readonly line: EntityLine;
  readonly entity: DataEntity;
  /** The entity as the run knows it, with its version. */
  readonly definition: Versioned<DataEntity>;
  readonly format: SourceFormat;
  readonly company: string | undefined;
  readonly fileName: string;
  readonly columns: readonly string[];
  readonly map: CompiledMap;
  readonly warnings: readonly string[];
  /** Reads the file from its beginning; again for each call. */
  readonly open: () => Promise<RecordReader>;
}

const problemsMax = 10;

/** One file of the message, and the line of the project that says how it is read. */
interface SourceFile {
  readonly line: EntityLine;
  readonly fileName: string;
  readonly bytes: () => AsyncIterable<Uint8Array>;
  /** What the package says of it, for a line that has no map of its own. */
  readonly packageLine?: PackageLine;
}

/** The newest definitions that an import of the message can need: all of the project's for a package. */
export function newestForImport(
  ports: Ports,
  job: Definition<RecurringJob>,
  message: InboundMessage,
): Promise<RunDefinitions> {
  return newestDefinitions(ports, job, (project) =>
    job.value.source === "package" ? enabledLines(project) : linesOfFile(project, message),
  );
}

/**
 * Everything that can be known before the first record is staged, in the order in which the lines run. Throws
 * `DomainError` or `FormatError`, with a text that says what to do, for whatever would make the import wrong; nothing
 * was written then. The files are read at the given pace, here and later.
 */
export async function prepareImport(
  ports: Ports,
  definitions: RunDefinitions,
  message: InboundMessage,
  pace: Pace,
): Promise<readonly PreparedLine[]> {
  const files =
    definitions.job.value.source === "package"
      ? await packageFiles(ports, definitions, message, pace)
      : [singleFile(ports, definitions.project.value, message)];
  const lines: PreparedLine[] = [];
  for (const file of files) lines.push(await prepareLine(definitions, message, file, pace));
  return lines;
}

function linesOfFile(project: DataProject, message: InboundMessage): readonly EntityLine[] {
  return enabledLines(project).filter((line) => isSameName(line.entity, message.entity ?? ""));
}

function singleFile(ports: Ports, project: DataProject, message: InboundMessage): SourceFile {
  const [line] = linesOfFile(project, message);
  if (!line) {
    const text = `Project "${project.name}" has no enabled line for entity "${message.entity}" any more. Enable it, and retry the message.`;
    throw new DomainError("notFound", text);
  }
  const fileName = message.externalIdentifier ?? line.entity;
  return { line, fileName, bytes: () => ports.files.read("inbound", message.id) };
}

async function packageFiles(
  ports: Ports,
  definitions: RunDefinitions,
  message: InboundMessage,
  pace: Pace,
): Promise<SourceFile[]> {
  const archive = await openStoredZip(ports, message.id);
  const manifest = await readPackageManifest(archive, pace);
  const names = archive.entries.map((entry) => entry.name);
  const project = definitions.project.value;
  const entities = definitions.entities.map(({ value }) => value);
  const files: SourceFile[] = [];
  for (const packageLine of enabledLinesInOrder(manifest)) {
    if (pace.isOver()) await pace.rest();
    const line = lineOf(project, entities, packageLine);
    if (files.some((file) => file.line === line)) {
      throw new DomainError("invalid", `Manifest.xml names entity "${line.entity}" twice. Join its files into one.`);
    }
    const entry = findEntryName(names, packageLine.inputFilePath);
    if (entry === undefined) {
      const text = `Could not find file '${packageLine.inputFilePath}', which Manifest.xml names for entity "${packageLine.entityName}". The package holds: ${nameList(names)}.`;
      throw new DomainError("invalid", text);
    }
    files.push({ line, fileName: entry, bytes: () => archive.open(entry), packageLine });
  }
  if (files.length === 0) throw new DomainError("invalid", "Manifest.xml names no enabled entity.");
  const order = enabledLines(project);
  return files.toSorted((one, other) => order.indexOf(one.line) - order.indexOf(other.line));
}

function lineOf(project: DataProject, entities: readonly DataEntity[], packageLine: PackageLine): EntityLine {
  const lines = enabledLines(project);
  const byLabel = lines.find((line) => isSameName(line.entity, packageLine.entityName.trim()));
  const line = byLabel ?? findLine(project, entities, packageLine.entityName);
  if (line) return line;
  const known = nameList(lines.map((each) => `"${each.entity}"`));
  const text = `Entity ${nameList([packageLine.entityName])} does not exist in the target environment: project "${project.name}" has lines for ${known}.`;
  throw new DomainError("invalid", text);
}

async function prepareLine(
  definitions: RunDefinitions,
  message: InboundMessage,
  file: SourceFile,
  pace: Pace,
): Promise<PreparedLine> {
  const { line, fileName, bytes } = file;
  const definition = entityOf(definitions, line.entity);
  const entity = definition.value;
  const format = formatOf(definitions, line.format);
  const open = (): Promise<RecordReader> => openRecords(bytes(), format, fileName, pace);
  const columns = await readColumns(open);
  const { fieldMap, warnings } = chooseFieldMap(file, entity, columns);
  const map = compileMap(entity, fieldMap, columns);
  if ("problems" in map)
    throw unmappable(
      fileName,
      map.problems.map((problem) => problem.message),
    );
  const company = companyOf(entity, message.company);
  const all = [...unknownColumnWarnings(fileName, map.unknownColumns), ...warnings];
  return { line, entity, definition, format, company, fileName, columns, map, warnings: all, open };
}

interface ChosenMap {
  readonly fieldMap: FieldMap;
  readonly warnings: readonly string[];
}

/** The line's map counts, the package's where the line has none; with neither, columns feed the fields of their names. */
function chooseFieldMap(
  { line, fileName, packageLine }: SourceFile,
  entity: DataEntity,
  columns: readonly string[],
): ChosenMap {
  const warnings = packageLine?.transforms.length
    ? [`${fileName}: the package's stylesheets were not applied, since the file is no XML.`]
    : [];
  if (line.fieldMap) return { fieldMap: line.fieldMap, warnings };
  const packageMap = packageLine && packageFieldMap(packageLine.entityMaps);
  if (packageLine && packageMap) {
    const problems = packageMapProblems(packageLine.entityMaps);
    if (problems.length > 0) throw unmappable(fileName, problems);
    return { fieldMap: packageMap, warnings };
  }
  const byName = `${fileName}: neither the project nor the package has a field map, so columns were matched by name.`;
  return { fieldMap: mapByName(entity, columns), warnings: packageLine ? [...warnings, byName] : warnings };
}

function unmappable(fileName: string, problems: readonly string[]): DomainError {
  const more = problems.length > problemsMax ? ` And ${problems.length - problemsMax} more.` : "";
  return new DomainError("invalid", `${fileName}: ${problems.slice(0, problemsMax).join(" ")}${more}`);
}

async function readColumns(open: () => Promise<RecordReader>): Promise<readonly string[]> {
  const reader = await open();
  // Ending the loop at once closes the source behind it.
  for await (const _ of reader.batches) break;
  return reader.columns;
}

function unknownColumnWarnings(fileName: string, columns: readonly string[]): readonly string[] {
  const unknown = columns.filter((column) => !isReasonColumn(column));
  if (unknown.length === 0) return [];
  return [`${fileName}: no field takes these columns: ${nameList(unknown, 50)}.`];
}
