import type { Actor } from "../../domain/caller.ts";
import { isDeepStrictEqual } from "node:util";
import { type DataEntity, isSameName } from "../../domain/dataEntity.ts";
import { type DataProject, type EntityLine, projectProblems } from "../../domain/dataProject.ts";
import type { MemberError } from "../../domain/errors.ts";
import { jobProjectProblems } from "../../domain/recurringJob.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import type { Ports } from "../../ports.ts";
import { isTimeZone } from "../../schedule/timeZone.ts";
import type { Definition, Saver } from "../../ports/definitions.ts";
import { changeDefinitions, type Turn } from "./changeDefinitions.ts";
import { compositeLineProblems } from "./compositeLines.ts";
import type { DefinitionRules } from "./definitionRules.ts";
import { lineProblems } from "./lineProblems.ts";
import { projectWarnings } from "./lineValidation.ts";
import { projectRunsId } from "../orders/projectRuns.ts";
import { openGate, passAnew } from "./jobGate.ts";
import { jobsOfProject } from "./listDefinitions.ts";
import { findFormat } from "./loadDefinitions.ts";
import { removeStaleSamples } from "./projectSamples.ts";
import { ReferredError, requireNoProblems } from "./refusedChange.ts";
import { type IfMatch, type Saved, findReplaced, writeDefinition } from "./saveDefinition.ts";

/**
 * Saves a data project whose lines name what exists. A line that reads its files as before keeps what its sample said;
 * a change that would break a job is a `conflict`. The definition is written first, and the gates of its jobs move then.
 */
export async function saveProject(
  ports: Ports,
  project: DataProject,
  ifMatch: IfMatch,
  by: Actor,
): Promise<Saved<DataProject>> {
  await projectRules.requireSound(ports, project);
  return changeDefinitions(ports, async (turn) => {
    const replaced = await findReplaced(ports, "project", project.name, ifMatch);
    const next = await projectRules.requireFits(ports, project, replaced);
    return writeProject(ports, turn, next, replaced, by);
  });
}

/** Writes a project that was judged, then moves the gates of its jobs and removes the samples that it keeps no more. */
export async function writeProject(
  ports: Ports,
  turn: Turn,
  next: DataProject,
  replaced: Definition<DataProject> | undefined,
  by: Saver,
): Promise<Saved<DataProject>> {
  const saved = await writeDefinition(ports, turn, "project", next.name, next, replaced, by);
  await turn.hold();
  await openGate(ports, projectRunsId(next.name));
  if (replaced) await tellUploads(ports, next.name);
  await removeStaleSamples(ports, next.name, replaced?.value, next);
  return saved;
}

/** What keeps a data project from being saved. What fits is answered as it is to be stored. */
export const projectRules: DefinitionRules<DataProject, DataProject> = {
  async requireSound(_ports, project) {
    requireNoProblems(`Data project "${project.name}"`, [...projectProblems(project), ...zoneProblems(project)]);
  },
  async requireFits(ports, project, replaced) {
    const resolved = await resolveLines(ports, project);
    const next = { ...project, lines: resolved.lines.map((line) => withSample(line, replaced?.value)) };
    if (replaced) await requireFitsJobs(ports, next, resolved.entities);
    return next;
  },
  warningsOf: projectWarnings,
};

function zoneProblems({ timeZone }: DataProject): readonly MemberError[] {
  if (timeZone === undefined || isTimeZone(timeZone)) return [];
  return [{ path: "timeZone", message: "An IANA name, such as Europe/Copenhagen." }];
}

/** An upload that chose its entity by the project before chooses anew. */
async function tellUploads(ports: Ports, project: string): Promise<void> {
  for (const job of await jobsOfProject(ports, project)) {
    if (job.direction === "import") await passAnew(ports, job.activityId);
  }
}

interface Resolved {
  /** With the names of entities and formats spelled as they are defined. */
  readonly lines: readonly EntityLine[];
  readonly entities: readonly DataEntity[];
}

/** Finds what the lines name; throws `invalid` with everything that they break. */
export async function resolveLines(ports: Ports, project: DataProject): Promise<Resolved> {
  const problems: MemberError[] = [];
  const entities: DataEntity[] = [];
  const lines: EntityLine[] = [];
  for (const [index, line] of project.lines.entries()) {
    const path = `lines[${index}]`;
    const entity = (await ports.definitions.find("entity", line.entity))?.value;
    const format = (await findFormat(ports, line.format))?.value;
    if (!entity) problems.push({ path: `${path}.entity`, message: `There is no data entity "${line.entity}".` });
    if (!format) {
      problems.push({ path: `${path}.format`, message: `There is no source data format "${line.format}".` });
    }
    const applied = await findStylesheets(ports, line, path);
    problems.push(...applied.problems);
    if (!entity || !format) continue;
    problems.push(...stylesheetFormatProblems(line, format, path));
    problems.push(...lineProblems(project, line, entity, path), ...qualifierProblems(project, line, format, path));
    if (line.excelSheetName !== undefined && !fileFormatOf(format).sheetNameOf) {
      problems.push({ path: `${path}.excelSheetName`, message: `Files of format "${format.name}" have no sheets.` });
    }
    problems.push(...compositeLineProblems(entity, format, entities, path));
    entities.push(entity);
    const { names: stylesheets } = applied;
    lines.push({ ...line, entity: entity.name, format: format.name, ...(line.stylesheets && { stylesheets }) });
  }
  requireNoProblems(`Data project "${project.name}"`, problems);
  return { lines, entities };
}

/** The names of a line's stylesheets, spelled as they are defined. */
async function findStylesheets(
  ports: Ports,
  { stylesheets = [] }: EntityLine,
  path: string,
): Promise<{ readonly names: readonly string[]; readonly problems: readonly MemberError[] }> {
  const names: string[] = [];
  const problems: MemberError[] = [];
  for (const [index, name] of stylesheets.entries()) {
    const found = await ports.definitions.find("stylesheet", name);
    if (found) names.push(found.value.name);
    else problems.push({ path: `${path}.stylesheets[${index}]`, message: `There is no stylesheet "${name}".` });
  }
  return { names, problems };
}

function stylesheetFormatProblems(
  { stylesheets = [] }: EntityLine,
  format: SourceFormat,
  path: string,
): readonly MemberError[] {
  if (stylesheets.length === 0 || fileFormatOf(format).isXml) return [];
  const message = `Stylesheets are applied to XML alone, and source data format "${format.name}" is none.`;
  return [{ path: `${path}.stylesheets`, message }];
}

/** Reading takes cells with qualifiers and without, whatever the map says. */
function qualifierProblems(
  { direction }: DataProject,
  { fieldMap = [] }: EntityLine,
  format: SourceFormat,
  path: string,
): readonly MemberError[] {
  if (direction === "import" || fileFormatOf(format).hasTextQualifier) return [];
  return fieldMap.flatMap(({ textQualifier }, index) => {
    if (textQualifier === undefined) return [];
    const message = `Source data format "${format.name}" has no text qualifier.`;
    return [{ path: `${path}.fieldMap[${index}].textQualifier`, message }];
  });
}

/** What a sample said holds for the entity, format and map that it was read with. */
function withSample(line: EntityLine, replaced: DataProject | undefined): EntityLine {
  const { sample: _, ...rest } = line;
  const before = replaced?.lines.find((candidate) => isSameName(candidate.entity, line.entity));
  const isReadAsBefore =
    before !== undefined &&
    isSameName(before.format, line.format) &&
    before.excelSheetName === line.excelSheetName &&
    isDeepStrictEqual(before.fieldMap, line.fieldMap);
  return isReadAsBefore && before.sample ? { ...rest, sample: before.sample } : rest;
}

/** Whether a run of the project needs a company: an entity of an enabled line is per company. */
export function needsCompany(lines: readonly EntityLine[], entities: readonly DataEntity[]): boolean {
  return lines.some((line) => {
    const entity = entities.find((candidate) => isSameName(candidate.name, line.entity));
    return line.isEnabled && entity?.isPerCompany === true;
  });
}

/** Throws `conflict` when a job could no longer run the project. */
export async function requireFitsJobs(
  ports: Ports,
  project: DataProject,
  entities: readonly DataEntity[],
): Promise<void> {
  // What a sample says is no change of the project: it keeps jobs from being saved, not projects.
  const lines = project.lines.map(({ sample: _sample, ...line }) => line);
  const companyIsNeeded = needsCompany(lines, entities);
  const broken = (await jobsOfProject(ports, project.name)).flatMap((job) => {
    const problems = jobProjectProblems(job, { ...project, lines }, companyIsNeeded);
    const problem = problems.find(({ path }) => job.isEnabled || path === "direction");
    return problem ? [{ job, problem }] : [];
  });
  const [first] = broken;
  if (!first) return;
  const text = `Recurring data job "${first.job.name}" would break: ${first.problem.message}`;
  throw new ReferredError(
    text,
    broken.map(({ job }) => ({ kind: "job", name: job.activityId })),
  );
}
