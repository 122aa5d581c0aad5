import type { MemberError } from "../errors.ts";
import type { FormatFacts } from "./formatFacts.ts";

/**
 * A sheet of a workbook. Its numbers and dates are none of a language: a workbook holds them as numbers, and shows them in
 * the language of whoever looks.
 */
export interface ExcelFormat extends FormatFacts {
  readonly kind: "excel";
}

export const excelFormats: readonly ExcelFormat[] = [{ name: "EXCEL", kind: "excel" }];

export function excelProblems({ language }: ExcelFormat): readonly MemberError[] {
  if (language === undefined) return [];
  return [{ path: "language", message: "Numbers and dates of a workbook are in no language: leave it out." }];
}

/** As many characters as the name of a sheet has at most. */
export const sheetNameCharactersMax = 31;

/** Why no sheet can have the name; undefined for one that Excel takes. */
export function sheetNameProblem(name: string): string | undefined {
  if (name.trim() === "") return "The name of a sheet is not blank.";
  if (name.length > sheetNameCharactersMax)
    return `The name of a sheet has at most ${sheetNameCharactersMax} characters.`;
  if (/[[\]:*?/\\\p{C}]/u.test(name))
    return "The name of a sheet holds none of [ ] : * ? / \\ and no control character.";
  if (name.startsWith("'") || name.endsWith("'"))
    return "The name of a sheet neither begins nor ends with an apostrophe.";
  return undefined;
}
