import { applicationProblems, type AuthorizedApplication, isOnList } from "./authorizedApplication.ts";
import { type DataEntity, isNamed, isSameName } from "./dataEntity.ts";
import type { MemberError } from "./errors.ts";
import type { FieldMap } from "./fieldMapLine.ts";
import { sheetNameProblem } from "./sourceFormats/excel.ts";
import type { Filter } from "./filter/recordFilter.ts";
import type { ExportSort } from "./sort/exportSort.ts";

export type Direction = "import" | "export";
export type RefreshType = "full" | "incremental";

/** One entity of a data project, and how its files are read or written. */
export interface EntityLine {
  /** The entity's label. */
  readonly entity: string;
  /** The name of a source data format. */
  readonly format: string;
  readonly isEnabled: boolean;
  /** Import of XML: the names of the stylesheets that the file goes through, one after another. */
  readonly stylesheets?: readonly string[];
  /** Absent: columns are matched with fields by name (import), or every field is written (export). */
  readonly fieldMap?: FieldMap;
  /** The sheet of a workbook; absent for the one that is called like the entity, or the first. */
  readonly excelSheetName?: string;
  /**
   * Units run one after another by number, levels inside a unit, sequences inside a level. Imports of one sequence run side
   * by side.
   */
  readonly executionUnit: number;
  readonly level: number;
  readonly sequence: number;
  /** A failure of this line stops the rest of its level, or of its unit. */
  readonly failLevelOnError: boolean;
  readonly failUnitOnError: boolean;
  /** Import: the entity's records (of the company) are removed before the file's records come in. */
  readonly truncateFirst: boolean;
  /** Import: false keeps the file's rows in staging, where they can be looked at, mended and copied. True when absent. */
  readonly skipStaging?: boolean;
  /** Export: all records, or those changed since the job's last export. */
  readonly refreshType: RefreshType;
  /** Export: which records; absent for all of them. A job may say otherwise. */
  readonly filter?: Filter;
  /** Export: the order of the rows; absent for that of the key. */
  readonly sort?: ExportSort;
  /** Incremental export: a file beside the records' own names the keys of those that are gone, or no longer selected. */
  readonly tombstones?: boolean;
  /** What the last sample file said about this line; a job may use a project only when no enabled line has errors. */
  readonly sample?: LineSample;
}

export interface LineSample {
  readonly fileName: string;
  readonly isValid: boolean;
  readonly checkedAt: string;
}

/** What moves: the entities of an import or an export, with their maps and their order. */
export interface DataProject {
  readonly name: string;
  readonly description: string;
  readonly direction: Direction;
  readonly lines: readonly EntityLine[];
  /** Import: false stops when the records are in staging, from where somebody copies them. True when absent. */
  readonly execute?: boolean;
  /** Export: whose days relative criteria count, in runs that no job starts. UTC when absent. */
  readonly timeZone?: string;
  /** Which of the applications with the role of the package API use it; absent or empty for all of them. */
  readonly applications?: readonly AuthorizedApplication[];
}

export const projectLinesMax = 200;

/** The enabled lines in the order in which they run: by unit, level, sequence, then as they stand in the project. */
export function enabledLines(project: DataProject): readonly EntityLine[] {
  return project.lines.filter((line) => line.isEnabled).toSorted(inRunningOrder);
}

function inRunningOrder(
  one: Pick<EntityLine, "executionUnit" | "level" | "sequence">,
  other: Pick<EntityLine, "executionUnit" | "level" | "sequence">,
): number {
  return one.executionUnit - other.executionUnit || one.level - other.level || one.sequence - other.sequence;
}

/** The project's enabled line for an entity that a caller names by label or AOT name; undefined when there is none. */
export function findLine(project: DataProject, entities: readonly DataEntity[], text: string): EntityLine | undefined {
  return project.lines.find((line) => {
    const entity = entities.find((candidate) => isSameName(candidate.name, line.entity));
    return line.isEnabled && (isSameName(line.entity, text.trim()) || (entity !== undefined && isNamed(entity, text)));
  });
}

/** Whether an application with the role of the package API may use the project. */
export function isOpenTo({ applications = [] }: DataProject, applicationId: string): boolean {
  return applications.length === 0 || isOnList(applications, applicationId);
}

/** Rules that need no other definition. */
export function projectProblems(project: DataProject): readonly MemberError[] {
  const problems: MemberError[] = [...applicationProblems(project.applications ?? [])];
  if (project.execute === false && project.direction === "export") {
    problems.push({ path: "execute", message: "Only an import can stop in front of its entities." });
  }
  if (project.timeZone !== undefined && project.direction === "import") {
    problems.push({ path: "timeZone", message: "Only an export has criteria that count days." });
  }
  project.lines.forEach((line, index) => {
    const earlier = project.lines.findIndex((other) => isSameName(other.entity, line.entity));
    if (earlier < index) {
      problems.push({
        path: `lines[${index}].entity`,
        message: `"${line.entity}" is there already, as lines[${earlier}].`,
      });
    }
    const sheetProblem = line.excelSheetName === undefined ? undefined : sheetNameProblem(line.excelSheetName);
    if (sheetProblem !== undefined) problems.push({ path: `lines[${index}].excelSheetName`, message: sheetProblem });
    if (project.direction === "export" && line.truncateFirst) {
      problems.push({
        path: `lines[${index}].truncateFirst`,
        message: "Only an import truncates the entity's records.",
      });
    }
    problems.push(...stagingProblems(project, line, `lines[${index}].skipStaging`));
    if (project.direction === "export" && line.stylesheets?.length) {
      problems.push({ path: `lines[${index}].stylesheets`, message: "Only an import goes through stylesheets." });
    }
    if (project.direction === "import" && line.refreshType === "incremental") {
      problems.push({ path: `lines[${index}].refreshType`, message: "Only an export is incremental." });
    }
    problems.push(...exportProblems(project, line, `lines[${index}]`));
  });
  return problems;
}

function stagingProblems({ direction, execute }: DataProject, line: EntityLine, path: string): readonly MemberError[] {
  const skips = line.skipStaging ?? true;
  if (direction === "export" && !skips) return [{ path, message: "Only an import has staging." }];
  if (direction === "import" && execute === false && skips && line.isEnabled) {
    const message = "The project stops in front of its entities (execute), so its records must stay in staging.";
    return [{ path, message }];
  }
  return [];
}

/** Rules on what an export alone has. */
function exportProblems({ direction }: DataProject, line: EntityLine, path: string): MemberError[] {
  const problems: MemberError[] = [];
  const onlyExport = (member: string, isUsed: boolean, done: string): void => {
    if (isUsed && direction === "import")
      problems.push({ path: `${path}.${member}`, message: `Only an export is ${done}.` });
  };
  onlyExport("filter", line.filter !== undefined, "filtered");
  onlyExport("sort", line.sort !== undefined, "sorted");
  if (line.tombstones && line.refreshType !== "incremental") {
    const message = "Only an incremental export reports what is gone: a full one holds all that there is.";
    problems.push({ path: `${path}.tombstones`, message });
  }
  return problems;
}
