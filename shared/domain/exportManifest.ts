import { type DataEntity, isSameName } from "./dataEntity.ts";
import { type EntityMap, type PackageManifest, plainEntityMap } from "./dataPackage.ts";
import type { DataProject, EntityLine } from "./dataProject.ts";
import { upperCased } from "./fieldMap.ts";
import type { FieldMap, FieldMapLine } from "./fieldMapLine.ts";
import { fieldConversions } from "./packageConversions.ts";
import { numberedColumn } from "./sourceFormats/delimited.ts";

interface ManifestLine {
  readonly line: EntityLine;
  readonly entity: DataEntity;
  readonly fieldMap: FieldMap;
  readonly fileName: string;
  /** Whether its file calls its columns by name. */
  readonly hasColumnNames: boolean;
  /** Empty for a file without sheets. */
  readonly excelSheetName: string;
}

/**
 * The manifest of an exported package, as the original writes one. A file without a header row is mapped by the numbers
 * of its columns, so that it can be imported again.
 */
export function exportManifest(project: DataProject, lines: readonly ManifestLine[]): PackageManifest {
  return {
    definitionGroupName: project.name,
    description: project.description,
    lines: lines.map(({ line, entity, fieldMap, fileName, hasColumnNames, excelSheetName }) => ({
      entityName: entity.name,
      targetEntity: entity.aotName,
      sourceFormat: line.format,
      inputFilePath: fileName,
      sampleFilePath: "",
      excelSheetName,
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
      entityMaps: fieldMap.map((mapped, index) =>
        entityMap(entity, mapped, hasColumnNames ? (mapped.column ?? mapped.field) : numberedColumn(index + 1)),
      ),
      transforms: [],
    })),
  };
}

function entityMap(entity: DataEntity, line: FieldMapLine, column: string): EntityMap {
  const field = entity.fields.find(({ name }) => isSameName(name, line.field));
  return {
    ...plainEntityMap(upperCased(line.field), column),
    isDefaultValueEqualNull: line.ignoreBlank,
    isAutoDefault: line.autoDefault === true,
    useEnumLabel: line.useEnumLabel === true,
    useTextQualifier: line.textQualifier === "always",
    conversions: field ? fieldConversions(field, line) : [],
  };
}
