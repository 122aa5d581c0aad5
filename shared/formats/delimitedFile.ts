import { type DelimitedFormat, delimiterOf } from "../domain/sourceFormats/delimited.ts";
import { codePageProblems } from "./codePageProblems.ts";
import { openCsv } from "./csvReader.ts";
import { createCsvWriter } from "./csvWriter.ts";
import type { FileFormat } from "./fileFormat.ts";

/** Files of delimited text. */
export function delimitedFile(format: DelimitedFormat): FileFormat {
  return {
    extension: delimiterOf(format) === "\t" ? "txt" : "csv",
    hasColumnNames: format.hasHeader,
    hasTextQualifier: format.textQualifier !== null,
    rejects: { ...format, hasHeader: true },
    problems: () =>
      codePageProblems(format.codePage, {
        columnDelimiter: delimiterOf(format),
        ...(format.textQualifier !== null && { textQualifier: format.textQualifier }),
      }),
    open: (bytes, _, pace) => openCsv(bytes, format, pace),
    createWriter: (_, pace) => createCsvWriter(format, pace),
  };
}
