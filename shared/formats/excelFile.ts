import type { ExcelFormat } from "../domain/sourceFormats/excel.ts";
import { delimitedFormats } from "../domain/sourceFormats/delimited.ts";
import { openExcel } from "./excel/excelReader.ts";
import { createExcelWriter, writtenSheet } from "./excel/excelWriter.ts";
import type { FileFormat } from "./fileFormat.ts";

/** Workbooks, of which one sheet counts. */
export function excelFile({ name, timeZone }: ExcelFormat): FileFormat {
  const zone = timeZone === undefined ? {} : { timeZone };
  return {
    extension: "xlsx",
    hasColumnNames: true,
    isZip: true,
    sheetNameOf: writtenSheet,
    rejects: { ...delimitedFormats[0], name, ...zone },
    problems: () => [],
    open: openExcel,
    createWriter: (of, pace) => createExcelWriter(of, timeZone !== undefined, pace),
  };
}
