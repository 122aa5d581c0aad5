import { delimitedFormats } from "../domain/sourceFormats/delimited.ts";
import type { FixedWidthFormat } from "../domain/sourceFormats/fixedWidth.ts";
import { codePageProblems } from "./codePageProblems.ts";
import type { FileFormat } from "./fileFormat.ts";
import { layoutOf } from "./fixedLayout.ts";
import { openFixedWidth } from "./fixedReader.ts";
import { createFixedWriter } from "./fixedWriter.ts";

/** Files of text whose columns are known by their place. */
export function fixedWidthFile(format: FixedWidthFormat): FileFormat {
  const { name, language, timeZone, codePage, columns = [], hasHeader, padding } = format;
  const region = { ...(language !== undefined && { language }), ...(timeZone !== undefined && { timeZone }) };
  const texts = columns.flatMap((column, index): readonly (readonly [string, string])[] => [
    ...(hasHeader ? [[`columns[${index}].name`, column.name] as const] : []),
    ...(column.padding === undefined ? [] : [[`columns[${index}].padding`, column.padding] as const]),
  ]);
  return {
    extension: "txt",
    hasColumnNames: true,
    rejects: { ...delimitedFormats[0], name, ...region },
    problems: () =>
      codePageProblems(codePage, { ...(padding !== undefined && { padding }), ...Object.fromEntries(texts) }),
    open: async (bytes, of, pace) => openFixedWidth(bytes, format, layoutOf(format, of), pace),
    createWriter: (of, pace) => createFixedWriter(format, () => layoutOf(format, of), pace),
  };
}
