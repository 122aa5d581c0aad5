import type { FieldType } from "../domain/dataEntity.ts";
import { delimitedFormats } from "../domain/sourceFormats/delimited.ts";
import type { XmlFormat } from "../domain/sourceFormats/xml.ts";
import type { FileFormat } from "./fileFormat.ts";
import { openXml } from "./xmlReader.ts";
import { createXmlWriter } from "./xmlWriter.ts";

/** As the original writes them where its XML is to be as of old. */
const emptyValueOfType: Readonly<Partial<Record<FieldType, string>>> = {
  integer: "0",
  int64: "0",
  real: "0.0000",
  boolean: "No",
  date: "1900-01-01",
  datetime: "1900-01-01T00:00:00Z",
  time: "00:00:00",
  guid: "00000000-0000-0000-0000-000000000000",
};

/** Files of XML documents, an element for each record. */
export function xmlFile(format: XmlFormat): FileFormat {
  const { name, language, timeZone, emptyValues } = format;
  const region = { ...(language !== undefined && { language }), ...(timeZone !== undefined && { timeZone }) };
  return {
    extension: "xml",
    hasColumnNames: true,
    isXml: true,
    ...(emptyValues === "defaults" && { emptyValueOf: (type: FieldType) => emptyValueOfType[type] ?? "" }),
    rejects: { ...delimitedFormats[0], name, ...region, hasAbsentCells: true },
    problems: () => [],
    open: (bytes, of, pace) => openXml(bytes, format, of, pace),
    createWriter: (of, pace) => createXmlWriter(format, of, pace),
  };
}
