import { isSameName } from "../../domain/dataEntity.ts";
import { distinctDataFileNames, headerEntryName, headerFor, manifestEntryName } from "../../domain/dataPackage.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Execution } from "../../domain/execution.ts";
import { exportManifest } from "../../domain/exportManifest.ts";
import { mapByName } from "../../domain/fieldMap.ts";
import { linesOf, type RecordLines } from "../../domain/recordLines.ts";
import { needsEdit, type StagedState, stagedState } from "../../domain/stagedRow.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import { writeHeader, writeManifest } from "../../formats/manifestWriter.ts";
import { type ZipInput, writeZip } from "../../formats/zipWriter.ts";
import type { Ports } from "../../ports.ts";
import type { Pace } from "../../ports/pace.ts";
import { type ExecutionDefinitions, definitionsOf, entityOf, formatOf } from "../definitions/executionDefinitions.ts";
import { manifestFacts, recordsOfLine } from "../sources/recordsOfLine.ts";
import { readRows } from "../staging/stagedRows.ts";
import type { ResultFile } from "./openResultFile.ts";
import { type FoundStaging, findStaging, stagingFacts } from "./stagedRows.ts";

/**
 * The staged rows of all entities of a run as a data package, each in the format of its line, by the definitions that the
 * run worked by. Rows that could not be taken apart are left out: they have no cells.
 */
export async function openStagingPackage(
  ports: Ports,
  executionId: string,
  state: StagedState | undefined,
): Promise<ResultFile> {
  const execution = await ports.executions.find(executionId);
  if (!execution) throw new DomainError("notFound", "There is no such execution.");
  const { versions } = execution;
  const entities = execution.entities.filter(({ staging }) => staging);
  if (!versions || entities.length === 0) throw new DomainError("notFound", "The run left no rows in staging.");
  const definitions = await definitionsOf(ports, versions);
  const found = await Promise.all(entities.map(({ entity }) => findStaging(ports, executionId, entity)));
  const lines = packageLines(definitions, execution, found);
  // The same rows are the same package, whenever it is made.
  const modifiedAt = execution.startedAt;
  const fileName = `${execution.project} staging.zip`;
  const madeOf = JSON.stringify(["package", executionId, versions, modifiedAt, found.map(stagingFacts), state]);
  const read = () => writeZip(packageFiles(definitions, lines, state, ports.startPace()), { modifiedAt });
  return { fileName, madeOf, read };
}

function packageLines(definitions: ExecutionDefinitions, { project }: Execution, found: readonly FoundStaging[]) {
  const opened = found.map((staging) => {
    const { value: entity } = entityOf(definitions, staging.entity.entity);
    const format = formatOf(definitions, staging.entity.format);
    const own = definitions.project.value.lines.find((line) => isSameName(line.entity, entity.name));
    if (!own) throw new DomainError("notFound", `Project "${project}" has no line for "${entity.name}" any more.`);
    const line = { ...own, format: format.name };
    const fieldMap = own.fieldMap ?? mapByName(entity, staging.place.columns);
    return { line, entity, format, fieldMap, staging, ...manifestFacts(line, entity, format) };
  });
  const names = distinctDataFileNames(
    opened.map(({ entity, format }) => ({ label: entity.name, extension: fileFormatOf(format).extension })),
  );
  return opened.map((line, index) => ({ ...line, fileName: names[index]! }));
}

type StagedLine = ReturnType<typeof packageLines>[number];

async function* packageFiles(
  { project }: ExecutionDefinitions,
  lines: readonly StagedLine[],
  state: StagedState | undefined,
  pace: Pace,
): AsyncGenerator<ZipInput> {
  yield { name: headerEntryName, bytes: writeHeader(headerFor(project.value.name)) };
  yield { name: manifestEntryName, bytes: await writeManifest(exportManifest(project.value, lines), pace) };
  for (const { line, entity, format, fileName, staging } of lines) {
    const { columns } = staging.place;
    const writer = fileFormatOf(format).createWriter(recordsOfLine(line, entity, columns), pace);
    yield { name: fileName, bytes: writer.write(columns, toLines(staging, state)) };
  }
}

async function* toLines(
  { place, snapshot, copiedUpTo }: FoundStaging,
  state: StagedState | undefined,
): AsyncGenerator<RecordLines> {
  for await (const rows of readRows(snapshot, place.columns.length, undefined)) {
    const wanted = rows.filter(
      (row) => !(needsEdit(row) && row.raw !== "") && (state === undefined || stagedState(row, copiedUpTo) === state),
    );
    if (wanted.length === 0) continue;
    const valuesOf = (cells: readonly (string | undefined)[]) => cells.map((cell) => cell ?? "");
    yield linesOf(wanted.map(({ line, cells }) => ({ key: "", number: line, values: valuesOf(cells) })));
  }
}
