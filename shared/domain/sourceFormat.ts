import { findCulture, unknownCulture } from "./cultures.ts";
import type { MemberError } from "./errors.ts";
import { delimitedFormats, type DelimitedFormat, delimitedProblems } from "./sourceFormats/delimited.ts";
import { type FixedWidthFormat, fixedWidthFormat, fixedWidthProblems } from "./sourceFormats/fixedWidth.ts";
import { type XmlFormat, xmlFormats } from "./sourceFormats/xml.ts";
import { type ExcelFormat, excelFormats, excelProblems } from "./sourceFormats/excel.ts";

/**
 * A named file format ("source data format"): how the bytes of a file become rows of cells. How files of a kind are read
 * and written is known to `formats/fileFormats.ts`.
 */
export type SourceFormat = DelimitedFormat | ExcelFormat | FixedWidthFormat | XmlFormat;

/** The formats that are there from the beginning; a stored format of the same name takes their place. */
export const builtInFormats: readonly SourceFormat[] = [
  ...delimitedFormats,
  fixedWidthFormat,
  ...xmlFormats,
  ...excelFormats,
];

/** Every rule that a format breaks, but those that only whoever reads its files knows. */
export function formatProblems(format: SourceFormat): readonly MemberError[] {
  return [...languageProblems(format), ...problemsOfKind(format)];
}

function problemsOfKind(format: SourceFormat): readonly MemberError[] {
  switch (format.kind) {
    case "delimited":
      return delimitedProblems(format);
    case "fixedWidth":
      return fixedWidthProblems(format);
    case "xmlElement":
    case "xmlAttribute":
      return [];
    case "excel":
      return excelProblems(format);
  }
}

function languageProblems({ language }: SourceFormat): readonly MemberError[] {
  if (language === undefined || findCulture(language)) return [];
  return [{ path: "language", message: unknownCulture(language) }];
}
