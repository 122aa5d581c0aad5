import type { DataEntity } from "./dataEntity.ts";
import { type PackageManifest, plainEntityMap } from "./dataPackage.ts";
import type { DataProject, EntityLine } from "./dataProject.ts";
import type { FieldMap } from "./fieldMap.ts";

interface ManifestLine {
  readonly line: EntityLine;
  readonly entity: DataEntity;
  readonly fieldMap: FieldMap;
  readonly fileName: string;
}

/** The manifest of an exported package, as the original writes one. */
export function exportManifest(project: DataProject, lines: readonly ManifestLine[]): PackageManifest {
  return {
    definitionGroupName: project.name,
    description: project.description,
    lines: lines.map(({ line, entity, fieldMap, fileName }) => ({
      entityName: entity.name,
      targetEntity: entity.aotName,
      sourceFormat: line.format,
      inputFilePath: fileName,
      sampleFilePath: "",
      excelSheetName: "",
      executionUnit: line.executionUnit,
      levelInExecutionUnit: line.level,
      sequenceInLevel: line.sequence,
      failExecutionUnitOnError: line.failUnitOnError,
      failLevelOnError: line.failLevelOnError,
      runBusinessLogic: true,
      runBusinessValidation: true,
      isDisabled: false,
      defaultRefreshType: line.refreshType === "incremental" ? "IncrementalPush" : "FullPush",
      skipStaging: false,
      validationStatus: "Yes",
      entityMaps: fieldMap.map((mapped) => plainEntityMap(mapped.field.toUpperCase(), mapped.column ?? mapped.field)),
      transforms: [],
    })),
  };
}
