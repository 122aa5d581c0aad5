import { distinctDataFileNames, headerEntryName, headerFor, manifestEntryName } from "../../domain/dataPackage.ts";
import { type DataProject, enabledLines } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import { exportManifest } from "../../domain/exportManifest.ts";
import { mapOfEveryField } from "../../domain/fieldMap.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import { collectBytes } from "../../formats/byteChunks.ts";
import type { RecordsOf } from "../../formats/fileFormat.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import { writeHeader, writeManifest } from "../../formats/manifestWriter.ts";
import { FormatError } from "../../formats/recordFormat.ts";
import { type ZipInput, writeZip } from "../../formats/zipWriter.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import { manifestFacts, recordsOfLine } from "../sources/recordsOfLine.ts";
import { loadEntity, loadFormat, loadProject } from "../definitions/loadDefinitions.ts";

const emptyFileBytesMax = 16 * 1024 * 1024;

/**
 * A data package of an import project without a record: its header, its manifest with a map for each enabled line, and
 * for each a file with its columns alone. Throws `invalid` for a project that no package can be made for.
 */
export async function packageTemplate(
  ports: Ports,
  name: string,
): Promise<{ readonly fileName: string; readonly read: () => AsyncIterable<Uint8Array> }> {
  const { value: project } = await loadProject(ports, name);
  const pace = ports.startPace();
  const lines = await templateLines(ports, project, pace);
  const modifiedAt = ports.clock.now();
  const read = () => writeZip(packageFiles(project, lines, pace), { modifiedAt });
  return { fileName: `${project.name} template.zip`, read };
}

async function templateLines(ports: Ports, project: DataProject, pace: Pace) {
  if (project.direction !== "import") throw invalid(`"${project.name}" is an export: name a project that imports.`);
  const lines = enabledLines(project);
  if (lines.length === 0) throw invalid(`"${project.name}" has no enabled line: add one, or enable it.`);
  const opened = await Promise.all(
    lines.map(async (line) => {
      const { value: entity } = await loadEntity(ports, line.entity);
      const { value: format } = await loadFormat(ports, line.format);
      // A field that a default value alone feeds has no column in the file.
      const fieldMap = line.fieldMap?.filter(({ column }) => column !== undefined) ?? mapOfEveryField(entity);
      const columns = fieldMap.map(({ column, field }) => column ?? field);
      const bytes = await emptyFile(pace, format, recordsOfLine(line, entity, columns));
      return { line, entity, format, fieldMap, bytes, ...manifestFacts(line, entity, format) };
    }),
  );
  const names = distinctDataFileNames(
    opened.map(({ entity, format }) => ({ label: entity.name, extension: fileFormatOf(format).extension })),
  );
  return opened.map((line, index) => ({ ...line, fileName: names[index]! }));
}

type TemplateLine = Awaited<ReturnType<typeof templateLines>>[number];

async function* packageFiles(
  project: DataProject,
  lines: readonly TemplateLine[],
  pace: Pace,
): AsyncGenerator<ZipInput> {
  yield { name: headerEntryName, bytes: writeHeader(headerFor(project.name)) };
  yield { name: manifestEntryName, bytes: await writeManifest(exportManifest(project, lines), pace) };
  for (const { fileName, bytes } of lines) yield { name: fileName, bytes };
}

/** A file of columns alone, made before the package is begun: its format may have no place for them. */
async function emptyFile(pace: Pace, format: SourceFormat, of: RecordsOf): Promise<AsyncIterable<Uint8Array>> {
  const name = of.entity?.name ?? "";
  const writer = fileFormatOf(format).createWriter(of, pace);
  try {
    const bytes = await collectBytes(writer.write(of.expected, noRecords()), emptyFileBytesMax, name);
    return once(bytes);
  } catch (error) {
    throw error instanceof FormatError ? invalid(`${name}: ${error.message}`) : error;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* noRecords(): AsyncGenerator<never> {}

function invalid(message: string): DomainError {
  return new DomainError("invalid", message, [{ path: "name", message }]);
}
