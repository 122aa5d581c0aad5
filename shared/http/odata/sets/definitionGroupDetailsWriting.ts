import { isSameName } from "../../../domain/dataEntity.ts";
import { type DataProject, type EntityLine, projectLinesMax } from "../../../domain/dataProject.ts";
import { DomainError } from "../../../domain/errors.ts";
import { checkMembers } from "../../manageBody.ts";
import { lineRequest, toLine } from "../../manageProjectSchema.ts";
import type { Row, Scalar, Values, Wanted, Writing } from "../model.ts";
import { changeProject } from "./definitionGroupsWriting.ts";

/** How a line calls what the original calls so; what is not here follows from something else. */
const memberOf: Readonly<Record<string, readonly [member: string, toMember?: (value: Scalar) => unknown]>> = {
  EntityName: ["entity"],
  SourceFormat: ["format"],
  ExcelSheetName: ["excelSheetName", (value) => value || undefined],
  ExecutionUnit: ["executionUnit"],
  LevelInExecutionUnit: ["level"],
  SequenceInLevel: ["sequence"],
  FailExecutionUnitOnError: ["failUnitOnError", isYes],
  FailLevelOnError: ["failLevelOnError", isYes],
  Disable: ["isEnabled", (value) => !isYes(value)],
  SkipStaging: ["skipStaging", isYes],
  DefaultRefreshType: ["refreshType", (value) => (value === "IncrementalPush" ? "incremental" : "full")],
};

/** Adds, changes and removes the entity lines of data projects. */
export function writingOfLines(toRow: (project: DataProject, line: EntityLine) => Row): Writing {
  return {
    async create(ports, values, by) {
      const name = String(values["DefinitionGroupId"]);
      const entity = String(values["EntityName"]).trim();
      const saved = await changeProject(ports, name, { by, ifMatch: undefined }, (project) => {
        if (findLine(project, entity)) throw new DomainError("conflict", `The data project '${name}' has '${entity}'.`);
        return withLines(project, [...project.lines, readLine(project, values, project.lines.length)]);
      });
      return toRow(saved.value, requireLine(saved.value, entity));
    },
    async change(ports, key, values, writer) {
      refuseAnotherKey(key, values);
      const entity = key.get("EntityName") ?? "";
      const saved = await changeProject(ports, key.get("DefinitionGroupId") ?? "", writer, (project) => {
        const judged = requireLine(project, entity);
        const next = changeLine(project, judged, values);
        return withLines(
          project,
          project.lines.map((each) => (each === judged ? next : each)),
        );
      });
      return toRow(saved.value, requireLine(saved.value, entity));
    },
    async remove(ports, key, writer) {
      await changeProject(ports, key.get("DefinitionGroupId") ?? "", writer, (project) => {
        const removed = requireLine(project, key.get("EntityName") ?? "");
        return withLines(
          project,
          project.lines.filter((line) => line !== removed),
        );
      });
    },
  };
}

function readLine(project: DataProject, values: Values, index: number): EntityLine {
  return toLine(checkMembers(lineRequest, membersOf(project, values)), index);
}

/** What the values do not name stays as it is stored, whatever a request would make of it. */
function changeLine(project: DataProject, line: EntityLine, values: Values): EntityLine {
  const given = membersOf(project, values);
  const checked = toLine(checkMembers(lineRequest, { entity: line.entity, format: line.format, ...given }));
  const changes = Object.entries(checked).filter(([member]) => member in given);
  const { excelSheetName, ...rest } = line;
  const isWithoutSheet = "ExcelSheetName" in values && !values["ExcelSheetName"];
  const kept = isWithoutSheet || excelSheetName === undefined ? rest : { ...rest, excelSheetName };
  return { ...kept, ...Object.fromEntries(changes) };
}

function membersOf({ direction }: DataProject, values: Values): object {
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const [member, toMember = (given: Scalar) => given] = memberOf[name] ?? [];
    // Only an import has staging, and clients say of an export what they say of an import.
    if (member === undefined || (member === "skipStaging" && direction === "export")) continue;
    const read = toMember(value);
    if (read !== undefined) members[member] = read;
  }
  return members;
}

function isYes(value: Scalar): boolean {
  return value === "Yes";
}

function findLine(project: DataProject, entity: string): EntityLine | undefined {
  return project.lines.find((line) => isSameName(line.entity, entity.trim()));
}

function requireLine(project: DataProject, entity: string): EntityLine {
  const line = findLine(project, entity);
  if (line) return line;
  throw new DomainError("notFound", `The data project "${project.name}" has no line "${entity}".`);
}

function withLines(project: DataProject, lines: readonly EntityLine[]): DataProject {
  if (lines.length <= projectLinesMax) return { ...project, lines };
  throw new DomainError("invalid", `A data project has at most ${projectLinesMax} lines.`);
}

function refuseAnotherKey(key: Wanted, values: Values): void {
  for (const [name, value] of key) {
    const said = values[name];
    if (said === undefined || isSameName(String(said).trim(), value.trim())) continue;
    throw new DomainError("invalid", `${name}: An entity keeps its key; make a new one instead.`);
  }
}
