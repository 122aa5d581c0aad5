import { type SourceFormat, builtInFormats } from "../../shared/domain/sourceFormat.ts";

export const csv = builtIn("CSV");
export const csvUnicode = builtIn("CSV-Unicode");

function builtIn(name: string): SourceFormat {
  return builtInFormats.find((format) => format.name === name)!;
}
