import type { SourceFormat } from "../domain/sourceFormat.ts";
import { delimitedFile } from "./delimitedFile.ts";
import { excelFile } from "./excelFile.ts";
import type { FileFormat } from "./fileFormat.ts";
import { fixedWidthFile } from "./fixedWidthFile.ts";
import { xmlFile } from "./xmlFile.ts";

/** The one place that knows which kinds of format there are; each is a file of this room. */
export function fileFormatOf(format: SourceFormat): FileFormat {
  switch (format.kind) {
    case "delimited":
      return delimitedFile(format);
    case "fixedWidth":
      return fixedWidthFile(format);
    case "xmlElement":
    case "xmlAttribute":
      return xmlFile(format);
    case "excel":
      return excelFile(format);
  }
}
