import { type DelimitedFormat, delimitedFormats } from "../../shared/domain/sourceFormats/delimited.ts";

export const csv = builtIn("CSV");
export const csvUnicode = builtIn("CSV-Unicode");

function builtIn(name: string): DelimitedFormat {
  return delimitedFormats.find((format) => format.name === name)!;
}
