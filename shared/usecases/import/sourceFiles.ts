import { type DataEntity, isSameName } from "../../domain/dataEntity.ts";
import { type PackageLine, enabledLinesInOrder, findEntryName, namesakesInFolders } from "../../domain/dataPackage.ts";
import { type DataProject, type EntityLine, enabledLines, findLine } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { nameList } from "../../domain/nameList.ts";
import { namedTwice, packedFiles } from "../../domain/packedFiles.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import type { StylesheetText } from "../../ports/transformer.ts";
import { packageStylesheets } from "./stylesheetsOf.ts";
import type { ExecutionDefinitions } from "../definitions/executionDefinitions.ts";
import { openStoredPackage } from "../sources/openPackage.ts";

/** One file of a message, and the line of the project that says how it is read. */
export interface SourceFile {
  readonly line: EntityLine;
  readonly fileName: string;
  readonly bytes: () => AsyncIterable<Uint8Array>;
  /** What the package says of it: its format, and a map for a line that has none of its own. */
  readonly packageLine?: PackageLine;
  readonly warnings: readonly string[];
  /** Those that the package has for it; the line's own count where it has any. */
  readonly stylesheets?: () => Promise<readonly StylesheetText[]>;
}

/** The files of a message in the order in which their lines run. Throws `DomainError` or `FormatError` for what is wrong. */
export async function sourceFiles(
  ports: Ports,
  definitions: ExecutionDefinitions,
  message: InboundMessage,
  pace: Pace,
): Promise<readonly SourceFile[]> {
  if (message.mends) return [await mendedFile(ports, definitions.project.value, message, pace)];
  return definitions.order.source === "package"
    ? packageFiles(ports, definitions, message, pace)
    : [singleFile(ports, definitions.project.value, message)];
}

/** The line of a message that is a single file; none when the project has it no more. */
export function linesOfFile(project: DataProject, message: InboundMessage): readonly EntityLine[] {
  return enabledLines(project).filter((line) => isSameName(line.entity, message.entity ?? ""));
}

function singleFile(ports: Ports, project: DataProject, message: InboundMessage): SourceFile {
  const [line] = linesOfFile(project, message);
  if (!line) {
    const text = `Project "${project.name}" has no enabled line for entity "${message.entity}" any more. Enable it, and retry the message.`;
    throw new DomainError("notFound", text);
  }
  const fileName = message.externalIdentifier ?? line.entity;
  return { line, fileName, bytes: () => ports.files.read("inbound", message.id), warnings: [] };
}

/** What mends a package is one as well, with one file of its own, for whatever the manifest says about it. */
async function mendedFile(
  ports: Ports,
  project: DataProject,
  message: InboundMessage,
  pace: Pace,
): Promise<SourceFile> {
  const file = singleFile(ports, project, message);
  const entry = message.mends?.entry;
  if (entry === undefined) return file;
  const { archive, manifest } = await openStoredPackage(ports, message.id, pace);
  const packageLine = enabledLinesInOrder(manifest).find((each) => findEntryName([entry], each.inputFilePath));
  return { ...file, fileName: entry, bytes: () => archive.open(entry), ...(packageLine && { packageLine }) };
}

async function packageFiles(
  ports: Ports,
  definitions: ExecutionDefinitions,
  message: InboundMessage,
  pace: Pace,
): Promise<SourceFile[]> {
  const { archive, manifest } = await openStoredPackage(ports, message.id, pace);
  const names = archive.entries.map((entry) => entry.name);
  const project = definitions.project.value;
  const entities = definitions.entities.map(({ value }) => value);
  const files: SourceFile[] = [];
  for (const { packageLine, entry } of packedFiles(manifest, names)) {
    if (pace.isOver()) await pace.rest();
    const line = lineOf(project, entities, packageLine);
    // The same entity may go by its label and by its AOT name.
    if (files.some((file) => file.line === line)) throw namedTwice(line.entity);
    const warnings = namesakesInFolders(names, entry).map(
      (name) => `${entry}: the file of the same name in a folder of the package, ${name}, was not imported.`,
    );
    const stylesheets = () => packageStylesheets(archive, packageLine);
    const own = packageLine.transforms.length > 0 && !line.stylesheets?.length && { stylesheets };
    files.push({ line, fileName: entry, bytes: () => archive.open(entry), packageLine, warnings, ...own });
  }
  const order = enabledLines(project);
  return files.toSorted((one, other) => order.indexOf(one.line) - order.indexOf(other.line));
}

/** Labels are in the language of the environment that made the package; the AOT name is the same in all. */
function lineOf(project: DataProject, entities: readonly DataEntity[], packageLine: PackageLine): EntityLine {
  const lines = enabledLines(project);
  const byLabel = lines.find((line) => isSameName(line.entity, packageLine.entityName.trim()));
  const line =
    byLabel ??
    findLine(project, entities, packageLine.entityName) ??
    findLine(project, entities, packageLine.targetEntity ?? "");
  if (line) return line;
  const known = nameList(lines.map((each) => `"${each.entity}"`));
  const text = `Entity ${nameList([packageLine.entityName])} does not exist in the target environment: project "${project.name}" has lines for ${known}.`;
  throw new DomainError("invalid", text);
}
