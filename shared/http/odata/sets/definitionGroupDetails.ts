import { isSameName } from "../../../domain/dataEntity.ts";
import { type DataProject, type EntityLine, isOpenTo } from "../../../domain/dataProject.ts";
import { choice, type EntitySet, type EnumType, keyText, noYes, type Row, text, toNoYes, whole } from "../model.ts";
import { writingOfLines } from "./definitionGroupDetailsWriting.ts";
import { definitionsBy, openProjects } from "./definitionsBy.ts";

const refreshType: EnumType = { name: "DMFRefreshType", members: ["FullPush", "IncrementalPush"] };
const validationStatus: EnumType = { name: "NoYesError", members: ["No", "Yes", "Error"] };
/** A project has 200 lines at most, and a few as a rule. */
const linesPerProject = 10;

const lines = definitionsBy("project", "DefinitionGroupId", ({ value }) => toRows(value), {
  rowsPerDefinition: linesPerProject,
  seen: openProjects,
});

/** The entity lines of the data projects that are open to whoever asks. */
export const definitionGroupDetails: EntitySet = {
  name: "DataManagementDefinitionGroupDetails",
  type: {
    name: "DataManagementDefinitionGroupDetail",
    key: ["DefinitionGroupId", "EntityName"],
    properties: [
      keyText("DefinitionGroupId"),
      keyText("EntityName"),
      text("SourceFormat"),
      text("ExcelSheetName"),
      text("SampleFilePath"),
      whole("ExecutionUnit"),
      whole("LevelInExecutionUnit"),
      whole("SequenceInLevel"),
      choice("FailExecutionUnitOnError", noYes),
      choice("FailLevelOnError", noYes),
      choice("Disable", noYes),
      choice("SkipStaging", noYes),
      choice("DefaultRefreshType", refreshType),
      choice("AutoGenerateMapping", noYes),
      choice("IsTransformed", noYes),
      choice("ValidationStatus", validationStatus),
    ],
  },
  order: [{ name: "DefinitionGroupId" }],
  list: lines.list,
  writing: writingOfLines(toRow),
  find: async ({ ports, by }, key) => {
    const project = await ports.definitions.find("project", key.get("DefinitionGroupId") ?? "");
    const entity = key.get("EntityName") ?? "";
    if (!project || !isOpenTo(project.value, by.applicationId)) return undefined;
    return toRows(project.value).find(({ values }) => isSameName(String(values["EntityName"]), entity));
  },
};

function toRows(project: DataProject): readonly Row[] {
  return project.lines.map((line) => toRow(project, line));
}

function toRow(project: DataProject, line: EntityLine): Row {
  return { values: { DefinitionGroupId: project.name, ...toValues(project, line) } };
}

function toValues({ direction }: DataProject, line: EntityLine): Row["values"] {
  return {
    EntityName: line.entity,
    SourceFormat: line.format,
    ExcelSheetName: line.excelSheetName ?? "",
    SampleFilePath: line.sample?.fileName ?? "",
    ExecutionUnit: line.executionUnit,
    LevelInExecutionUnit: line.level,
    SequenceInLevel: line.sequence,
    FailExecutionUnitOnError: toNoYes(line.failUnitOnError),
    FailLevelOnError: toNoYes(line.failLevelOnError),
    Disable: toNoYes(!line.isEnabled),
    SkipStaging: toNoYes(direction === "export" || (line.skipStaging ?? true)),
    DefaultRefreshType: line.refreshType === "incremental" ? "IncrementalPush" : "FullPush",
    AutoGenerateMapping: toNoYes(line.fieldMap === undefined),
    IsTransformed: toNoYes((line.stylesheets?.length ?? 0) > 0),
    ValidationStatus: line.sample ? (line.sample.isValid ? "Yes" : "Error") : "No",
  };
}
