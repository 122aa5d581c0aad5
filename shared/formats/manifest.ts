import { headerEntryName, manifestEntryName } from "../domain/dataPackage.ts";
import type {
  EntityMap,
  EntityTransform,
  FieldConversion,
  PackageHeader,
  PackageLine,
  PackageManifest,
} from "../domain/dataPackage.ts";
import type { Pace } from "../ports/pace.ts";
import { collectBytes } from "./byteChunks.ts";
import { manifestMembers } from "./manifestMembers.ts";
import type { Members } from "./manifestMembers.ts";
import { unreadMembers } from "./manifestUnread.ts";
import { FormatError } from "./recordFormat.ts";
import { readXmlTree } from "./xmlTree.ts";
import type { XmlElement } from "./xmlTree.ts";

const MANIFEST_BYTES_MAX = 8 * 1024 * 1024;
/** No package holds more files. */
const MANIFEST_ENTITIES_MAX = 2_000;

/** Reads PackageHeader.xml. Members that it lacks have the values of a package of version 1. */
export async function readHeader(bytes: AsyncIterable<Uint8Array>, pace: Pace): Promise<PackageHeader> {
  const root = await readRoot(bytes, headerEntryName, "DataManagementPackageHeader", pace);
  const members = manifestMembers(root, headerEntryName);
  return {
    description: members.text("Description"),
    manifestType: members.text("ManifestType"),
    packageType: members.text("PackageType"),
    packageVersion: members.wholeNumber("PackageVersion", 1),
  };
}

/**
 * Reads Manifest.xml: elements in any order, of unknown ones the names, of a repeated one the first. An enabled line without
 * entity name, source format or file is an error that names the line.
 */
export async function readManifest(bytes: AsyncIterable<Uint8Array>, pace: Pace): Promise<PackageManifest> {
  const root = await readRoot(bytes, manifestEntryName, "DataManagementPackageManifest", pace);
  const members = manifestMembers(root, manifestEntryName);
  const lines: PackageLine[] = [];
  for (const element of members.list("PackageEntityList", "DataManagementPackageEntityData")) {
    if (lines.length === MANIFEST_ENTITIES_MAX) throw tooManyEntities(element.line);
    lines.push(readLine(element, lines.length + 1));
    if (pace.isOver()) await pace.rest();
  }
  const [definitionGroupName, description] = [members.text("DefinitionGroupName"), members.text("Description")];
  const unread = unreadMembers(root);
  return { definitionGroupName, description, lines, ...(unread.length > 0 && { unread }) };
}

function tooManyEntities(line: number): FormatError {
  const text = `${manifestEntryName} names more than ${MANIFEST_ENTITIES_MAX} entities. Send them in several packages.`;
  return new FormatError("overLimit", text, line);
}

async function readRoot(
  bytes: AsyncIterable<Uint8Array>,
  fileName: string,
  expected: string,
  pace: Pace,
): Promise<XmlElement> {
  const root = await readXmlTree(await collectBytes(bytes, MANIFEST_BYTES_MAX, fileName), fileName, pace);
  if (root.name === expected) return root;
  throw new FormatError("badXml", `${fileName} begins with <${root.name}> instead of <${expected}>.`, root.line);
}

function readLine(element: XmlElement, number: number): PackageLine {
  const label = manifestMembers(element, manifestEntryName).text("EntityName").trim();
  const members = manifestMembers(element, `${manifestEntryName}, entity ${number} (${label || "without a name"})`);
  const isDisabled = members.has("Disable") ? members.flag("Disable", false) : null;
  const required = (name: string): string =>
    isDisabled === true ? members.text(name).trim() : members.requiredText(name);
  return {
    entityName: members.requiredText("EntityName"),
    targetEntity: members.optionalText("TargetEntity"),
    sourceFormat: required("SourceFormat"),
    inputFilePath: required("InputFilePath"),
    sampleFilePath: members.text("SampleFilePath"),
    excelSheetName: members.text("ExcelSheetName"),
    executionUnit: members.wholeNumber("ExecutionUnit", 1),
    levelInExecutionUnit: members.wholeNumber("LevelInExecutionUnit", 1),
    sequenceInLevel: members.wholeNumber("SequenceInLevel", 1),
    failExecutionUnitOnError: members.flag("FailExecutionUnitOnError", false),
    failLevelOnError: members.flag("FailLevelOnError", false),
    runBusinessLogic: members.flag("RunBusinessLogic", true),
    runBusinessValidation: members.flag("RunBusinessValidation", true),
    isDisabled,
    defaultRefreshType: members.optionalText("DefaultRefreshType"),
    skipStaging: members.has("SkipStaging") ? members.flag("SkipStaging", false) : null,
    validationStatus: members.text("ValidationStatus"),
    entityMaps: readAll(members, "EntityMapList", "EntityMap", readEntityMap),
    transforms: readAll(members, "EntityTransformList", "EntityTransform", readTransform),
  };
}

function readAll<T>(members: Members, list: string, item: string, read: (members: Members) => T): readonly T[] {
  return members.list(list, item).map((element) => read(manifestMembers(element, members.place)));
}

function readEntityMap(members: Members): EntityMap {
  return {
    arrayIndex: members.wholeNumber("ArrayIndex", 0),
    entityField: members.requiredText("EntityField"),
    sourceField: members.text("XMLField"),
    isAutoDefault: members.flag("IsAutoDefault", false),
    isAutoGenerated: members.flag("IsAutoGenerated", false),
    isDefaultValueEqualNull: members.flag("IsDefaultValueEqualNull", false),
    useTextQualifier: members.flag("UseTextQualifier", false),
    useEnumLabel: members.flag("UseEnumLabel", false),
    conversions: readAll(members, "EntityFieldConversionList", "EntityFieldConversion", readConversion),
  };
}

function readConversion(members: Members): FieldConversion {
  return {
    fieldType: members.text("FieldType"),
    isDefault: members.flag("IsDefault", false),
    values: members.texts(/^(?:Source|Staging)/u),
  };
}

function readTransform(members: Members): EntityTransform {
  return {
    sequenceNumber: members.wholeNumber("SequenceNumber", 0),
    xsltFileName: members.text("XsltFileName"),
    xsltResourceFileName: members.text("XsltResourceFileName"),
  };
}
