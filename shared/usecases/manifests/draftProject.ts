import { isSameName } from "../../domain/dataEntity.ts";
import type { PackageLine } from "../../domain/dataPackage.ts";
import { type DataProject, type Direction, type EntityLine, projectLinesMax } from "../../domain/dataProject.ts";
import { foldName } from "../../domain/foldName.ts";
import { entityFinder, lineOfManifest, type ManifestNote } from "../../domain/manifestLine.ts";
import { nameList } from "../../domain/nameList.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import type { Stylesheet } from "../../domain/stylesheet.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import type { Ports } from "../../ports.ts";
import { findEntities } from "../samples/sampleSources.ts";
import { foreseen, lineJudgements } from "./judgeDraft.ts";
import { type FormatWish, lineFormats, type LineFormats, type MissingFormat } from "./lineFormat.ts";
import { stylesheetsForLine } from "./lineStylesheets.ts";
import type { ManifestSource } from "./manifestSource.ts";

/** A line of the manifest, and the line of the project that is made of it. */
export interface DraftLine {
  readonly packageLine: PackageLine;
  /** Undefined where none can be made, as the problems say. */
  readonly line?: EntityLine;
  readonly problems: readonly ManifestNote[];
  readonly warnings: readonly ManifestNote[];
}

/** What a manifest would become, before anything is written. */
export interface ProjectDraft {
  /** With the lines that have no problem. */
  readonly project: DataProject;
  readonly lines: readonly DraftLine[];
  /** What is made beside the project, because its lines need it. */
  readonly formats: readonly SourceFormat[];
  readonly stylesheets: readonly Stylesheet[];
  readonly missingFormats: readonly MissingFormat[];
  /** Entities whose lines a replaced project loses, since no line of the manifest makes one for them. */
  readonly removed: readonly string[];
  /** Of the manifest as a whole. */
  readonly problems: readonly ManifestNote[];
  readonly warnings: readonly ManifestNote[];
}

export interface ManifestWish {
  readonly name: string;
  readonly source: ManifestSource;
  readonly formatsLike: readonly FormatWish[];
  /** What the project does; an import where nothing is said. */
  readonly direction?: Direction;
}

/** Makes a project of a manifest, in place of `before` where there is one, and says what of it can and cannot be done. */
export async function draftProject(
  ports: Ports,
  { name, source, formatsLike, direction = "import" }: ManifestWish,
  before: DataProject | undefined,
): Promise<ProjectDraft> {
  const { manifest } = source;
  const making = {
    entityOf: entityFinder(await findEntities(ports)),
    formats: lineFormats(ports, formatsLike),
    before,
    direction,
  };
  const drafted: DraftLine[] = [];
  const stylesheets: Stylesheet[] = [];
  const pace = ports.startPace();
  // More than a project has make none, as is said of the whole.
  for (const packageLine of manifest.lines.slice(0, projectLinesMax)) {
    drafted.push(await draftLine(ports, source, packageLine, drafted, making, stylesheets));
    if (pace.isOver()) await pace.rest();
  }
  const facts = {
    name,
    description: onOneLine(manifest.description) || (before?.description ?? ""),
    direction,
  };
  const kept = keptOf(before);
  const formats = making.formats.made();
  const whole = { ...facts, ...kept, lines: drafted.flatMap(({ line }) => line ?? []) };
  const judged = await lineJudgements(foreseen(ports, { formats, stylesheets }), whole, before);
  const lines = drafted.map((each) => (each.line ? withProblems(each, judged.ofLines.get(each.line) ?? []) : each));
  const project = { ...whole, lines: lines.flatMap(({ line, problems }) => (line && !problems.length ? [line] : [])) };
  const missingFormats = making.formats.missing();
  const problems = [...manifestProblems(manifest.lines.length, before, direction), ...judged.ofProject];
  const notes = { problems, warnings: manifestWarnings(source, direction) };
  const made = { formats: usedFormats(project, formats), stylesheets: usedStylesheets(project, stylesheets) };
  return { project, lines, missingFormats, removed: removedFrom(before, project), ...made, ...notes };
}

/** What a manifest says nothing of. */
function keptOf(before: DataProject | undefined): Pick<DataProject, "execute" | "timeZone" | "applications"> {
  const { execute, timeZone, applications } = before ?? {};
  const kept = { ...(execute !== undefined && { execute }), ...(timeZone !== undefined && { timeZone }) };
  return { ...kept, ...(applications && { applications }) };
}

const descriptionCharactersMax = 1000;

function onOneLine(text: string): string {
  const printable = text.toWellFormed().replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ");
  return printable.trim().slice(0, descriptionCharactersMax).toWellFormed().trim();
}

interface Making {
  readonly entityOf: ReturnType<typeof entityFinder>;
  readonly formats: LineFormats;
  readonly before: DataProject | undefined;
  readonly direction: Direction;
}

async function draftLine(
  ports: Ports,
  source: ManifestSource,
  packageLine: PackageLine,
  earlier: readonly DraftLine[],
  { entityOf, formats, before, direction }: Making,
  stylesheets: Stylesheet[],
): Promise<DraftLine> {
  const entity = entityOf(packageLine);
  const unusable = (member: string, message: string): DraftLine => leftOut(packageLine, { member, message });
  if (!entity) return unusable("EntityName", unknownEntity(packageLine));
  if (earlier.some(({ line }) => line && isSameName(line.entity, entity.name))) {
    return unusable("EntityName", `Entity "${entity.name}" is there twice. A project has one line for each entity.`);
  }
  const found = await formats.find(packageLine);
  if ("problem" in found) return unusable("SourceFormat", found.problem);
  const { format } = found;
  const file = fileFormatOf(format);
  const line = lineBefore(before, entity.name);
  const hasSheets = file.sheetNameOf !== undefined;
  const ground = { entity, format: { name: format.name, hasSheets }, before: line, direction };
  const of = lineOfManifest(packageLine, ground);
  const staged = before?.execute === false ? { ...of.line, skipStaging: false } : of.line;
  if (direction === "export" && packageLine.transforms.length > 0) {
    return unusable("EntityTransformList", "Only an import goes through stylesheets. Take them out of the package.");
  }
  const warnings = [...of.warnings, ...(direction === "import" ? missingFile(source, packageLine) : [])];
  if (packageLine.transforms.length === 0) return { packageLine, line: staged, problems: of.problems, warnings };
  if (!file.isXml) {
    const message = `The stylesheets are not applied, since files of format "${format.name}" are no XML.`;
    const said = [...warnings, { member: "EntityTransformList", message }];
    return { packageLine, line: staged, problems: of.problems, warnings: said };
  }
  const applied = await stylesheetsForLine(ports, source, packageLine, stylesheets);
  if ("problem" in applied) return unusable("EntityTransformList", applied.problem);
  stylesheets.push(...applied.made);
  return { packageLine, line: { ...staged, stylesheets: applied.names }, problems: of.problems, warnings };
}

/** The text of the original begins it. */
function unknownEntity({ entityName, targetEntity }: PackageLine): string {
  const aotName = targetEntity?.trim() ? `, or the AOT name "${nameList([targetEntity.trim()])}"` : "";
  const label = nameList([entityName]);
  return `Entity ${label} does not exist in the target environment. Make a data entity with the label "${label}"${aotName} first.`;
}

/** What takes no part need not be known. */
function leftOut(packageLine: PackageLine, note: ManifestNote): DraftLine {
  if (packageLine.isDisabled !== true) return { packageLine, problems: [note], warnings: [] };
  const message = `${note.message} The line is disabled, and left out.`;
  return { packageLine, problems: [], warnings: [{ ...note, message }] };
}

function lineBefore(before: DataProject | undefined, entity: string): EntityLine | undefined {
  return before?.lines.find((line) => isSameName(line.entity, entity));
}

function missingFile({ hasFile }: ManifestSource, { inputFilePath, isDisabled }: PackageLine): readonly ManifestNote[] {
  if (!hasFile || isDisabled === true || hasFile(inputFilePath)) return [];
  const message = `The package holds no file ${nameList([inputFilePath])}: pushed as it is, it would be refused.`;
  return [{ member: "InputFilePath", message }];
}

function withProblems(draft: DraftLine, more: readonly ManifestNote[]): DraftLine {
  return { ...draft, problems: [...draft.problems, ...more] };
}

function manifestProblems(
  lineCount: number,
  before: DataProject | undefined,
  direction: Direction,
): readonly ManifestNote[] {
  const member = "PackageEntityList";
  const problems: ManifestNote[] = [];
  if (lineCount === 0) problems.push({ member, message: "Manifest.xml names no entity." });
  if (lineCount > projectLinesMax) {
    const message = `Manifest.xml names ${lineCount} entities, and a project has at most ${projectLinesMax} lines. Divide the package.`;
    problems.push({ member, message });
  }
  if (before && before.direction !== direction) {
    const [does, is] = direction === "import" ? ["exports", "imported"] : ["imports", "exported by"];
    const message = `Data project "${before.name}" ${does}, and a package is ${is}. Give the new one another name.`;
    problems.push({ member: "DefinitionGroupName", message });
  }
  return problems;
}

/** Said once, and not of each line. */
function manifestWarnings({ manifest }: ManifestSource, direction: Direction): readonly ManifestNote[] {
  const warnings: ManifestNote[] = [];
  if (direction === "import" && manifest.lines.some(({ runBusinessLogic }) => runBusinessLogic)) {
    const message = "Entities have no business logic here that an import could run: records are stored as they come.";
    warnings.push({ member: "RunBusinessLogic", message });
  }
  for (const member of manifest.unread ?? [])
    warnings.push({ member, message: "It means nothing here, and is not taken over." });
  return warnings;
}

function removedFrom(before: DataProject | undefined, { lines }: DataProject): readonly string[] {
  const kept = new Set(lines.map(({ entity }) => foldName(entity)));
  return (before?.lines ?? []).map(({ entity }) => entity).filter((entity) => !kept.has(foldName(entity)));
}

function usedFormats({ lines }: DataProject, made: readonly SourceFormat[]): readonly SourceFormat[] {
  return made.filter(({ name }) => lines.some(({ format }) => isSameName(format, name)));
}

function usedStylesheets({ lines }: DataProject, made: readonly Stylesheet[]): readonly Stylesheet[] {
  const used = new Set(lines.flatMap(({ stylesheets = [] }) => stylesheets.map(foldName)));
  return made.filter(({ name }) => used.has(foldName(name)));
}
