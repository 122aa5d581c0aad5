import type { Actor } from "../../domain/caller.ts";
import { isSameName } from "../../domain/dataEntity.ts";
import { type DataProject, type EntityLine, type LineSample, projectLinesMax } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import { recogniseContent } from "../../formats/contentKind.ts";
import { isWorkbook } from "../../formats/excel/workbookFiles.ts";
import { openPackageZip, type ZipArchive } from "../../formats/zipReader.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";
import { changeDefinitions } from "../definitions/changeDefinitions.ts";
import { type CheckedSample, checkSample } from "./checkSample.ts";
import { loadProject } from "../definitions/loadDefinitions.ts";
import { measureBody } from "../sources/measuredBody.ts";
import { removeStaleSamples, sampleFile } from "../definitions/projectSamples.ts";
import { isRefusal } from "../sources/refusal.ts";
import { type FoundSample, type UnusableSample, fileSource, packageSources } from "./sampleSources.ts";
import { transformedSample } from "./transformedSample.ts";
import { requireFitsJobs, resolveLines } from "../definitions/saveProject.ts";
import { writeDefinition } from "../definitions/saveDefinition.ts";

const startBytes = 256;

export interface SampleUpload {
  readonly fileName: string | undefined;
  /** For a data file; a package names its own. */
  readonly entity: string | undefined;
  readonly format: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface SampledLine extends Omit<CheckedSample, "isMapFit"> {
  /** False when no line of the project could be made of it. */
  readonly isSaved: boolean;
  readonly sample?: LineSample;
}

/**
 * Makes or updates lines of an import project from a data file or a data package, keeps the file as their sample, and
 * says what is wrong with each. A line whose sample has errors keeps jobs from being saved.
 */
export async function sampleProject(
  ports: Ports,
  projectName: string,
  upload: SampleUpload,
  by: Actor,
): Promise<{ readonly project: Definition<DataProject>; readonly lines: readonly SampledLine[] }> {
  const project = (await loadProject(ports, projectName)).value;
  if (project.direction === "export") {
    throw new DomainError("invalid", "An export project takes no sample: its lines are its entities' own fields.");
  }
  const checkedAt = new Date(ports.clock.now()).toISOString();
  const name = sampleFile(project.name, checkedAt);
  await keep(ports, name, upload.body);
  try {
    const found = await findSources(ports, project, name, upload);
    const checked: Checked[] = [];
    for (const source of found) checked.push(await check(ports, source, checkedAt));
    return { project: await saveLines(ports, project.name, checked, by), lines: checked.map(toSampled) };
  } catch (error) {
    await ports.files.remove("executions", name);
    throw isRefusal(error) && !(error instanceof DomainError) ? new DomainError("invalid", error.message) : error;
  }
}

async function keep(ports: Ports, name: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const limits = { sizeBytesMax: ports.settings.bodyBytesMax, declaredBytes: undefined, checkStart: () => undefined };
  if (await ports.files.store("executions", name, measureBody(body, limits).bytes)) return;
  throw new DomainError("conflict", "Another sample of this project came in the same moment. Repeat the request.");
}

/** The files of a stored sample, and the lines that they would make. */
export async function findSources(
  ports: Ports,
  project: DataProject,
  name: string,
  { entity, format, fileName }: Omit<SampleUpload, "body">,
): Promise<readonly FoundSample[]> {
  const archive = await openKeptPackage(ports, name);
  if (archive) return packageSources(ports, project, archive);
  return [await fileSource(ports, project, { name, fileName: fileName ?? entity ?? "sample" }, entity, format)];
}

/** The package that was kept as a sample; undefined where it is a file. */
export async function openKeptPackage(ports: Ports, name: string): Promise<ZipArchive | undefined> {
  const start: Uint8Array[] = [];
  const sizeBytes = (await ports.files.findFacts("executions", name))?.sizeBytes ?? 0;
  const length = Math.min(startBytes, sizeBytes);
  for await (const chunk of ports.files.read("executions", name, 0, length)) start.push(chunk);
  const kind = recogniseContent(Buffer.concat(start));
  if (kind !== "zip" && kind !== "package") return undefined;
  const read = (offset: number, bytes: number) => ports.files.read("executions", name, offset, bytes);
  const archive = await openPackageZip({ sizeBytes, read });
  return isWorkbook(archive) ? undefined : archive;
}

interface Checked {
  readonly checked: CheckedSample;
  readonly line: EntityLine | undefined;
}

async function check(ports: Ports, found: FoundSample, checkedAt: string): Promise<Checked> {
  const source = "error" in found ? found : await transformedSample(ports, found);
  if ("error" in source) return { checked: toFailed(source), line: undefined };
  const checked = await checkSample(source, ports.startPace());
  const { fieldMap: _map, sample: _sample, ...line } = source.line;
  const fieldMap = checked.isMapFit && checked.fieldMap ? { fieldMap: checked.fieldMap } : {};
  const sample = { fileName: checked.fileName, isValid: checked.isValid, checkedAt };
  return { checked, line: { ...line, ...fieldMap, sample } };
}

function toFailed({ error, stylesheet: _stylesheet, ...names }: UnusableSample): CheckedSample {
  const errors = [{ ...error, count: 1 }];
  return { ...names, isValid: false, errors, warnings: [], rowsChecked: 0, isWhole: true, isMapFit: false };
}

function toSampled({ checked, line }: Checked): SampledLine {
  const { isMapFit: _isMapFit, ...rest } = checked;
  return { ...rest, isSaved: line !== undefined, ...(line?.sample ? { sample: line.sample } : {}) };
}

/** Puts the lines into the project as it is now: it may have changed while the files were read. */
async function saveLines(
  ports: Ports,
  projectName: string,
  checked: readonly Checked[],
  by: Actor,
): Promise<Definition<DataProject>> {
  return changeDefinitions(ports, async (turn) => {
    const stored = await loadProject(ports, projectName);
    const before = stored.value;
    const lines = checked.reduce((all, { line }) => (line ? withLine(all, fitting(line, before)) : all), before.lines);
    if (lines.length > projectLinesMax) {
      throw new DomainError("invalid", `A data project has at most ${projectLinesMax} lines.`);
    }
    const next = { ...stored.value, lines };
    const isChanged = checked.some(({ line }) => line !== undefined);
    if (isChanged) await requireFitsJobs(ports, next, (await resolveLines(ports, next)).entities);
    const saved = isChanged
      ? (await writeDefinition(ports, turn, "project", stored.value.name, next, stored, by)).definition
      : stored;
    await turn.hold();
    await removeStaleSamples(ports, next.name, stored.value, next);
    return saved;
  });
}

/** A project that stops in front of its entities keeps the rows of all its lines in staging. */
function fitting(line: EntityLine, { execute }: DataProject): EntityLine {
  return execute === false ? { ...line, skipStaging: false } : line;
}

function withLine(lines: readonly EntityLine[], line: EntityLine): readonly EntityLine[] {
  const index = lines.findIndex((candidate) => isSameName(candidate.entity, line.entity));
  const before = lines[index];
  if (!before) return [...lines, line];
  // A sample that fits no map takes none away.
  return lines.with(index, line.fieldMap || !before.fieldMap ? line : { ...line, fieldMap: before.fieldMap });
}
