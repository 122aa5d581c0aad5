import { distinctDataFileNames, headerEntryName, headerFor, manifestEntryName } from "../../domain/dataPackage.ts";
import { type DataProject, enabledLines } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import { exportManifest } from "../../domain/exportManifest.ts";
import { mapOfEveryField } from "../../domain/fieldMap.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import { writeHeader, writeManifest } from "../../formats/manifestWriter.ts";
import { type ZipInput, writeZip } from "../../formats/zipWriter.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import { loadEntity, loadFormat, loadProject } from "../definitions/loadDefinitions.ts";

/**
 * A data package of an import project without a record: its header, its manifest with a map for each enabled line, and
 * for each a file with its columns alone. Throws `invalid` for a project that no package can be made for.
 */
export async function packageTemplate(
  ports: Ports,
  name: string,
): Promise<{ readonly fileName: string; readonly read: () => AsyncIterable<Uint8Array> }> {
  const { value: project } = await loadProject(ports, name);
  const lines = await templateLines(ports, project);
  const pace = ports.startPace();
  const modifiedAt = ports.clock.now();
  const read = () => writeZip(packageFiles(project, lines, pace), { modifiedAt });
  return { fileName: `${project.name} template.zip`, read };
}

async function templateLines(ports: Ports, project: DataProject) {
  if (project.direction !== "import") throw invalid(`"${project.name}" is an export: name a project that imports.`);
  const lines = enabledLines(project);
  if (lines.length === 0) throw invalid(`"${project.name}" has no enabled line: add one, or enable it.`);
  const opened = await Promise.all(
    lines.map(async (line) => {
      const { value: entity } = await loadEntity(ports, line.entity);
      const { value: format } = await loadFormat(ports, line.format);
      // A field that a default value alone feeds has no column in the file.
      const fieldMap = line.fieldMap?.filter(({ column }) => column !== undefined) ?? mapOfEveryField(entity);
      return { line, entity, format, fieldMap, hasColumnNames: fileFormatOf(format).hasColumnNames };
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
  for (const { entity, fieldMap, format, fileName } of lines) {
    const columns = fieldMap.map(({ column, field }) => column ?? field);
    const writer = fileFormatOf(format).createWriter({ entity, expected: columns }, pace);
    yield { name: fileName, bytes: writer.write(columns, noRecords()) };
  }
}

async function* noRecords(): AsyncGenerator<never> {}

function invalid(message: string): DomainError {
  return new DomainError("invalid", message, [{ path: "name", message }]);
}
