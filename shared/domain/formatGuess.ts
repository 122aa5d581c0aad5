/** What the names of formats that others made have in common, and the format of this service that does the same. */
const formatNames: readonly (readonly [RegExp, string])[] = [
  [/excel|xlsx/iu, "EXCEL"],
  [/attribute/iu, "XML-Attribute"],
  [/xml/iu, "XML-Element"],
  [/unicode/iu, "CSV-Unicode"],
  [/semicolon/iu, "Semicolon"],
  [/fixed/iu, "Fixed width"],
  [/^tab\b|tab.?(?:delimited|separated)/iu, "TAB"],
];

const extensions: Readonly<Record<string, string>> = {
  csv: "CSV",
  txt: "CSV",
  tab: "TAB",
  tsv: "TAB",
  xml: "XML-Element",
  xlsx: "EXCEL",
};

/** The built-in format that a missing one is most likely like, by its name and that of its file. */
export function likelyFormat(formatName: string, fileName: string): string {
  const named = formatNames.find(([pattern]) => pattern.test(formatName))?.[1];
  const extension = /\.(\w{1,10})$/u.exec(fileName.trim())?.[1]?.toLowerCase() ?? "";
  return named ?? (Object.hasOwn(extensions, extension) ? extensions[extension] : undefined) ?? "CSV";
}
