import { inLine } from "../line/linePart.ts";
import { memberPart } from "../memberPart.ts";
import type { Line } from "../../parts/project.ts";
import type { PartOf } from "../partOf.ts";

/** What a line says beside its map, transformations, filter and place in the sequence. */
export type LineSettings = Pick<
  Line,
  | "format"
  | "isEnabled"
  | "failLevelOnError"
  | "failUnitOnError"
  | "truncateFirst"
  | "skipStaging"
  | "refreshType"
  | "tombstones"
  | "sort"
  | "excelSheetName"
>;

export type Sort = NonNullable<LineSettings["sort"]>;

export const settingLabels: Readonly<Record<keyof LineSettings, string>> = {
  format: "Data format",
  isEnabled: "Enabled",
  failLevelOnError: "Fail level on error",
  failUnitOnError: "Fail execution unit on error",
  truncateFirst: "Truncate entity data",
  skipStaging: "Skip staging",
  refreshType: "Default refresh type",
  tombstones: "Report deleted records",
  sort: "Order of the rows",
  excelSheetName: "Sheet of the workbook",
};

export const refreshLabels = { full: "Full push only", incremental: "Incremental push only" } as const;

export function settingsOf(line: Line): LineSettings {
  const { sort, tombstones, excelSheetName } = line;
  return {
    format: line.format,
    isEnabled: line.isEnabled,
    failLevelOnError: line.failLevelOnError,
    failUnitOnError: line.failUnitOnError,
    truncateFirst: line.truncateFirst,
    skipStaging: line.skipStaging,
    refreshType: line.refreshType,
    ...(tombstones === true && { tombstones }),
    ...(sort && { sort }),
    ...(excelSheetName !== undefined && { excelSheetName }),
  };
}

function withSettings(line: Line, settings: LineSettings): Line {
  const { sort: _sort, tombstones: _tombstones, excelSheetName: _sheet, ...rest } = line;
  return { ...rest, ...settings };
}

/** A setting as somebody chose it; nothing takes it away. */
export function withSetting<K extends "sort" | "tombstones" | "excelSheetName">(
  settings: LineSettings,
  key: K,
  value: LineSettings[K] | undefined,
): LineSettings {
  const next: LineSettings = { ...settings };
  if (value === undefined) Reflect.deleteProperty(next, key);
  else Object.assign(next, { [key]: value });
  return next;
}

export function settingsPart(entity: string): PartOf<LineSettings> {
  return memberPart<LineSettings>(
    { what: "The entity in the project", ...inLine(entity, settingsOf, withSettings) },
    (key, settings) => ({ label: settingLabels[key], content: textOf(key, settings) }),
  );
}

function textOf(key: keyof LineSettings, settings: LineSettings): string {
  if (key === "refreshType") return refreshLabels[settings.refreshType];
  if (key === "sort") return (settings.sort ?? []).map(sortText).join(", then ");
  const value = settings[key];
  return typeof value === "string" ? value : value === true ? "Yes" : "No";
}

function sortText({ field, descending }: Sort[number]): string {
  return descending === true ? `${field} descending` : field;
}
