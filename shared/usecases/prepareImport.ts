import type { DataEntity } from "../domain/dataEntity.ts";
import { companyOf, isNamed, isSameName } from "../domain/dataEntity.ts";
import { type DataProject, type EntityLine, enabledLines } from "../domain/dataProject.ts";
import { type PackageLine, enabledLinesInOrder, findEntryName } from "../domain/dataPackage.ts";
import { DomainError } from "../domain/errors.ts";
import { type CompiledMap, type FieldMap, compileMap, mapByName } from "../domain/fieldMap.ts";
import type { InboundMessage } from "../domain/inboundMessage.ts";
import { packageFieldMap } from "../domain/packageFieldMap.ts";
import type { RecurringJob } from "../domain/recurringJob.ts";
import { isReasonColumn } from "../domain/reasonColumns.ts";
import type { SourceFormat } from "../domain/sourceFormat.ts";
import type { RecordReader } from "../formats/recordFormat.ts";
import type { Definition, Ports } from "../ports.ts";
import { loadEntity, loadFormat, loadProject } from "./loadDefinitions.ts";
import { openStoredZip, readPackageManifest } from "./openPackage.ts";
import { openRecords } from "./openRecords.ts";

/** One entity of an import, checked: its file opens, and its columns fit its map. */
export interface PreparedLine {
  readonly line: EntityLine;
  readonly entity: DataEntity;
  readonly format: SourceFormat;
  readonly company: string | undefined;
  readonly fileName: string;
  readonly columns: readonly string[];
  readonly map: CompiledMap;
  readonly warnings: readonly string[];
  /** Reads the file from its beginning; again for each call. */
  readonly open: () => Promise<RecordReader>;
}

export interface PreparedImport {
  readonly job: Definition<RecurringJob>;
  readonly project: Definition<DataProject>;
  /** In the order in which they run. */
  readonly lines: readonly PreparedLine[];
}

/** One file of the message, and the line of the project that says how it is read. */
interface SourceFile {
  readonly line: EntityLine;
  readonly fileName: string;
  readonly bytes: () => AsyncIterable<Uint8Array>;
  readonly isInPackage: boolean;
  /** The package's own map, for a line that has none. */
  readonly packageMap?: FieldMap;
}

/**
 * Everything that can be known before the first record is staged. Throws `DomainError` or `FormatError`, with a text
 * that says what to do, for whatever would make the import wrong; nothing was written then.
 */
export async function prepareImport(
  ports: Ports,
  job: Definition<RecurringJob>,
  message: InboundMessage,
): Promise<PreparedImport> {
  const project = await loadProject(ports, job.value.project);
  const files =
    job.value.source === "package"
      ? await packageFiles(ports, project.value, message)
      : [singleFile(ports, project.value, message)];
  const lines: PreparedLine[] = [];
  for (const file of files) lines.push(await prepareLine(ports, message, file));
  return { job, project, lines };
}

function singleFile(ports: Ports, project: DataProject, message: InboundMessage): SourceFile {
  const line = enabledLines(project).find((candidate) => isSameName(candidate.entity, message.entity ?? ""));
  if (!line) {
    const text = `Project "${project.name}" has no enabled line for entity "${message.entity}" any more. Enable it, and retry the message.`;
    throw new DomainError("notFound", text);
  }
  const fileName = message.externalIdentifier ?? line.entity;
  return { line, fileName, bytes: () => ports.files.read("inbound", message.id), isInPackage: false };
}

async function packageFiles(ports: Ports, project: DataProject, message: InboundMessage): Promise<SourceFile[]> {
  const archive = await openStoredZip(ports, message.id);
  const manifest = await readPackageManifest(archive);
  const names = archive.entries.map((entry) => entry.name);
  const files: SourceFile[] = [];
  for (const packageLine of enabledLinesInOrder(manifest)) {
    const line = await lineOf(ports, project, packageLine);
    const entry = findEntryName(names, packageLine.inputFilePath);
    if (entry === undefined) {
      const text = `Could not find file '${packageLine.inputFilePath}', which Manifest.xml names for entity "${packageLine.entityName}". The package holds: ${names.slice(0, 20).join(", ")}.`;
      throw new DomainError("invalid", text);
    }
    const packageMap = packageFieldMap(packageLine.entityMaps);
    const bytes = (): AsyncIterable<Uint8Array> => archive.open(entry);
    files.push({ line, fileName: entry, bytes, isInPackage: true, ...(packageMap && { packageMap }) });
  }
  if (files.length === 0) throw new DomainError("invalid", "Manifest.xml names no enabled entity.");
  const order = enabledLines(project);
  return files.toSorted((one, other) => order.indexOf(one.line) - order.indexOf(other.line));
}

async function lineOf(ports: Ports, project: DataProject, packageLine: PackageLine): Promise<EntityLine> {
  const lines = enabledLines(project);
  const byLabel = lines.find((line) => isSameName(line.entity, packageLine.entityName.trim()));
  if (byLabel) return byLabel;
  for (const line of lines) {
    const entity = await ports.definitions.find("entity", line.entity);
    if (entity && isNamed(entity.value, packageLine.entityName)) return line;
  }
  const known = lines.map((line) => `"${line.entity}"`).join(", ");
  const text = `Entity ${packageLine.entityName} does not exist in the target environment: project "${project.name}" has lines for ${known}.`;
  throw new DomainError("invalid", text);
}

async function prepareLine(ports: Ports, message: InboundMessage, file: SourceFile): Promise<PreparedLine> {
  const { line, fileName, bytes } = file;
  const entity = (await loadEntity(ports, line.entity)).value;
  const format = await loadFormat(ports, line.format);
  const open = (): Promise<RecordReader> => openRecords(bytes(), format, fileName);
  const columns = await readColumns(open);
  const fieldMap = line.fieldMap ?? file.packageMap ?? mapByName(entity, columns);
  const map = compileMap(entity, fieldMap, columns);
  if ("problems" in map) {
    throw new DomainError("invalid", `${fileName}: ${map.problems.map((problem) => problem.message).join(" ")}`);
  }
  const warnings = [...unknownColumnWarnings(fileName, map.unknownColumns)];
  if (file.isInPackage && fieldMap !== line.fieldMap && fieldMap !== file.packageMap) {
    warnings.push(`${fileName}: neither the project nor the package has a field map, so columns were matched by name.`);
  }
  return { line, entity, format, company: companyOf(entity, message.company), fileName, columns, map, warnings, open };
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
  return [`${fileName}: no field takes these columns: ${unknown.slice(0, 50).join(", ")}.`];
}
