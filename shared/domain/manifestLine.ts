import type { DataEntity } from "./dataEntity.ts";
import type { EntityMap, PackageLine } from "./dataPackage.ts";
import type { Direction, EntityLine } from "./dataProject.ts";
import type { FieldMap } from "./fieldMapLine.ts";
import { byFoldedName, foldName } from "./foldName.ts";
import { mapTextProblems } from "./mapTexts.ts";
import { nameList } from "./nameList.ts";
import { packageFieldMap, packageMapProblems, unknownFields } from "./packageFieldMap.ts";
import { sheetNameProblem } from "./sourceFormats/excel.ts";

/** What is to be said of one member of a manifest. */
export interface ManifestNote {
  /** As the manifest calls it: "EntityMapList". */
  readonly member: string;
  readonly message: string;
}

/** What a line of a manifest becomes in a project, and what of it is done otherwise or not at all. */
export interface LineOfManifest {
  readonly line: EntityLine;
  /** Why no run could do what the manifest says. */
  readonly problems: readonly ManifestNote[];
  readonly warnings: readonly ManifestNote[];
}

/** What the line meets here. */
export interface LineGround {
  readonly entity: DataEntity;
  readonly format: { readonly name: string; readonly hasSheets: boolean };
  /** The line of the project that it replaces: what no manifest says stays as it is there. */
  readonly before?: EntityLine | undefined;
  /** What the project does; an import where nothing is said. */
  readonly direction?: Direction;
}

const orderMax = 9999;

const newLine = { truncateFirst: false, refreshType: "full" } as const;

/** The project's line for a line of a manifest whose entity and format are known. Its stylesheets come from elsewhere. */
export function lineOfManifest(packageLine: PackageLine, ground: LineGround): LineOfManifest {
  const { entity, format, before, direction = "import" } = ground;
  const { fieldMap: _map, excelSheetName: _sheet, stylesheets: _stylesheets, sample: _sample, ...kept } = before ?? {};
  const mapped = fieldMapOf(packageLine, entity);
  const sheet = sheetOf(packageLine, format.hasSheets);
  const ofDirection = direction === "import" ? stagingOf(packageLine) : refreshOf(packageLine, entity);
  const line: EntityLine = {
    ...newLine,
    ...kept,
    entity: entity.name,
    format: format.name,
    isEnabled: packageLine.isDisabled !== true,
    executionUnit: inRange(packageLine.executionUnit),
    level: inRange(packageLine.levelInExecutionUnit),
    sequence: inRange(packageLine.sequenceInLevel),
    failUnitOnError: packageLine.failExecutionUnitOnError,
    failLevelOnError: packageLine.failLevelOnError,
    ...ofDirection,
    ...(mapped.fieldMap && { fieldMap: mapped.fieldMap }),
    ...(sheet.name !== undefined && { excelSheetName: sheet.name }),
  };
  const run = direction === "import" ? runWarnings(packageLine) : [];
  const warnings = [...orderWarnings(packageLine), ...run, ...sheet.warnings, ...mapped.warnings];
  return { line, problems: mapped.problems, warnings };
}

function stagingOf({ skipStaging }: PackageLine): Pick<EntityLine, "skipStaging"> {
  return skipStaging === null ? {} : { skipStaging };
}

/** An entity that keeps no changes is exported whole, whatever the manifest says. */
function refreshOf(
  { defaultRefreshType }: PackageLine,
  { isChangeTracked }: DataEntity,
): Pick<EntityLine, "refreshType"> {
  const isWhole = !defaultRefreshType || isFullPush(defaultRefreshType) || !isChangeTracked;
  return { refreshType: isWhole ? "full" : "incremental" };
}

const isFullPush = (refreshType: string): boolean => /^fullpush$/iu.test(refreshType.trim());

function inRange(order: number): number {
  return Math.min(orderMax, Math.max(1, order));
}

function orderWarnings(line: PackageLine): readonly ManifestNote[] {
  const orders = [
    ["ExecutionUnit", line.executionUnit],
    ["LevelInExecutionUnit", line.levelInExecutionUnit],
    ["SequenceInLevel", line.sequenceInLevel],
  ] as const;
  return orders
    .filter(([, order]) => inRange(order) !== order)
    .map(([member, order]) => ({
      member,
      message: `${order} becomes ${inRange(order)}: it is 1 to ${orderMax} here.`,
    }));
}

/** What a run does here otherwise than the manifest says. */
function runWarnings(line: PackageLine): readonly ManifestNote[] {
  const { runBusinessValidation, defaultRefreshType, validationStatus } = line;
  const warnings: ManifestNote[] = [];
  if (!runBusinessValidation) {
    const message = "The rules of the entity are checked all the same, in every import.";
    warnings.push({ member: "RunBusinessValidation", message });
  }
  if (defaultRefreshType && !isFullPush(defaultRefreshType)) {
    const message = `${nameList([defaultRefreshType.trim()])} is for exports, and is not taken over: a file is imported as it comes.`;
    warnings.push({ member: "DefaultRefreshType", message });
  }
  if (/^no$/iu.test(validationStatus.trim())) {
    const message = "Where the package was made, the mapping had errors. Check the map before files come.";
    warnings.push({ member: "ValidationStatus", message });
  }
  return warnings;
}

/** The original writes a sheet for files of every format. */
function sheetOf({ excelSheetName }: PackageLine, hasSheets: boolean) {
  const name = excelSheetName.trim();
  if (!hasSheets || name === "") return { name: undefined, warnings: [] };
  const problem = sheetNameProblem(name);
  if (problem === undefined) return { name, warnings: [] };
  const message = `${problem} Instead of "${nameList([name])}", the sheet that is called like the entity is read, or the first.`;
  return { name: undefined, warnings: [{ member: "ExcelSheetName", message }] };
}

interface MapOfManifest {
  readonly fieldMap?: FieldMap;
  readonly problems: readonly ManifestNote[];
  readonly warnings: readonly ManifestNote[];
}

const matchedByName =
  "Nothing of it is left, so columns are matched with fields by their names. The original imports no row then.";

function fieldMapOf({ entityMaps }: PackageLine, entity: DataEntity): MapOfManifest {
  const fields = byFoldedName(entity.fields, ({ name }) => name);
  const known = entityMaps.filter(({ entityField }) => fields.has(foldName(entityField)));
  const fieldMap = packageFieldMap(entity, known)?.map((line) => {
    return { ...line, field: fields.get(foldName(line.field))?.name ?? line.field };
  });
  const said = [...packageMapProblems(entity, known), ...mapTextProblems(fieldMap ?? [])];
  const problems = said.map((message) => ({ member: "EntityMapList", message }));
  const warnings = [...unknownFieldWarnings(entity, entityMaps), ...mapWarnings(known)];
  if (fieldMap) return { fieldMap, problems, warnings };
  return { problems, warnings: [...warnings, { member: "EntityMapList", message: matchedByName }] };
}

function unknownFieldWarnings(entity: DataEntity, entityMaps: readonly EntityMap[]): readonly ManifestNote[] {
  const unknown = unknownFields(entity, entityMaps);
  if (unknown.length === 0) return [];
  const message = `Entity "${entity.name}" does not have these fields, so nothing feeds them: ${nameList(unknown)}.`;
  return [{ member: "EntityField", message }];
}

function mapWarnings(maps: readonly EntityMap[]): readonly ManifestNote[] {
  const warnings: ManifestNote[] = [];
  const arrays = fieldsWhere(maps, ({ arrayIndex }) => arrayIndex > 1);
  if (arrays.length > 0) {
    const message = `Fields are no arrays here, and the value counts for the whole field: ${nameList(arrays)}.`;
    warnings.push({ member: "ArrayIndex", message });
  }
  const withoutDefault = fieldsWhere(maps, (map) => {
    return map.isAutoDefault && !map.isAutoGenerated && !map.conversions.some(({ isDefault }) => isDefault);
  });
  if (withoutDefault.length > 0) {
    const message = `No default value goes with it, so the columns count: ${nameList(withoutDefault)}.`;
    warnings.push({ member: "IsAutoDefault", message });
  }
  return warnings;
}

function fieldsWhere(maps: readonly EntityMap[], isMeant: (map: EntityMap) => boolean): readonly string[] {
  return maps.filter(isMeant).map(({ entityField }) => entityField);
}

/**
 * Finds the entity that a line of a manifest means, undefined where there is none: labels are in the language of the
 * environment that made the package, AOT names the same in all.
 */
export function entityFinder(
  entities: readonly DataEntity[],
): (line: Pick<PackageLine, "entityName" | "targetEntity">) => DataEntity | undefined {
  const labels = byFoldedName(entities, ({ name }) => name);
  const aotNames = byFoldedName(entities, ({ aotName }) => aotName);
  return ({ entityName, targetEntity }) => {
    const name = foldName(entityName.trim());
    return labels.get(name) ?? aotNames.get(name) ?? aotNames.get(foldName(targetEntity?.trim() ?? ""));
  };
}
