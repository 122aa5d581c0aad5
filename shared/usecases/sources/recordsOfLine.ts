import type { DataEntity } from "../../domain/dataEntity.ts";
import type { EntityLine } from "../../domain/dataProject.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import type { RecordsOf } from "../../formats/fileFormat.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";

/** Whose records a file of the line holds, and in which sheet, where somebody said it. */
export function recordsOfLine(
  { excelSheetName: sheetName }: EntityLine,
  entity: DataEntity,
  expected: readonly string[],
): RecordsOf {
  return { entity, expected, ...(sheetName !== undefined && { sheetName }) };
}

/** What a manifest says of a file that is written for the line. */
export function manifestFacts(
  line: EntityLine,
  entity: DataEntity,
  format: SourceFormat,
): { readonly hasColumnNames: boolean; readonly excelSheetName: string } {
  const { hasColumnNames, sheetNameOf } = fileFormatOf(format);
  return { hasColumnNames, excelSheetName: sheetNameOf?.(recordsOfLine(line, entity, [])) ?? "" };
}
