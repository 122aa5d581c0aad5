import { DomainError } from "../domain/errors.ts";
import type { MemberError } from "../domain/errors.ts";
import type { DelimitedFormat } from "../domain/sourceFormats/delimited.ts";
import { openCsv } from "./csvReader.ts";
import { createCsvWriter } from "./csvWriter.ts";
import type { FileFormat } from "./fileFormat.ts";
import { FormatError } from "./recordFormat.ts";
import { textEncoderOf } from "./textEncoding.ts";

/** Files of delimited text. */
export function delimitedFile(format: DelimitedFormat): FileFormat {
  return {
    extension: format.columnDelimiter === "tab" ? "txt" : "csv",
    hasColumnNames: format.hasHeader,
    rejects: { ...format, hasHeader: true },
    problems: () => codePageProblems(format.codePage),
    open: (bytes, _, pace) => openCsv(bytes, format, pace),
    createWriter: (_, pace) => createCsvWriter(format, pace),
  };
}

/** Whether text of the code page can be read and written here. */
function codePageProblems(codePage: number): readonly MemberError[] {
  try {
    textEncoderOf(codePage);
    return [];
  } catch (error) {
    if (error instanceof FormatError || error instanceof DomainError)
      return [{ path: "codePage", message: error.message }];
    throw error;
  }
}
